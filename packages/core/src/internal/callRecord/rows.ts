/** From bytes to rows: each record of the file is a typed record, or a rejected row that says why. */
import type * as CallRecord from "../../CallRecord.js"
import { Cells } from "./cells.js"
import { Splitter } from "./csv.js"
import { Flag, malformed, stride } from "./flags.js"
import { CdrInRecord, CdrOutRecord } from "./generated.js"
import { complaintAbout, fromHeader, type Layout } from "./layout.js"

/**
 * Reads a file in chunks: bytes in, the rows that end in them out. A cut can be anywhere, also within a character.
 *
 * @since 0.1.0
 * @category models
 */
export interface Decoder<C extends CallRecord.Column = CallRecord.Column> {
  readonly push: (bytes: Uint8Array) => ReadonlyArray<CallRecord.Selected<C>>
  /** Gives the rows that only the end of the file ends. The decoder cannot be used again. */
  readonly end: () => ReadonlyArray<CallRecord.Selected<C>>
  /**
   * Whether the header shows that the file holds something else: it is no text, or has no column of the expected type. All
   * rows of such a file are rejected.
   */
  readonly isForeign: () => boolean
}

/** So many bytes become text at a time. A text that is kept can keep as much memory. */
const block = 65_536

export const decoder = <C extends CallRecord.Column = CallRecord.Column>(
  options?: CallRecord.DecodeOptions<C>
): Decoder<C> => {
  const { columns, exportType, maxRecordBytes = 65_536 } = options ?? {}
  const splitter = new Splitter(maxRecordBytes >= 1 ? Math.floor(maxRecordBytes) : 1)
  const rows = new Rows(splitter, exportType, columns === undefined ? undefined : new Set(columns))
  const decoder: Decoder = {
    push: (bytes) => {
      const out: Array<CallRecord.Row> = []
      for (let start = 0; start < bytes.length; start += block) {
        splitter.write(bytes.subarray(start, start + block))
        rows.take(out)
      }
      return out
    },
    end: () => {
      const out: Array<CallRecord.Row> = []
      splitter.end()
      rows.take(out)
      return out
    },
    isForeign: () => rows.isForeign
  }
  // the layout leaves out the fields of the other columns
  return decoder as unknown as Decoder<C>
}

class Rows {
  /** The header has no number, and is 0. */
  private recordNumber = -1
  private layout: Layout | undefined
  private readonly cells = new Cells()

  isForeign = false

  constructor(
    private readonly splitter: Splitter,
    private readonly exportType: string | undefined,
    private readonly wanted: ReadonlySet<string> | undefined
  ) {}

  /** Adds the rows that the splitter finished last. */
  take(out: Array<CallRecord.Row>): void {
    const { hasSkipped, records } = this.splitter
    if (records.length === 0) return
    let flags = 0
    for (let index = 1; index < records.length; index += 2) flags |= records[index]!
    // a byte order mark may stand before the header
    this.cells.load(this.splitter, this.recordNumber >= 0 && !hasSkipped && (flags & Flag.nonAscii) === 0)
    let start = 0
    for (let index = 0; index < records.length; index += 2) {
      const end = records[index]!
      this.recordNumber++
      if (this.recordNumber > 0) out.push(this.row(start, end, records[index + 1]!))
      else this.header(out, start, end, records[index + 1]!)
      start = end
    }
  }

  private header(out: Array<CallRecord.Row>, start: number, end: number, flags: number): void {
    const header = this.raw(start, end).map((name) => name ?? "")
    const complaint = complaintAbout(header, this.exportType)
    if (complaint !== undefined) {
      this.isForeign = true
      out.push(this.rejected(start, end, complaint))
    } else if ((flags & (Flag.oversize | Flag.unclosed)) === 0) {
      this.layout = fromHeader(header, this.wanted)
    } else {
      out.push(this.rejected(start, end, this.complaint(start, end, flags)))
    }
  }

  private row(start: number, end: number, flags: number): CallRecord.Row {
    const { cells, layout } = this
    if ((flags & malformed) !== 0) return this.rejected(start, end, this.complaint(start, end, flags))
    if (layout === undefined) {
      return this.rejected(start, end, "The header could not be read, so no cell has a column.")
    }
    const count = (end - start) / stride
    const expected = layout.names.length
    if (count !== expected) {
      return this.rejected(start, end, `The record must have ${expected} cells, as the header has, and has ${count}.`)
    }
    cells.mismatch = undefined
    const record = this.record(start, layout)
    if (layout._tag !== "UnknownRecord" && layout.checked.length > 0) cells.check(start, layout.checked)
    if (cells.mismatch === undefined) return record
    // the reason names the first column of all, wanted or not
    if (this.wanted !== undefined) {
      cells.mismatch = undefined
      this.record(start, fromHeader(layout.names))
    }
    return this.rejected(start, end, this.mismatchOf(cells))
  }

  private record(start: number, layout: Layout): CallRecord.CallRecord {
    const others = this.columns(start, layout.others)
    switch (layout._tag) {
      case "CdrInRecord":
        return new CdrInRecord(this.cells, start, layout.indexes, others)
      case "CdrOutRecord":
        return new CdrOutRecord(this.cells, start, layout.indexes, others)
      case "UnknownRecord":
        return { _tag: "UnknownRecord", columns: others }
    }
  }

  private columns(start: number, columns: Layout["others"]): CallRecord.Columns {
    if (columns.length === 0) return noColumns
    const values: Record<string, string | null> = {}
    for (const { index, name } of columns) {
      const value = this.cells.raw(start + index * stride)
      // an assignment to this name would set the prototype
      if (name === "__proto__") Object.defineProperty(values, name, { value, ...ordinary })
      else values[name] = value
    }
    return values
  }

  private rejected(start: number, end: number, reason: string): CallRecord.RejectedRow {
    return {
      _tag: "RejectedRow",
      recordNumber: this.recordNumber,
      lines: this.cells.lines(start, end - stride),
      cells: this.raw(start, end),
      reason
    }
  }

  private raw(start: number, end: number): ReadonlyArray<string | null> {
    const cells: Array<string | null> = []
    for (let cell = start; cell < end; cell += stride) cells.push(this.cells.raw(cell))
    return cells
  }

  private mismatchOf({ mismatch }: Cells): string {
    return mismatch === undefined ? "" : `${this.column(mismatch.index)} must be ${mismatch.expected}.`
  }

  private complaint(start: number, end: number, flags: number): string {
    const record = this.recordNumber === 0 ? "The header" : "The record"
    const columnWith = (flag: number): string => {
      let cell = start
      while ((this.cells.flags(cell) & flag) === 0) cell += stride
      return this.column((cell - start) / stride)
    }
    if ((flags & Flag.stray) !== 0) {
      return `${columnWith(Flag.stray)} begins with a quote that is not closed in its line.`
    }
    if ((flags & Flag.oversize) !== 0) {
      const isQuoted = (this.cells.flags(end - stride) & Flag.quoted) !== 0
      const hint = isQuoted ? `; ${columnWith(Flag.oversize)} begins with a quote that is not closed` : ""
      return `${record} must end within ${this.splitter.maxRecordBytes} bytes${hint}.`
    }
    return (flags & Flag.unclosed) !== 0
      ? `${columnWith(Flag.unclosed)} must close its quote before the file ends.`
      : `${columnWith(Flag.broken)} must have a comma or a line end behind its closing quote.`
  }

  private column(index: number): string {
    const name = this.layout?.names[index]
    return name === undefined ? `Cell ${index + 1}` : `Column ${JSON.stringify(name)}`
  }
}

const noColumns: CallRecord.Columns = Object.freeze({})
const ordinary = { enumerable: true, writable: true, configurable: true }
