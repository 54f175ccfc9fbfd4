/**
 * The call records of a completed export: the rows of its CSV, typed.
 *
 * The header decides. With `Date/Time Start (UTC)`, `Status` and `Destination DID` among its columns a file is of
 * inbound calls, with `Destination Number` instead of the last of outbound ones; any other file, those of sms and of
 * the versions before 2026-04-16 too, is one of `UnknownRecord`. Columns are found by name, in any order.
 *
 * Every field is an `Option`: a call that nobody answered has no times, a version has not the columns of another, and
 * DIDWW promises of none that it is always there. Null and blank are both none. A record keeps columns that it has no
 * field for in `extra`, with null and blank as they are; so does one whose name stands in the header a second time, as
 * `Status #2`.
 *
 * Every row of the file is either a record or a `RejectedRow`, in order, so that a row that cannot be read costs
 * itself and no other. Money is never rounded.
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
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as codec from "./internal/callRecord/rows.js"
import * as encoding from "./internal/callRecord/encode.js"
import * as decimal from "./internal/decimal.js"

/**
 * Columns by name, `null` and `""` told apart.
 *
 * @since 0.1.0
 * @category models
 */
export interface Columns {
  readonly [name: string]: string | null
}

/**
 * @since 0.1.0
 * @category schemas
 */
export const Columns: Schema.Schema<Columns> = Schema.declare(
  (input: unknown): input is Columns =>
    Predicate.isRecord(input) &&
    Object.values(input).every((value) => value === null || typeof value === "string"),
  {
    identifier: "@effect-didww/core/Columns",
    arbitrary: () => (fc) => fc.dictionary(fc.string(), fc.option(fc.string()))
  }
)

/**
 * Money, as a decimal number in a string that keeps its zeros.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Money = Schema.transformOrFail(Schema.String, Schema.BigDecimalFromSelf, {
  strict: true,
  decode: (text, _, ast) => {
    const money = decimal.parse(text)
    return money === undefined
      ? ParseResult.fail(new ParseResult.Type(ast, text, "Expected a decimal number such as 0.010"))
      : ParseResult.succeed(money)
  },
  encode: (money) => ParseResult.succeed(decimal.format(money))
}).annotations({ identifier: "@effect-didww/core/Money" })

/**
 * A finite duration, as a number of seconds.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Seconds = Schema.transform(
  Schema.Finite.pipe(Schema.nonNegative()),
  Schema.DurationFromSelf.pipe(Schema.filter(Duration.isFinite)),
  { strict: true, decode: Duration.seconds, encode: Duration.toSeconds }
).annotations({ identifier: "@effect-didww/core/Seconds" })

const optional = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.optionalWith(schema, { as: "Option", nullable: true, onNoneEncoding: () => Option.some(null) })

const text = optional(Schema.String)
const integer = optional(Schema.Int)
const money = optional(Money)
const seconds = optional(Seconds)
const time = optional(Schema.DateTimeUtc)

/**
 * An inbound call. `sourceNumber`, `sourceNumberOut`, `sourceCountry` and `sourceNetwork` are columns of 2026-11-19;
 * `source` and all from `duration` on are of 2026-04-16. Money is in US dollars.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrInRecord extends Schema.Schema.Type<typeof CdrInRecord> {}

/**
 * @since 0.1.0
 * @category schemas
 */
export const CdrInRecord = Schema.TaggedStruct("CdrInRecord", {
  startedAt: time,
  connectedAt: time,
  endedAt: time,
  status: text,
  source: text,
  sourceNumber: text,
  sourceNumberOut: text,
  sourceName: text,
  sourceCountry: text,
  sourceNetwork: text,
  destinationDid: text,
  duration: seconds,
  /** from 1 */
  attempt: integer,
  /** as of SIP */
  disconnectCode: integer,
  response: text,
  disconnectInitiator: text,
  voiceInTrunk: text,
  destination: text,
  trunkGroup: text,
  capacityGroup: text,
  tollFree: money,
  pstn: money,
  metered: money,
  cnamIn: money,
  total: money,
  callId: text,
  extra: Columns
}).annotations({ identifier: "@effect-didww/core/CdrInRecord" })

/**
 * An outbound call. Money is in US dollars.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrOutRecord extends Schema.Schema.Type<typeof CdrOutRecord> {}

/**
 * @since 0.1.0
 * @category schemas
 */
export const CdrOutRecord = Schema.TaggedStruct("CdrOutRecord", {
  startedAt: time,
  connectedAt: time,
  endedAt: time,
  status: text,
  source: text,
  cli: text,
  destinationNumber: text,
  callDuration: seconds,
  billingDuration: seconds,
  /** as of SIP */
  disconnectCode: integer,
  disconnectReason: text,
  voiceOutTrunk: text,
  destinationCountry: text,
  network: text,
  callType: text,
  rate: money,
  charged: money,
  pChargeInfo: text,
  callId: text,
  extra: Columns
}).annotations({ identifier: "@effect-didww/core/CdrOutRecord" })

/**
 * A row of a file whose layout this library does not know.
 *
 * @since 0.1.0
 * @category models
 */
export interface UnknownRecord extends Schema.Schema.Type<typeof UnknownRecord> {}

/**
 * @since 0.1.0
 * @category schemas
 */
export const UnknownRecord = Schema.TaggedStruct("UnknownRecord", { columns: Columns }).annotations({
  identifier: "@effect-didww/core/UnknownRecord"
})

/**
 * @since 0.1.0
 * @category models
 */
export type CallRecord = CdrInRecord | CdrOutRecord | UnknownRecord

/**
 * A record, from and to JSON: times in ISO 8601, money as a decimal number in a string, durations as seconds, none as
 * null, which may be left out too.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CallRecord = Schema.Union(CdrInRecord, CdrOutRecord, UnknownRecord).annotations({
  identifier: "@effect-didww/core/CallRecord"
})

/**
 * A row that is no record: it has more or fewer cells than the header, something in it is not what its column holds,
 * or it is no CSV.
 *
 * @since 0.1.0
 * @category models
 */
export interface RejectedRow extends Schema.Schema.Type<typeof RejectedRow> {}

/**
 * @since 0.1.0
 * @category schemas
 */
export const RejectedRow = Schema.TaggedStruct("RejectedRow", {
  /** Which record of the file it is, from 1; a header that cannot be read is 0. */
  recordNumber: Schema.NonNegativeInt,
  /** As they stand in the file, null apart from blank. A cell that is no CSV has its quotes still. */
  cells: Schema.Array(Schema.NullOr(Schema.String)),
  /** A sentence that says what was expected, and of which column. It has nothing of the row's own. */
  reason: Schema.String
}).annotations({ identifier: "@effect-didww/core/RejectedRow" })

/**
 * @since 0.1.0
 * @category models
 */
export type Row = CallRecord | RejectedRow

/**
 * @since 0.1.0
 * @category schemas
 */
export const Row = Schema.Union(...CallRecord.members, RejectedRow).annotations({
  identifier: "@effect-didww/core/Row"
})

/**
 * @since 0.1.0
 * @category guards
 */
export const isRecord = (row: Row): row is CallRecord => row._tag !== "RejectedRow"

/**
 * @since 0.1.0
 * @category guards
 */
export const isRejected = (row: Row): row is RejectedRow => row._tag === "RejectedRow"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * Within how many bytes a record has to end, at least 1. One that does not is rejected, cut there, and reading goes
   * on with the line after that: this is what an unclosed quote costs. Default: 65,536, two hundred times a usual
   * record.
   */
  readonly maxRecordBytes?: number | undefined
}

/**
 * Reads a file in chunks: bytes in, the rows that end in them out. The chunks may be cut anywhere, within a character
 * too, without any effect on the rows.
 *
 * @since 0.1.0
 * @category models
 */
export interface Decoder {
  readonly push: (bytes: Uint8Array) => ReadonlyArray<Row>
  /** The rows that only the end of the file ends. The decoder is spent. */
  readonly end: () => ReadonlyArray<Row>
}

/**
 * A decoder for one file of CSV by RFC 4180, as DIDWW writes it: UTF-8 with or without a byte order mark, commas, lines
 * that end in LF or CRLF, the header first. It keeps no more than one unfinished record.
 *
 * A quote within a cell that does not begin with one is text like any other. Text behind a closing quote makes the row
 * a rejected one, and the cell goes on to the next comma or line end. A line with nothing in it is a row of one cell.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decoder = (options?: Options): Decoder => codec.decoder(options?.maxRecordBytes)

/**
 * The rows of a whole file, already gunzipped.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = (csv: Uint8Array | string, options?: Options): ReadonlyArray<Row> => {
  const { end, push } = decoder(options)
  return [...push(typeof csv === "string" ? new TextEncoder().encode(csv) : csv), ...end()]
}

/**
 * The rows of a file that comes in chunks of bytes, as one chunk of rows for each of them.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decodeStream: {
  (options?: Options): <E, R>(csv: Stream.Stream<Uint8Array, E, R>) => Stream.Stream<Row, E, R>
  <E, R>(csv: Stream.Stream<Uint8Array, E, R>, options?: Options): Stream.Stream<Row, E, R>
} = dual(
  (args) => Predicate.hasProperty(args[0], Stream.StreamTypeId),
  <E, R>(csv: Stream.Stream<Uint8Array, E, R>, options?: Options): Stream.Stream<Row, E, R> =>
    Stream.suspend(() => {
      const { end, push } = decoder(options)
      return csv.pipe(
        Stream.rechunk(1),
        Stream.mapChunks(Chunk.flatMap((bytes) => Chunk.unsafeFromArray(push(bytes)))),
        Stream.concat(Stream.suspend(() => Stream.fromChunk(Chunk.unsafeFromArray(end()))))
      )
    })
)

/**
 * What the schema's encoding does, without a look at each field: for files of a million lines of JSON.
 *
 * @since 0.1.0
 * @category encoding
 */
export const encode: (row: Row) => typeof Row.Encoded = encoding.encode
