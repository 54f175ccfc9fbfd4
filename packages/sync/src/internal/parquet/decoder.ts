/** From a Parquet file back to records, one row group at a time. Only the columns that are asked for are read. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as Protocol from "@effect-didww/core/Protocol"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import {
  type DecodedArray,
  type FileMetaData,
  parquetMetadata,
  parquetScan,
  type ParquetType,
  type RowGroup,
  type SchemaElement
} from "hyparquet"
import { snappyUncompressor } from "hysnappy"
import { origin } from "../file/columns.js"
import { version } from "./encoder.js"
import * as fields from "./fields.js"
import { physical } from "./file.js"

/** Reads the bytes of a file from one position up to another. */
export type Read<E> = (from: number, to: number) => Effect.Effect<Uint8Array<ArrayBuffer>, E>

/** The reason why a file cannot be read. */
export type Reason = "parquet" | "records" | "version"

/** Where the footer starts, from the last eight bytes of a file. */
export const footerOf = (last: Uint8Array, size: number): number | undefined => {
  const view = new DataView(last.buffer, last.byteOffset, last.byteLength)
  if (last.length < 8 || view.getUint32(4, true) !== magic) return undefined
  const start = size - 8 - view.getUint32(0, true)
  return start >= 4 ? start : undefined
}

// PAR1
const magic = 0x31524150

/** A file of records whose footer was read. */
export interface File {
  readonly layout: CallRecord.CallRecord["_tag"]
  readonly metadata: FileMetaData
  /** The columns of which a number is in `extra`. */
  readonly inExtra: ReadonlyArray<string>
}

export const open = (footer: Uint8Array<ArrayBuffer>): Either.Either<File, Reason> =>
  Either.flatMap(
    Either.try({ try: () => parquetMetadata(footer.buffer), catch: (): Reason => "parquet" }),
    ({ schema, ...metadata }): Either.Either<File, Reason> => {
      const facts = new Map((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value]))
      const layout = layouts.find((layout) => layout === facts.get("didww.layout"))
      if (layout === undefined) return Either.left("records")
      if (facts.get("didww.schema") !== version) return Either.left("version")
      return !schema.slice(1).every(isOf(layout))
        ? Either.left("records")
        : Either.right({
          layout,
          metadata: { ...metadata, schema: schema.map(stored) },
          inExtra: facts.get("didww.in_extra")?.split(",") ?? []
        })
    }
  )

/** Whether a column is one of the layout, or one that this version does not know. */
const isOf = (layout: File["layout"]) => ({ name, type }: SchemaElement): boolean =>
  isOrigin(name) || type === (layout === "UnknownRecord" ? "BYTE_ARRAY" : types[layout].get(name) ?? type)

const typesOf = (layout: keyof typeof Protocol.columns): ReadonlyMap<string, ParquetType> =>
  new Map(
    fields.of({ _tag: layout, columns: Protocol.columns[layout] }).map(({ name, type }) => [name, physical[type]])
  )

const types = { CdrInRecord: typesOf("CdrInRecord"), CdrOutRecord: typesOf("CdrOutRecord") }

const layouts = ["CdrInRecord", "CdrOutRecord", "UnknownRecord"] as const

/** As it is stored: hyparquet would make doubles of money, and dates without their microseconds of times. */
const stored = ({ converted_type, logical_type, ...element }: SchemaElement): SchemaElement => ({
  ...element,
  ...(element.type === "BYTE_ARRAY" && { converted_type: "UTF8" })
})

/** The columns of a row group. */
type Columns = ReadonlyMap<string, DecodedArray>

/** Reads the columns of a row group which starts with the row `first`. The keys are those of a record. Default: all. */
export const columnsOf = <E>(
  { inExtra, layout, metadata }: File,
  group: RowGroup,
  first: number,
  read: Read<E>,
  keys: ReadonlyArray<string> | undefined
): Effect.Effect<Columns, E | Reason> =>
  Effect.gen(function*() {
    const isWanted = (name: string): boolean =>
      !isOrigin(name) && (layout === "UnknownRecord" || keys === undefined || keys.includes(name) ||
        (name === "extra" && keys.some((key) => inExtra.includes(key))))
    const columns = new Map<string, DecodedArray>()
    for (const { meta_data } of group.columns) {
      const name = meta_data?.path_in_schema[0]
      if (meta_data === undefined || name === undefined || !isWanted(name)) continue
      const start = Number(meta_data.dictionary_page_offset ?? meta_data.data_page_offset)
      const end = start + Number(meta_data.total_compressed_size)
      const { buffer } = yield* read(start, end)
      const file = { byteLength: end, slice: (from: number, to = end) => buffer.slice(from - start, to - start) }
      const values = yield* Effect.tryPromise({
        try: async () => {
          const scan = await parquetScan({ file, metadata, columns: [name], compressors, parsers })
          return scan.readColumn({ column: name, rowStart: first, rowEnd: first + Number(group.num_rows) })
        },
        catch: (): Reason => "parquet"
      })
      if (values.length !== Number(group.num_rows)) return yield* Effect.fail("parquet" as const)
      columns.set(name, values)
    }
    return columns
  })

const isOrigin = (name: string): boolean => origin.some((column) => column === name)

const uncompress = snappyUncompressor()
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })
const compressors = { SNAPPY: uncompress }
const parsers = { stringFromBytes: (bytes: Uint8Array): string => utf8.decode(bytes) }

/** The records of the rows from `from` up to `to`, counted from the start of the row group. */
export const recordsOf = (
  file: File,
  columns: Columns,
  from: number,
  to: number,
  keys: ReadonlyArray<string> | undefined
): Effect.Effect<ReadonlyArray<CallRecord.CallRecord>, Reason> =>
  Effect.try({
    try: () => Array.from({ length: to - from }, (_, index) => recordOf(file, columns, from + index, keys)),
    catch: (): Reason => "parquet"
  })

const recordOf = (
  { inExtra, layout }: File,
  columns: Columns,
  row: number,
  keys: ReadonlyArray<string> | undefined
): CallRecord.CallRecord => {
  const valueOf = (name: string): unknown => columns.get(name)?.[row]
  if (layout === "UnknownRecord") {
    return {
      _tag: layout,
      columns: decodeColumns(Object.fromEntries(Array.from(columns.keys(), (name) => [name, valueOf(name) ?? null])))
    }
  }
  const text = valueOf("extra")
  const extra: Record<string, string | null> = text == null ? {} : { ...decodeExtra(text) }
  const record: Record<string, unknown> = { _tag: layout }
  for (const { key, kind, name } of Protocol.columns[layout]) {
    const value = valueOf(key)
    if (value == null && inExtra.includes(key) && typeof extra[name] === "string") {
      const isWanted = keys === undefined || keys.includes(key)
      record[key] = isWanted ? Option.some(decodeText[kind](extra[name])) : Option.none()
      delete extra[name]
    } else {
      record[key] = value == null ? Option.none() : Option.some(decode[kind](value as never))
    }
  }
  record.extra = keys === undefined || keys.includes("extra") ? extra : {}
  // the table of columns has all fields of the layout
  return record as unknown as CallRecord.CallRecord
}

/** The values of each kind. They have the types of the columns, which `open` has checked. */
const decode = {
  text: (text: string) => text,
  integer: (integer: number) => integer,
  seconds: (seconds: number) => Duration.seconds(seconds),
  money: (unscaled: bigint) => BigDecimal.make(unscaled, fields.scale),
  time: (micros: bigint) => DateTime.unsafeMake(Number(micros / 1000n))
}

/** The same of texts in `extra`. */
const decodeText = {
  text: decode.text,
  integer: Number,
  seconds: (text: string) => Duration.seconds(Number(text)),
  money: BigDecimal.unsafeFromString,
  time: (text: string) => DateTime.unsafeMake(text)
}

const decodeColumns = Schema.validateSync(CallRecord.Columns)
const decodeExtra = Schema.decodeUnknownSync(Schema.parseJson(CallRecord.Columns))
