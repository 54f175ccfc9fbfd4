/**
 * The records of a completed export: the rows of its CSV, typed.
 *
 * The header decides. With the columns `Date/Time Start (UTC)`, `Status` and `Destination DID` a file has inbound calls. With
 * `Destination Number` instead of the last one it has outbound calls. Any other file has records of the type `UnknownRecord`:
 * those of messages, and those of versions before 2026-04-16. Columns are found by name, in any order.
 *
 * Every field is an `Option`: a call that nobody answered has no times, versions have different columns, and DIDWW promises no
 * value. Null and blank are both none. `extra` keeps the columns without a field, where null and blank stay apart. If a name
 * stands in the header twice, `extra` has the second column as `Status #2`.
 *
 * Every row of the file is a record or a `RejectedRow`, in order. One unreadable row does not affect the others. Numbers are
 * read in every exact notation (`0.010`, `.003`, `1e-05`, `57.0`), with or without spaces around them, and are never rounded.
 * The zero date (`0000-00-00 00:00:00`) is none.
 *
 * @example
 * ```ts
 * import { CallRecord } from "@effect-didww/core"
 * import { BigDecimal, Option } from "effect"
 *
 * const charged = (row: CallRecord.Row): BigDecimal.BigDecimal => {
 *   switch (row._tag) {
 *     case "CdrInRecord":
 *       return Option.getOrElse(row.total, () => BigDecimal.make(0n, 0))
 *     case "CdrOutRecord":
 *       return Option.getOrElse(row.charged, () => BigDecimal.make(0n, 0))
 *     default:
 *       return BigDecimal.make(0n, 0)
 *   }
 * }
 *
 * export const total = (csv: Uint8Array): BigDecimal.BigDecimal => BigDecimal.sumAll(CallRecord.decode(csv).map(charged))
 * ```
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import * as Channel from "effect/Channel"
import { dual } from "effect/Function"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Export } from "./Export.js"
import * as encoding from "./internal/callRecord/encode.js"
import { decoder } from "./internal/callRecord/rows.js"
import { decoding } from "./internal/callRecord/stream.js"
import * as columns from "./internal/columns.js"
import { CorruptArchive } from "./internal/errors/archive.js"
import { properties } from "./internal/properties.js"
import { declare } from "./internal/schema.js"

/**
 * Columns by name. `null` and `""` are different.
 *
 * @since 0.1.0
 * @category models
 */
export interface Columns {
  readonly [name: string]: string | null
}

/**
 * The schema of columns by name.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Columns: Schema.Schema<Columns> = declare(
  (input): input is Columns =>
    Predicate.isRecord(input) &&
    Object.values(input).every((value) => value === null || typeof value === "string"),
  "@effect-didww/core/Columns",
  { of: Schema.Record({ key: Schema.String, value: Schema.NullOr(Schema.String) }), make: (sample) => sample }
)

/**
 * Money as a decimal number in a string, in any exact notation such as `0.010`, `.003` or `1e-05`. It keeps its zeros.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Money: Schema.Schema<BigDecimal.BigDecimal, string> = columns.Money

const extra = Schema.optionalWith(Columns, { exact: true, default: () => ({}) })

/**
 * An inbound call. Money is in US dollars.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrInRecord extends Schema.Schema.Type<typeof CdrInRecord> {}

/**
 * The schema of an inbound call.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CdrInRecord = Schema.TaggedStruct("CdrInRecord", {
  ...properties(columns.cdrIn),
  /** The columns without a field, by name. */
  extra
}).annotations({ identifier: "@effect-didww/core/CdrInRecord" })

/**
 * An outbound call. Money is in US dollars.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrOutRecord extends Schema.Schema.Type<typeof CdrOutRecord> {}

/**
 * The schema of an outbound call.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CdrOutRecord = Schema.TaggedStruct("CdrOutRecord", {
  ...properties(columns.cdrOut),
  /** The columns without a field, by name. */
  extra
}).annotations({ identifier: "@effect-didww/core/CdrOutRecord" })

/**
 * A record of a file whose layout this library does not know.
 *
 * @since 0.1.0
 * @category models
 */
export interface UnknownRecord extends Schema.Schema.Type<typeof UnknownRecord> {}

/**
 * The schema of a record of an unknown layout.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UnknownRecord = Schema.TaggedStruct("UnknownRecord", { columns: Columns }).annotations({
  identifier: "@effect-didww/core/UnknownRecord"
})

/**
 * A record of any layout.
 *
 * @since 0.1.0
 * @category models
 */
export type CallRecord = CdrInRecord | CdrOutRecord | UnknownRecord

/**
 * A record, from and to JSON: times in ISO 8601, money as a decimal number in a string, durations as seconds, none as null. A
 * null and an empty `extra` may be left out.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CallRecord = Schema.Union(CdrInRecord, CdrOutRecord, UnknownRecord).annotations({
  identifier: "@effect-didww/core/CallRecord"
})

/**
 * A row that cannot be read as a record: it has more or fewer cells than the header, a cell does not hold what its column should,
 * or the row is not CSV. After a quote that is not closed, reading goes on with the next line that has as many cells as the
 * header. The lines before it belong to the rejected row.
 *
 * @since 0.1.0
 * @category models
 */
export interface RejectedRow extends Schema.Schema.Type<typeof RejectedRow> {}

/**
 * The schema of a rejected row.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RejectedRow = Schema.TaggedStruct("RejectedRow", {
  /** The number of the record in the file, from 1. A header that cannot be read is 0. */
  recordNumber: Schema.NonNegativeInt,
  /** How many lines of the file it took. More than one were taken if a quote is not closed in its line. */
  lines: Schema.Int.pipe(Schema.positive()),
  /** The cells as they stand in the file. Null and blank are different. A cell that is not CSV still has its quotes. */
  cells: Schema.Array(Schema.NullOr(Schema.String)),
  /** A sentence that says what was expected, and in which column. It holds no value of the row. */
  reason: Schema.String
}).annotations({ identifier: "@effect-didww/core/RejectedRow" })

/**
 * A row of the file: a record or a rejected row.
 *
 * @since 0.1.0
 * @category models
 */
export type Row = CallRecord | RejectedRow

/**
 * The schema of a row.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Row = Schema.Union(...CallRecord.members, RejectedRow).annotations({
  identifier: "@effect-didww/core/Row"
})

/**
 * Whether a row is a record.
 *
 * @since 0.1.0
 * @category guards
 */
export const isRecord = (row: Row): row is CallRecord => row._tag !== "RejectedRow"

/**
 * Whether a row was rejected.
 *
 * @since 0.1.0
 * @category guards
 */
export const isRejected = (row: Row): row is RejectedRow => row._tag === "RejectedRow"

/**
 * A column of a record, by the key of its field. `extra` is all columns without a field.
 *
 * @since 0.1.0
 * @category models
 */
export type Column = Exclude<keyof CdrInRecord | keyof CdrOutRecord, "_tag">

type FieldsOf<R extends CdrInRecord | CdrOutRecord, C extends Column> = {
  readonly [K in keyof R]: K extends C | "_tag" ? R[K] : K extends "extra" ? Readonly<Record<string, never>>
  : Option.Option<never>
}

/**
 * A row of which only these columns were decoded. The other fields are none, and `extra` is empty.
 *
 * @since 0.1.0
 * @category models
 */
export type Selected<C extends Column> = [Column] extends [C] ? Row
  : FieldsOf<CdrInRecord, C> | FieldsOf<CdrOutRecord, C> | UnknownRecord | RejectedRow

/**
 * The options of decoding.
 *
 * @since 0.1.0
 * @category models
 */
export interface DecodeOptions<C extends Column = Column> {
  /**
   * Only these columns are decoded, which is faster. The other fields are none, and `extra` is empty unless it is listed. The
   * same rows are rejected, and a record of an unknown layout has all its columns. Default: all columns.
   */
  readonly columns?: ReadonlyArray<C> | undefined
  /**
   * The bytes within which a record must end, at least 1. A longer record is rejected, and reading goes on with its next line
   * that has as many cells as the header, or else behind these bytes. Default: 65,536, two hundred times a usual record.
   */
  readonly maxRecordBytes?: number | undefined
  /**
   * The type of the export, of version 2026-04-16 or later. If the layout of the type is known and the header has none of its
   * columns, the file holds something else. Default: any header that is text is accepted.
   */
  readonly exportType?: Export["exportType"] | undefined
}

/**
 * Decodes a whole file that is already gunzipped. If its header is no text, as in a file that was gzipped twice, all rows are
 * rejected. `decodeStream` fails then.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = <const C extends Column = Column>(
  csv: Uint8Array | string,
  options?: DecodeOptions<C>
): ReadonlyArray<Selected<C>> => {
  const { end, push } = decoder(options)
  return [...push(typeof csv === "string" ? new TextEncoder().encode(csv) : csv), ...end()]
}

/**
 * Decodes a file that comes in chunks of bytes. Each chunk of bytes gives one chunk of rows. It fails with `CorruptArchive`
 * (`content`) if the header shows that the file holds something else than records.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decodeStream: {
  <const C extends Column = Column>(
    options?: DecodeOptions<C>
  ): <E, R>(csv: Stream.Stream<Uint8Array, E, R>) => Stream.Stream<Selected<C>, E | CorruptArchive, R>
  <E, R, const C extends Column = Column>(
    csv: Stream.Stream<Uint8Array, E, R>,
    options?: DecodeOptions<C>
  ): Stream.Stream<Selected<C>, E | CorruptArchive, R>
} = dual(
  (args) => Predicate.hasProperty(args[0], Stream.StreamTypeId),
  <E, R, const C extends Column = Column>(
    csv: Stream.Stream<Uint8Array, E, R>,
    options?: DecodeOptions<C>
  ): Stream.Stream<Selected<C>, E | CorruptArchive, R> =>
    Stream.pipeThroughChannel(csv, Channel.suspend(() => decoding(decoder(options))))
)

/**
 * Encodes as the schema `Row` does, without its checks: for files of a million lines of JSON.
 *
 * @since 0.1.0
 * @category encoding
 */
export const encode: (row: Row) => typeof Row.Encoded = encoding.encode

/**
 * Encodes a row as JSON on one line, without the line end, without nulls and without an empty `extra`. `Row` reads it.
 *
 * @since 0.1.0
 * @category encoding
 */
export const toLine: (row: Row) => string = encoding.toLine
