/**
 * RFC 4180 without strings: chunks of bytes with any cuts go in, the bounds of cells come out. A record that a chunk does not
 * finish stays in the buffer with the state of its scan. No byte is read twice, except for two that wait with a quote for the
 * byte that explains it, and those behind a stray quote.
 *
 * Not a library: only csv-parse reads every cut right and tells null from `""`, and it costs five times as much.
 */
import { Flag, malformed, stride } from "./flags.js"
import { StrayQuotes } from "./strayQuote.js"

const quote = 34
const comma = 44
const lineFeed = 10
const carriageReturn = 13
const unread = -1

/** The width of a header that was not read yet. */
const unknown = -1

type State = typeof beforeCell | typeof inText | typeof inQuotes | typeof skipping
const beforeCell = 0
const inText = 1
const inQuotes = 2
// skips the rest of a line whose record was too long
const skipping = 3

export class Splitter {
  /** The unfinished record, then the newest chunk. */
  bytes = new Uint8Array(1024)
  /** The same, to be read four at a time. */
  words = new DataView(this.bytes.buffer)
  cells = new Int32Array(1024)
  /** Two numbers for each record that the newest chunk finished: where it ends in `cells`, and its flags. */
  records: Array<number> = []
  /** Whether a part of the newest chunk is in no cell: the rest of a line whose record was too long. */
  hasSkipped = false
  /** Where reading goes on in `bytes`. */
  position = 0
  /** Where the newest chunk ends in `bytes`. */
  length = 0

  private state: State = beforeCell
  private recordStart = 0
  private recordFlags = 0
  private cellStart = 0
  private cellFlags = 0
  /** The length of `cells`, with the unfinished record and without it. */
  private count = 0
  private finished = 0
  private begun = false
  /** The length of the header in `cells`. 0 if it cannot be read. */
  private width: number = unknown
  /** Where the newest finished record starts in `bytes`. */
  private lastStart = 0
  /** Where `bytes` start in the file. */
  private offset = 0
  readonly strays: StrayQuotes

  /** A record must end within so many bytes, line end included. */
  constructor(readonly maxRecordBytes: number) {
    this.strays = new StrayQuotes(maxRecordBytes)
  }

  /** Reads a chunk. The cells of the chunk before are lost. */
  write(chunk: Uint8Array): void {
    this.compact()
    this.reserve(chunk.length)
    this.bytes.set(chunk, this.length)
    this.length += chunk.length
    if (this.begin(3)) this.read()
  }

  /** Reads to the end. The remaining bytes are a record without a line end. */
  end(): void {
    this.compact()
    if (this.begin(0)) this.read()
    while (this.hasRest()) {
      this.finishRest()
      if (this.resume(this.length, true)) this.read()
      else return
    }
  }

  private hasRest(): boolean {
    const { position, recordStart, state } = this
    return state !== skipping && (state !== beforeCell || position !== recordStart)
  }

  private finishRest(): void {
    const { length, position, state } = this
    if (state !== inQuotes) {
      this.cell(state === inText ? this.cellStart : length, length, state === inText ? this.cellFlags : 0)
    } else if (position === length - 1) {
      this.cell(this.cellStart, position, this.cellFlags)
    } else {
      this.cell(this.cellStart - 1, length, this.cellFlags | (position < length ? Flag.broken : Flag.unclosed))
    }
    this.records.push(this.count, this.recordFlags)
    this.lastStart = this.recordStart
  }

  private cell(start: number, end: number, flags: number): void {
    this.cells[this.count++] = start
    this.cells[this.count++] = end
    this.cells[this.count++] = flags
    this.recordFlags |= flags
  }

  private compact(): void {
    const shift = this.recordStart
    this.records = []
    this.hasSkipped = false
    if (shift === 0) return
    this.offset += shift
    this.bytes.copyWithin(0, shift, this.length)
    this.cells.copyWithin(0, this.finished, this.count)
    this.count -= this.finished
    this.finished = 0
    for (let index = 0; index < this.count; index += stride) {
      this.cells[index]! -= shift
      this.cells[index + 1]! -= shift
    }
    this.length -= shift
    this.position -= shift
    this.cellStart -= shift
    this.recordStart = 0
  }

  private reserve(more: number): void {
    const length = this.length + more
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.bytes.length * 2))
      grown.set(this.bytes)
      this.bytes = grown
      this.words = new DataView(grown.buffer)
    }
    // each byte can end a cell, and so can the end of the file
    const count = this.count + (length - this.position + 1) * stride
    if (count > this.cells.length) {
      const grown = new Int32Array(Math.max(count, this.cells.length * 2))
      grown.set(this.cells)
      this.cells = grown
    }
  }

  /** Skips a byte order mark, once there are enough bytes to tell. */
  private begin(enough: number): boolean {
    const { begun, bytes, length } = this
    if (begun) return true
    if (length < enough) return false
    this.begun = true
    if (length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      this.recordStart = this.position = 3
    }
    return true
  }

  /** Scans, and decides after each record that is not like the header where reading goes on. */
  private read(): void {
    while (this.scan()) this.resume(this.position, false)
  }

  /**
   * Reads the width of the header; or, after another record, goes back to the first line in it that is a record, if there is
   * one. `end` is where the record ends in `bytes`.
   */
  private resume(end: number, isFileEnd: boolean): boolean {
    const { cells, records, width } = this
    const count = records[records.length - 2]!
    const flags = records[records.length - 1]!
    const first = records.length > 2 ? records[records.length - 4]! : 0
    if (width === unknown) {
      this.width = (flags & (Flag.oversize | Flag.unclosed)) === 0 ? count - first : 0
      return false
    }
    if (width <= stride || ((flags & malformed) === 0 && count - first === width)) return false
    const taken = this.bytes.subarray(this.lastStart, end)
    const line = this.strays.nextRecord(taken, { width: width / stride, position: this.offset + end, isFileEnd })
    if (line === -1) return false
    const next = this.lastStart + line
    let cell = first
    while (cell + stride < count && cells[cell + stride]! < next) cell += stride
    // the bounds of a cell that is CSV are those within its quotes
    if ((cells[cell + 2]! & malformed) === 0) cells[cell]!--
    cells[cell + 1] = this.bytes[next - 2] === carriageReturn ? next - 2 : next - 1
    cells[cell + 2] = Flag.quoted | (cells[cell + 2]! & Flag.nonAscii) | Flag.stray
    const cut = cell + stride
    records.splice(-2, 2, cut, flags & (Flag.nonAscii | Flag.quoted) | Flag.stray)
    this.count = this.finished = cut
    this.position = this.recordStart = next
    this.recordFlags = 0
    this.state = beforeCell
    this.reserve(0)
    return true
  }

  /** Gives true after a record that is not like the header, and false at the end of the bytes. */
  private scan(): boolean {
    const { bytes, cells, length, maxRecordBytes, records, width, words } = this
    let isLikeHeader = true
    let { cellFlags, cellStart, count, finished, position, recordFlags, recordStart, state } = this
    let bound = recordStart + maxRecordBytes
    let limit = Math.min(length, bound)
    states: for (;;) {
      if (state === skipping) {
        this.hasSkipped = true
        while (position < length && bytes[position] !== lineFeed) position++
        if (position < length) {
          position++
          state = beforeCell
        }
        recordStart = position
        bound = recordStart + maxRecordBytes
        limit = Math.min(length, bound)
      }
      if (state === beforeCell && position < limit) {
        cellStart = position
        cellFlags = 0
        state = inText
        if (bytes[position] === quote) {
          cellStart = ++position
          cellFlags = Flag.quoted
          state = inQuotes
        }
      }
      let cellEnd = -1
      if (state === inQuotes) {
        while (position < limit) {
          while (position + 4 <= limit && !hasQuote(words.getInt32(position, true))) position += 4
          if (position === limit) break
          const byte = bytes[position]!
          if (byte !== quote) {
            if (byte >= 128) cellFlags |= Flag.nonAscii
            position++
            continue
          }
          const next = position + 1 < limit ? bytes[position + 1]! : unread
          if (next === quote) {
            cellFlags |= Flag.escaped
            position += 2
            continue
          }
          const end = next === carriageReturn ? position + 2 < limit ? bytes[position + 2]! : unread : next
          if (end === lineFeed || next === comma) {
            cellEnd = position
            position += next === carriageReturn ? 2 : 1
          } else if (end !== unread) {
            cellFlags |= Flag.broken
            cellStart--
            position++
            state = inText
          }
          break
        }
      }
      if (state === inText) {
        while (position < limit) {
          if (position + 4 <= limit) {
            const ends = endsIn(words.getInt32(position, true))
            if (ends === 0) {
              position += 4
              continue
            }
            position += (31 - Math.clz32(ends & -ends)) >> 3
          }
          const byte = bytes[position]!
          if (byte === comma) {
            cells[count] = cellStart
            cells[count + 1] = position
            cells[count + 2] = cellFlags
            count += stride
            recordFlags |= cellFlags
            position++
            // mostly another plain cell follows
            if (position === limit || bytes[position] === quote) {
              state = beforeCell
              continue states
            }
            cellStart = position
            cellFlags = 0
          } else if (byte === lineFeed) {
            cellEnd = position > cellStart && bytes[position - 1] === carriageReturn ? position - 1 : position
            break
          } else {
            if (byte >= 128) cellFlags |= Flag.nonAscii
            position++
          }
        }
      }
      let isLast = true
      if (cellEnd !== -1) {
        isLast = bytes[position++] === lineFeed
        state = beforeCell
      } else if (bound > length) {
        break
      } else {
        if (state === beforeCell) {
          cellStart = bound
          cellFlags = 0
        } else if (state === inQuotes) {
          cellStart--
        }
        cellFlags |= Flag.oversize
        cellEnd = position = bound
        state = bytes[bound - 1] === lineFeed ? beforeCell : skipping
      }
      cells[count] = cellStart
      cells[count + 1] = cellEnd
      cells[count + 2] = cellFlags
      count += stride
      recordFlags |= cellFlags
      if (isLast) {
        records.push(count, recordFlags)
        isLikeHeader = count - finished === width && (recordFlags & malformed) === 0
        finished = count
        recordFlags = 0
        if (!isLikeHeader) break
        recordStart = position
        bound = recordStart + maxRecordBytes
        limit = Math.min(length, bound)
      }
    }
    if (!isLikeHeader) {
      this.lastStart = recordStart
      recordStart = position
    }
    this.cellFlags = cellFlags
    this.cellStart = cellStart
    this.count = count
    this.finished = finished
    this.position = position
    this.recordFlags = recordFlags
    this.recordStart = recordStart
    this.state = state
    return !isLikeHeader
  }
}

/** The high bits of those of four bytes that are a comma, a line feed or not ASCII. Only the lowest bit is exact. */
const endsIn = (word: number): number => {
  const commas = word ^ 0x2c2c2c2c
  const feeds = word ^ 0x0a0a0a0a
  return (((commas - 0x01010101) & ~commas) | ((feeds - 0x01010101) & ~feeds) | word) & 0x80808080
}

/** Whether one of four bytes is a quote, or not ASCII. */
const hasQuote = (word: number): boolean => {
  const other = word ^ 0x22222222
  return ((((other - 0x01010101) & ~other) | word) & 0x80808080) !== 0
}
