/** Sums the calls of exports, of files and of stdin. */
import { CallRecord } from "@effect-didww/core"
import { Summary } from "@effect-didww/sync"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Client from "../Client.js"
import { Usage } from "../Failure.js"
import { plural } from "../internal/text.js"
import * as Output from "../Output.js"
import * as Progress from "../Progress.js"
import * as Reading from "../Reading.js"
import * as Rejected from "../Rejected.js"
import { pick } from "../Rows.js"
import { interruptible } from "../Session.js"
import * as Source from "../Source.js"
import * as StatRow from "../StatRow.js"
import { Stdio } from "../Stdio.js"

/** How the length of a call is rounded up. */
export interface Rounding {
  readonly minimum: Duration.Duration
  readonly increment: Duration.Duration
}

export interface Input extends Output.Options, Client.Account {
  /** Ids, files, patterns of files, and `-` for stdin. */
  readonly sources: ReadonlyArray<string>
  readonly by: ReadonlyArray<Summary.Dimension>
  readonly zone: Option.Option<DateTime.TimeZone>
  readonly round: Option.Option<Rounding>
  readonly money: Option.Option<ReadonlyArray<Summary.MoneyColumn>>
  readonly fields: Option.Option<ReadonlyArray<string>>
  readonly strict: boolean
}

const inputOf = ({ by, money, round, zone }: Input, also: ReadonlyArray<Summary.Dimension>): Summary.Input => ({
  by: [...by, ...also],
  zone: Option.getOrUndefined(zone),
  money: Option.getOrUndefined(money),
  ...Option.getOrUndefined(round)
})

/** Sums all sources in one pass. */
const summarized = <S extends Source.Source, E, R>(
  options: Summary.Input,
  { line, rows, sources }: Reading.Reading<S, E, R>
) =>
  Effect.gen(function*() {
    const rejected = Rejected.make(sources.length > 1)
    const summary = yield* Stream.fromIterable(sources).pipe(
      Stream.flatMap((source) => {
        rejected.addPulled(source)
        return Stream.mapChunks(rows(source), (chunk) => {
          for (const row of chunk) if (CallRecord.isRejected(row)) rejected.add(row, source)
          return chunk
        })
      }),
      Stream.run(Summary.sink(options)),
      Progress.during(line)
    )
    return { summary, rejected: rejected.all() }
  })

/** The rows of a table have the calls of each day, and a total. */
const rowsOf = (summary: Summary.Summary, by: ReadonlyArray<Summary.Dimension>): ReadonlyArray<StatRow.StatRow> => {
  const days = new Map<string, Map<string, number>>()
  const ofAll = new Map<string, number>()
  const keyOf = (key: Summary.Group["key"]): string => JSON.stringify(by.map((name) => key[name] ?? null))
  for (const { calls, key } of Summary.rollUp(summary, [...by, "date"]).groups) {
    const date = key.date
    if (date == null) continue
    const ofGroup = days.get(keyOf(key)) ?? new Map<string, number>()
    days.set(keyOf(key), ofGroup.set(date, (ofGroup.get(date) ?? 0) + calls))
    ofAll.set(date, (ofAll.get(date) ?? 0) + calls)
  }
  const groups = Summary.rollUp(summary, by).groups.map((group): StatRow.StatRow => ({
    group,
    // a group of one day has no line
    days: by.includes("date") ? new Map() : days.get(keyOf(group.key)) ?? new Map(),
    isTotal: false
  }))
  const total: StatRow.StatRow = { group: Summary.total(summary), days: ofAll, isTotal: true }
  return by.length === 0 ? [total] : groups.length === 0 ? [] : [...groups, total]
}

const written = <S extends Source.Source, E, R>(
  input: Input,
  chosen: Output.Chosen,
  options: Summary.Input,
  reading: Reading.Reading<S, E, R>
) =>
  Effect.gen(function*() {
    const stdio = yield* Stdio
    const { rejected, summary } = yield* summarized(options, reading)
    const isTable = chosen.format === "table"
    const rows = rowsOf(summary, input.by).filter(({ isTotal }) => isTable || !isTotal || input.by.length === 0)
    const shown = { ...summary.options, by: summary.options.by.filter((name) => input.by.includes(name)) }
    const shape = isTable
      ? StatRow.table(shown, rows, Math.floor((stdio.columns ?? 80) / 5))
      : StatRow.data(shown, rows)
    yield* Output.rows(
      chosen,
      () => Option.match(input.fields, { onNone: () => shape, onSome: (names) => pick(shape, names) }),
      (write: Output.WriteRows<StatRow.StatRow>) => write(rows)
    )
    yield* stdio.note(plural(Summary.total(summary).calls, "call"))
    // `err` and not `note`: they are missing in the sums, under --quiet too
    if (summary.unknown > 0) {
      yield* stdio.err(
        `didww-exports: ${plural(summary.unknown, "record")} of unknown layouts ${
          summary.unknown === 1 ? "is" : "are"
        } left out, because nobody knows their columns.`
      )
    }
    yield* Rejected.report(rejected, input)
  }).pipe(interruptible("Nothing was written. Run the same command again."))

export const run = Effect.fnUntraced(function*(input: Input) {
  const chosen = yield* Output.choose(input)
  const known: ReadonlyArray<string> = [
    ...input.by,
    ...StatRow.names,
    ...Option.getOrElse(input.money, () => Summary.empty().options.money),
    "days"
  ]
  const unknown = Option.getOrElse(input.fields, () => []).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    return yield* new Usage({ message: `Unknown column ${unknown}. Known columns: ${known.join(", ")}.` })
  }
  const sources = yield* Source.find(input.sources)
  // a table draws the calls of each day
  const options = inputOf(input, chosen.format === "table" ? ["date"] : [])
  const columns = { columns: Summary.columns(options) }
  if (Source.areLocal(sources)) return yield* written(input, chosen, options, Reading.local(sources, columns))
  yield* Client.provide(written(input, chosen, options, Reading.any(sources, columns)), input)
})
