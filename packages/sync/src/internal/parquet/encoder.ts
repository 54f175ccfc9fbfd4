/** From records to the bytes of a Parquet file, in memory that does not grow with the file. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import * as rejection from "../rejection.js"
import { Numbers, RowNumbers, Texts } from "./columns.js"
import * as fields from "./fields.js"
import { ParquetFile } from "./file.js"

export interface Options {
  /** The export whose records these are. `undefined` if they are of several ones. */
  readonly exportId: string | undefined
  /** The type of the export: the layout of a file without records. */
  readonly exportType: string | undefined
}

export interface Encoded {
  /** The bytes of the row groups that the records completed. */
  readonly bytes: ReadonlyArray<Uint8Array>
  /** The records that the file cannot hold. */
  readonly rejected: ReadonlyArray<CallRecord.RejectedRow>
}

export interface Encoder {
  /** Takes records, and the number of each in the archive. */
  readonly push: (records: ReadonlyArray<CallRecord.CallRecord>, rowNumbers: ReadonlyArray<number>) => Encoded
  /** Gives the rest of the file. The encoder cannot be used again. */
  readonly end: (facts: { readonly apiVersion: string | undefined }) => ReadonlyArray<Uint8Array>
  /** How many texts had a lone surrogate, which Parquet cannot hold and U+FFFD stands for. */
  readonly replacedTexts: () => number
}

/** Counts changes of the columns, their names and their types. */
const schema = "1"

/** Readers work on row groups side by side. Twice as many rows take a third more memory. */
const rowsInGroup = 61_440

/** The size of a row group's texts at which it ends early. */
const bytesInGroup = 67_108_864

/** So many records are filled in at a time: few enough that their texts are small beside `bytesInGroup`. */
const recordsAtOnce = 512

export const make = (options: Options): Encoder => {
  let table: Table | undefined
  const tableOf = (layout: fields.Layout, names: () => ReadonlyArray<string>): Table =>
    table ??= new Table(layout, names, options.exportId)
  return {
    push: (records, rowNumbers) => {
      const bytes: Array<Uint8Array> = []
      const rejected: Array<CallRecord.RejectedRow> = []
      for (let start = 0; start < records.length; start += recordsAtOnce) {
        const end = start + recordsAtOnce
        const first = records[start]!
        tableOf(first._tag, () => first._tag === "UnknownRecord" ? Object.keys(first.columns) : [])
          .add(records.slice(start, end), rowNumbers.slice(start, end), bytes, rejected)
      }
      return { bytes, rejected }
    },
    end: ({ apiVersion }) => tableOf(layoutOf(options.exportType), () => []).end(options.exportId, apiVersion),
    replacedTexts: () => table?.replacedTexts ?? 0
  }
}

const layoutOf = (exportType: string | undefined): fields.Layout =>
  exportType === "cdr_in" ? "CdrInRecord" : exportType === "cdr_out" ? "CdrOutRecord" : "UnknownRecord"

/** The rows of a file whose layout is known. */
class Table {
  private readonly numbers: ReadonlyArray<Numbers>
  private readonly texts: ReadonlyArray<Texts>
  private readonly rowNumbers = new RowNumbers(fields.rowNumber)
  private readonly names: ReadonlySet<string>
  private readonly file: ParquetFile
  private rows = 0
  private groups = 0

  constructor(
    private readonly layout: fields.Layout,
    names: () => ReadonlyArray<string>,
    exportId: string | undefined
  ) {
    const inHeader = names()
    this.names = new Set(inHeader)
    const columns = [
      ...(layout === "UnknownRecord" ? fields.unknown(inHeader) : fields.known(layout)),
      { name: fields.exportId, type: "text", read: () => exportId } as const
    ].map((field) => field.type === "text" ? new Texts(field) : new Numbers(field))
    this.numbers = columns.filter((column) => column instanceof Numbers)
    this.texts = columns.filter((column) => column instanceof Texts)
    this.file = new ParquetFile([...columns, this.rowNumbers])
  }

  get replacedTexts(): number {
    return this.texts.reduce((sum, { replaced }) => sum + replaced, 0)
  }

  /** Adds records. Puts the bytes of a row group that they complete, and the records that the file cannot hold. */
  add(
    records: ReadonlyArray<CallRecord.CallRecord>,
    rowNumbers: ReadonlyArray<number>,
    bytes: Array<Uint8Array>,
    rejected: Array<CallRecord.RejectedRow>
  ): void {
    if (records.every(this.hasLayout) && this.fillNumbers(records)) {
      this.fillRest(records, rowNumbers)
    } else {
      const reasons = records.map((record) => this.complaintAbout(record))
      for (const [index, reason] of reasons.entries()) {
        if (reason !== undefined) rejected.push(rejection.of(records[index]!, rowNumbers[index]!, reason))
      }
      const isHeld = (_: unknown, index: number): boolean => reasons[index] === undefined
      const held = records.filter(isHeld)
      this.fillNumbers(held)
      this.fillRest(held, rowNumbers.filter(isHeld))
    }
    if (this.rows >= rowsInGroup || this.texts.reduce((sum, { length }) => sum + length, 0) >= bytesInGroup) {
      bytes.push(...this.rowGroup())
    }
  }

  end(exportId: string | undefined, apiVersion: string | undefined): ReadonlyArray<Uint8Array> {
    // some readers refuse a file without a row group
    const last = this.rows > 0 || this.groups === 0 ? this.rowGroup() : []
    return [
      ...last,
      this.file.end({
        "didww.schema": schema,
        "didww.layout": this.layout,
        ...(exportId !== undefined && { "didww.export_id": exportId }),
        ...(apiVersion !== undefined && { "didww.api_version": apiVersion })
      })
    ]
  }

  private readonly hasLayout = (record: CallRecord.CallRecord): boolean => {
    if (record._tag !== this.layout) return false
    if (record._tag === "UnknownRecord") {
      for (const name in record.columns) if (!this.names.has(name)) return false
    }
    return true
  }

  private complaintAbout(record: CallRecord.CallRecord): string | undefined {
    if (record._tag !== this.layout) return `The record must be a ${this.layout}, as the first one is.`
    if (!this.hasLayout(record)) return "The record must have no other columns than the first one."
    return this.numbers.find(({ field }) => Number.isNaN(field.read(record)))?.field.limit
  }

  /** Fills in the numbers of all records, or nothing if the file cannot hold one of them. */
  private fillNumbers(records: ReadonlyArray<CallRecord.CallRecord>): boolean {
    const counts = this.numbers.map(({ count }) => count)
    if (this.numbers.every((column) => column.fill(records, this.rows))) return true
    for (const [index, column] of this.numbers.entries()) column.count = counts[index]!
    return false
  }

  private fillRest(records: ReadonlyArray<CallRecord.CallRecord>, rowNumbers: ReadonlyArray<number>): void {
    for (const column of this.texts) column.fill(records, this.rows)
    this.rowNumbers.fill(rowNumbers)
    this.rows += records.length
  }

  private rowGroup(): ReadonlyArray<Uint8Array> {
    const bytes = this.file.rowGroup(this.rows)
    for (const column of [...this.numbers, ...this.texts, this.rowNumbers]) column.reset()
    this.rows = 0
    this.groups++
    return bytes
  }
}
