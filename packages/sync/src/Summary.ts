/**
 * Summaries of call records: calls, durations and money by any columns, and by date, hour or month in a zone.
 *
 * A summary is exact: money and durations are decimal numbers that are never rounded. It takes one pass, and memory for its
 * groups only. Summaries of the same options merge in any order, so each file or each day can have its own.
 *
 * Records of unknown layouts and rejected rows are counted. They belong to no group and have no money.
 *
 * @example
 * ```ts
 * import { CallRecord } from "@effect-didww/core"
 * import { Summary } from "@effect-didww/sync"
 * import * as Stream from "effect/Stream"
 *
 * const options: Summary.Input = { by: ["trunk", "date"], increment: "1 minute" }
 *
 * export const summarize = <E, R>(csv: Stream.Stream<Uint8Array, E, R>) =>
 *   csv.pipe(
 *     CallRecord.decodeStream({ columns: Summary.columns(options) }),
 *     Stream.run(Summary.sink(options))
 *   )
 * ```
 *
 * @since 0.1.0
 */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as BigDecimal from "effect/BigDecimal"
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Sink from "effect/Sink"
import * as table from "./internal/summary/dimensions.js"
import { different, resolve } from "./internal/summary/options.js"
import { Tally } from "./internal/summary/tally.js"

/**
 * A dimension to group calls by: a column of text or integers, by its key, or one of these:
 *
 * - `type`: `cdr_in` or `cdr_out`
 * - `trunk`: the inbound trunk of an inbound call, the outbound trunk of an outbound call
 * - `country`: the country of the caller of an inbound call, and of the called party of an outbound call
 * - `date`, `month`: when the call began, such as `2026-10-01` and `2026-10`, in the zone
 * - `hour`: the same to the hour, with the zone's offset, such as `2026-10-01T08:00+02:00`
 *
 * @since 0.1.0
 * @category models
 */
export type Dimension = table.Dimension

/**
 * All dimensions.
 *
 * @since 0.1.0
 * @category dimensions
 */
export const dimensions: ReadonlyArray<Dimension> = table.all

/**
 * The schema of a dimension.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Dimension: Schema.Schema<Dimension> = Schema.Literal(...table.all).annotations({
  identifier: "@effect-didww/sync/Dimension"
})

/**
 * A column of money, by its key.
 *
 * @since 0.1.0
 * @category models
 */
export type MoneyColumn = table.MoneyColumn

/**
 * The schema of a column of money.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MoneyColumn: Schema.Schema<MoneyColumn> = Schema.Literal(...table.money).annotations({
  identifier: "@effect-didww/sync/MoneyColumn"
})

/**
 * How to summarize.
 *
 * @since 0.1.0
 * @category models
 */
export interface Input {
  /** The dimensions to group by. Default: none, which makes one group. */
  readonly by?: ReadonlyArray<Dimension> | undefined
  /** The zone of `date`, `month` and `hour`. Default: UTC. */
  readonly zone?: DateTime.TimeZone | undefined
  /** The columns of money to sum. Default: `total` and `charged`, what inbound and outbound calls cost. */
  readonly money?: ReadonlyArray<MoneyColumn> | undefined
  /** Each call's duration is rounded up to a multiple of this, at least a millisecond. Default: no rounding. */
  readonly increment?: Duration.DurationInput | undefined
  /** The least duration that a call with a duration has in `rounded`. Default: no minimum. */
  readonly minimum?: Duration.DurationInput | undefined
}

/**
 * The options of a summary.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Schema.Schema.Type<typeof Options> {}

/**
 * The schema of the options of a summary.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Options = Schema.Struct({
  by: Schema.Array(Dimension),
  zone: Schema.TimeZone,
  money: Schema.Array(MoneyColumn),
  /** In milliseconds. */
  increment: Schema.optionalWith(Schema.DurationFromMillis, { exact: true }),
  /** In milliseconds. */
  minimum: Schema.optionalWith(Schema.DurationFromMillis, { exact: true })
}).annotations({ identifier: "@effect-didww/sync/SummaryOptions" })

/**
 * The sums of the calls that have the same values in all dimensions.
 *
 * @since 0.1.0
 * @category models
 */
export interface Group extends Schema.Schema.Type<typeof Group> {}

/**
 * The schema of a group.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Group = Schema.Struct({
  /** The value of each dimension. Null if the calls have no value, or no such column. */
  key: Schema.Record({ key: Schema.String, value: Schema.NullOr(Schema.String) }),
  calls: Schema.NonNegativeInt,
  /** Calls that were connected. */
  answered: Schema.NonNegativeInt,
  /** The sum of the durations in seconds. A layout without a duration has the time from connection to end. */
  seconds: CallRecord.Money,
  /** The sum of the durations in seconds, each rounded up by `increment` and `minimum`. */
  rounded: CallRecord.Money,
  /** The sum of each column of money, by its key. A column without a value is left out. */
  money: Schema.Record({ key: Schema.String, value: CallRecord.Money })
}).annotations({ identifier: "@effect-didww/sync/SummaryGroup" })

/**
 * A summary of call records.
 *
 * @since 0.1.0
 * @category models
 */
export interface Summary extends Schema.Schema.Type<typeof Summary> {}

/**
 * The schema of a summary. In JSON, money and durations are decimal numbers in strings.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Summary = Schema.Struct({
  options: Options,
  /** Sorted by their values, dimension by dimension. Null comes last. */
  groups: Schema.Array(Group),
  /** Records of unknown layouts. */
  unknown: Schema.NonNegativeInt,
  /** Rows that could not be read. */
  rejected: Schema.NonNegativeInt,
  /** Lines of the files that the rejected rows took. */
  rejectedLines: Schema.NonNegativeInt
}).annotations({ identifier: "@effect-didww/sync/Summary" })

/**
 * The summaries have different options, so they cannot be merged.
 *
 * @since 0.1.0
 * @category errors
 */
export class SummaryMismatch extends Schema.TaggedError<SummaryMismatch>("@effect-didww/sync/SummaryMismatch")(
  "SummaryMismatch",
  {
    /** The options that differ. */
    options: Schema.Array(Schema.Literal("by", "zone", "money", "increment", "minimum"))
  }
) {
  override get message(): string {
    return `The summaries differ in ${this.options.join(" and ")}. Merge summaries of the same options.`
  }
}

/**
 * The summary of no rows.
 *
 * @since 0.1.0
 * @category constructors
 */
export const empty = (input?: Input): Summary => new Tally(resolve(input)).summary

/**
 * Summarizes rows.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromRows: {
  (input?: Input): (rows: Iterable<CallRecord.Row>) => Summary
  (rows: Iterable<CallRecord.Row>, input?: Input): Summary
} = dual(
  (args) => typeof args[0] === "object" && Symbol.iterator in args[0],
  (rows: Iterable<CallRecord.Row>, input?: Input): Summary => add(empty(input), rows)
)

/**
 * Summarizes a stream of rows, a chunk at a time.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sink = (input?: Input): Sink.Sink<Summary, CallRecord.Row> =>
  Sink.suspend(() =>
    Sink.foldLeftChunks(new Tally(resolve(input)), (tally, rows: Chunk.Chunk<CallRecord.Row>) => {
      tally.add(Chunk.toReadonlyArray(rows))
      return tally
    })
  ).pipe(Sink.map(({ summary }) => summary))

/**
 * The columns that a summary reads, for a decoder that skips the others.
 *
 * @since 0.1.0
 * @category constructors
 */
export const columns = (input?: Input): ReadonlyArray<CallRecord.Column> => {
  const { by, money } = resolve(input)
  return Array.from(
    new Set([...by.flatMap(table.columnsOf), ...money, "connectedAt", "endedAt", "duration", "callDuration"] as const)
  )
}

/**
 * Adds rows. It copies the groups: for many chunks, use `sink`.
 *
 * @since 0.1.0
 * @category combining
 */
export const add: {
  (rows: Iterable<CallRecord.Row>): (self: Summary) => Summary
  (self: Summary, rows: Iterable<CallRecord.Row>): Summary
} = dual(2, (self: Summary, rows: Iterable<CallRecord.Row>): Summary => {
  const tally = new Tally(self.options)
  tally.merge(self)
  tally.add(Array.isArray(rows) ? rows : Array.from(rows))
  return tally.summary
})

/**
 * Merges two summaries of the same options. The order does not matter, and `empty` changes nothing.
 *
 * @since 0.1.0
 * @category combining
 */
export const merge: {
  (that: Summary): (self: Summary) => Either.Either<Summary, SummaryMismatch>
  (self: Summary, that: Summary): Either.Either<Summary, SummaryMismatch>
} = dual(2, (self: Summary, that: Summary): Either.Either<Summary, SummaryMismatch> => {
  const options = different(self.options, that.options)
  if (options.length > 0) return Either.left(new SummaryMismatch({ options }))
  const tally = new Tally(self.options)
  tally.merge(self)
  tally.merge(that)
  return Either.right(tally.summary)
})

/**
 * Groups by fewer dimensions: those of the summary that are listed, in the order of the list.
 *
 * @since 0.1.0
 * @category combining
 */
export const rollUp: {
  (by: ReadonlyArray<Dimension>): (self: Summary) => Summary
  (self: Summary, by: ReadonlyArray<Dimension>): Summary
} = dual(2, (self: Summary, by: ReadonlyArray<Dimension>): Summary => {
  const kept = Array.from(new Set(by)).filter((dimension) => self.options.by.includes(dimension))
  const tally = new Tally({ ...self.options, by: kept })
  tally.merge(self)
  return tally.summary
})

/**
 * The sums of all groups.
 *
 * @since 0.1.0
 * @category readings
 */
export const total = (self: Summary): Group =>
  rollUp(self, []).groups[0] ??
    { key: {}, calls: 0, answered: 0, seconds: zero, rounded: zero, money: {} }

const zero = BigDecimal.make(0n, 0)

const quotient = (value: number, count: number): Option.Option<number> =>
  count === 0 ? Option.none() : Option.some(value / count)

/**
 * The answer-seizure ratio: the share of calls that were answered, from 0 to 1. None without calls.
 *
 * @since 0.1.0
 * @category readings
 */
export const asr = ({ answered, calls }: Group): Option.Option<number> => quotient(answered, calls)

/**
 * The average call duration of answered calls, in seconds. None without answered calls.
 *
 * @since 0.1.0
 * @category readings
 */
export const acd = ({ answered, seconds }: Group): Option.Option<number> =>
  quotient(BigDecimal.unsafeToNumber(seconds), answered)

/**
 * The minutes, rounded as the options say.
 *
 * @since 0.1.0
 * @category readings
 */
export const minutes = ({ rounded }: Group): number => BigDecimal.unsafeToNumber(rounded) / 60
