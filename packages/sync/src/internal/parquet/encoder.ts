/** From records to the bytes of a Parquet file, in memory that does not grow with the file. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import type { ExportType } from "@effect-didww/core/Export"
import * as Option from "effect/Option"
import { type Layout, layoutOf, origin } from "../file/columns.js"
import type { Batch, Encoder, Rejection } from "../file/format.js"
import * as rejection from "../rejection.js"
import { Numbers, RowNumbers, Texts } from "./columns.js"
import * as fields from "./fields.js"
import { ParquetFile } from "./file.js"

export interface Options {
  /** The export whose records these are. `undefined` if they are of several ones. */
  readonly exportId: string | undefined
  /** The type of the export. It decides the columns of a file without records. */
  readonly exportType: ExportType | undefined
}

interface ParquetEncoder extends Encoder {
  readonly replacedTexts: () => number
}

/** Counts changes of the columns, their names and their types. */
export const version = "1"

/** Readers work on row groups side by side. Twice as many rows take a third more memory. */
const rowsInGroup = 61_440

/** The size of a row group's texts at which it ends early. */
const bytesInGroup = 67_108_864

/** So many records are filled in at a time: few enough that their texts are small beside `bytesInGroup`. */
const recordsAtOnce = 512

export const make = ({ exportId, exportType }: Options): ParquetEncoder => {
  let table: Table | undefined
  const tableOf = (first?: CallRecord.CallRecord): Table => table ??= new Table(layoutOf(first, exportType), exportId)
  return {
    push: ({ records, rowNumbers }) => {
      const bytes: Array<Uint8Array> = []
      const rejected: Array<Rejection> = []
      for (let start = 0; start < records.length; start += recordsAtOnce) {
        const end = start + recordsAtOnce
        const batch = { records: records.slice(start, end), rowNumbers: rowNumbers.slice(start, end) }
        rejected.push(...tableOf(records[0]).add(batch))
        bytes.push(...tableOf().full())
      }
      return { bytes, rejected }
    },
    end: ({ apiVersion }) => tableOf().end(apiVersion),
    replacedTexts: () => table?.replacedTexts ?? 0
  }
}

/** The rows of a file whose layout is known. */
class Table {
  private readonly numbers: ReadonlyArray<Numbers>
  private readonly texts: ReadonlyArray<Texts>
  private readonly rowNumbers: RowNumbers
  private readonly keys: ReadonlySet<string>
  private readonly file: ParquetFile
  /** The columns of which a number is in `extra`. */
  private readonly inExtra = new Set<string>()
  private rows = 0
  private groups = 0

  constructor(private readonly layout: Layout, private readonly exportId: string | undefined) {
    const [exportIdName, rowNumberName] = origin
    const columns = [...fields.of(layout), { name: exportIdName, type: "text", read: () => exportId } as const]
      .map((field) => field.type === "text" ? new Texts(field) : new Numbers(field))
    this.numbers = columns.filter((column) => column instanceof Numbers)
    this.texts = columns.filter((column) => column instanceof Texts)
    this.rowNumbers = new RowNumbers(rowNumberName)
    this.keys = new Set(layout.columns.map(({ key }) => key))
    this.file = new ParquetFile([...columns, this.rowNumbers])
  }

  get replacedTexts(): number {
    return this.texts.reduce((sum, { replaced }) => sum + replaced, 0)
  }

  /** Adds records. Gives those of another layout. */
  add({ records, rowNumbers }: Batch): ReadonlyArray<Rejection> {
    if (records.every(this.hasLayout) && this.fillNumbers(records)) {
      this.fillRest(records, rowNumbers)
      return []
    }
    const isHeld = (_: unknown, index: number): boolean => this.hasLayout(records[index]!)
    const held = records.filter(this.hasLayout).map(this.withExtra)
    this.fillNumbers(held)
    this.fillRest(held, rowNumbers.filter(isHeld))
    return records.flatMap((record, index) =>
      this.hasLayout(record)
        ? []
        : [{ record, row: rejection.of(record, rowNumbers[index]!, this.complaintAbout(record)) }]
    )
  }

  /** Gives the bytes of a row group once there are enough rows for it. */
  full(): ReadonlyArray<Uint8Array> {
    const isFull = this.rows >= rowsInGroup ||
      this.texts.reduce((sum, { length }) => sum + length, 0) >= bytesInGroup
    return isFull ? this.rowGroup() : []
  }

  end(apiVersion: string | undefined): ReadonlyArray<Uint8Array> {
    // some readers refuse a file without a row group
    const last = this.rows > 0 || this.groups === 0 ? this.rowGroup() : []
    const footer = this.file.end({
      "didww.schema": version,
      "didww.layout": this.layout._tag,
      ...(this.exportId !== undefined && { "didww.export_id": this.exportId }),
      ...(apiVersion !== undefined && { "didww.api_version": apiVersion }),
      ...(this.inExtra.size > 0 && { "didww.in_extra": Array.from(this.inExtra).join(",") })
    })
    return [...last, ...footer]
  }

  private readonly hasLayout = (record: CallRecord.CallRecord): boolean => {
    if (record._tag !== this.layout._tag) return false
    if (record._tag === "UnknownRecord") {
      for (const name in record.columns) if (!this.keys.has(name)) return false
    }
    return true
  }

  private complaintAbout(record: CallRecord.CallRecord): string {
    return record._tag === this.layout._tag
      ? "The record must have no other columns than the first one."
      : `The record must be a ${this.layout._tag}, as the first one is.`
  }

  /** A record whose numbers all fit. Those that a column cannot hold exactly stand in `extra` as text, by their headers. */
  private readonly withExtra = (record: CallRecord.CallRecord): CallRecord.CallRecord => {
    if (record._tag === "UnknownRecord") return record
    const unfit = this.numbers.flatMap(({ field }) => Number.isNaN(field.read(record)) ? [field] : [])
    if (unfit.length === 0) return record
    const extra = { ...record.extra }
    for (const { header, name } of unfit) {
      extra[header] = rejection.textOf(fields.valueOf(record, name))
      this.inExtra.add(name)
    }
    return { ...record, ...Object.fromEntries(unfit.map(({ name }) => [name, Option.none()])), extra }
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
