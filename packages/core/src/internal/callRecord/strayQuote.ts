/**
 * Where reading goes on behind a stray quote.
 *
 * An opening quote that nothing closes takes the lines behind it along, until another quote, the limit of a record or the end
 * of the file ends the record. Such a record is not CSV, or has more or fewer cells than the header. If one of its lines alone
 * has as many cells as the header, then the quote was stray, and reading goes on with that line. Valid CSV as wide as the
 * header stays one record, whatever its cells hold. A header of one column proves nothing: every line has one cell.
 */

const quote = 34
const comma = 44
const lineFeed = 10
const carriageReturn = 13

/** How often each byte may be read again in the mean, so that a file of stray quotes takes no quadratic time. */
const maxRereads = 8

export class StrayQuotes {
  /** Bytes that were read again. */
  reread = 0

  constructor(private readonly maxRecordBytes: number) {}

  /**
   * Where in the bytes of a record the first whole line behind the first one starts that is a record of so many cells; -1 if
   * there is none. `position` is where the record ends in the file.
   */
  nextRecord(taken: Uint8Array, { isFileEnd, position, width }: {
    readonly width: number
    readonly position: number
    /** Whether the file ends there: its last line is whole without a line end. */
    readonly isFileEnd: boolean
  }): number {
    let line = taken.indexOf(lineFeed) + 1
    const isAllowed = this.reread <= position * maxRereads + this.maxRecordBytes
    if (line === 0 || line === taken.length || !isAllowed) return -1
    this.reread += taken.length
    while (line < taken.length) {
      const feed = taken.indexOf(lineFeed, line)
      if (feed === -1 && !isFileEnd) return -1
      const end = feed === -1 ? taken.length : feed
      if (cellsOf(taken, line, feed !== -1 && taken[end - 1] === carriageReturn ? end - 1 : end) === width) return line
      line = end + 1
    }
    return -1
  }
}

/** How many cells a line has. 0 if it is not CSV by itself. */
export const cellsOf = (bytes: Uint8Array, start: number, end: number): number => {
  let at = start
  for (let cells = 1;; cells++) {
    if (at < end && bytes[at] === quote) {
      at = closingQuote(bytes, at + 1, end) + 1
      if (at === 0 || (at < end && bytes[at] !== comma)) return 0
    } else {
      while (at < end && bytes[at] !== comma) at++
    }
    if (at >= end) return cells
    at++
  }
}

/** Where the first quote is that is not doubled; -1 if there is none. */
const closingQuote = (bytes: Uint8Array, start: number, end: number): number => {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== quote) continue
    if (at + 1 === end || bytes[at + 1] !== quote) return at
    at++
  }
  return -1
}
