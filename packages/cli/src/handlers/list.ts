/** Lists exports. */
import { ExportFilter, ExportQuery } from "@effect-didww/core"
import { ExportsClient, Metrics } from "@effect-didww/http"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Client from "../Client.js"
import * as ExportOutput from "../ExportOutput.js"
import * as ExportRow from "../ExportRow.js"
import { Usage } from "../Failure.js"
import { plural } from "../internal/text.js"
import * as Output from "../Output.js"
import * as Progress from "../Progress.js"
import { types } from "../Request.js"
import { Stdio } from "../Stdio.js"
import * as When from "../When.js"

export interface Input extends ExportOutput.Options, Client.Account {
  readonly type: ReadonlyArray<string>
  readonly status: ReadonlyArray<"pending" | "processing" | "completed">
  readonly reference: ReadonlyArray<string>
  readonly since: Option.Option<When.When>
  readonly until: Option.Option<When.When>
  readonly did: Option.Option<string>
  readonly trunk: Option.Option<string>
  readonly where: Option.Option<string>
  readonly sort: Option.Option<ReadonlyArray<ExportQuery.Sort>>
  readonly limit: Option.Option<number>
  readonly explain: boolean
}

const parse = (text: string): Either.Either<ExportFilter.ExportFilter, Usage> =>
  Either.mapLeft(
    ExportFilter.parse(text),
    (error) => new Usage({ message: error.message, lines: error.pointer(text).split("\n") })
  )

/** Matches any of the values of a repeated flag. */
const given = <A>(
  values: ReadonlyArray<A>,
  filter: (value: A) => ExportFilter.ExportFilter
): ReadonlyArray<ExportFilter.ExportFilter> =>
  values.length === 0 ? [] : [ExportFilter.any(values.map((value) => filter(value)))]

/** Accepts DIDWW's types in upper or lower case. Any other type stays as it is. */
const knownType = (type: string): string => types.find((known) => known === type.toLowerCase()) ?? type

const filterOf = Effect.fnUntraced(function*(input: Input) {
  const where = yield* Effect.transposeOption(Option.map(input.where, parse))
  const { reference, status, type } = input
  const since = yield* Effect.transposeMapOption(input.since, (when) => When.instant(when))
  const until = yield* Effect.transposeMapOption(input.until, (when) => When.instant(when))
  return ExportFilter.simplify(ExportFilter.all([
    ...Option.toArray(where),
    ...given(type, (type) => ExportFilter.exportType(knownType(type))),
    ...given(status, ExportFilter.status),
    ...given(reference, ExportFilter.externalReferenceId),
    ...Option.toArray(Option.map(since, (gte) => ExportFilter.createdAt({ gte }))),
    ...Option.toArray(Option.map(until, (lt) => ExportFilter.createdAt({ lt }))),
    ...Option.toArray(Option.map(input.did, ExportFilter.didNumber)),
    ...Option.toArray(Option.map(input.trunk, ExportFilter.voiceOutTrunkId))
  ]))
})

/** Uses the largest documented page, for the fewest requests, unless the limit is smaller. */
const pageSizeFor = (limit: number): number => Math.min(Math.max(limit, 100), 1000)

export const run = Effect.fnUntraced(function*(input: Input) {
  const limit = Option.getOrElse(input.limit, () => Infinity)
  const chosen = yield* ExportOutput.choose(input)
  const query: ExportQuery.ExportQuery = {
    filter: yield* filterOf(input),
    sort: Option.getOrUndefined(input.sort),
    fields: ExportOutput.fieldsOf(chosen),
    pageSize: pageSizeFor(limit)
  }
  if (!input.explain) return yield* Client.provide(walk(chosen, query, limit), input)
  const text = ExportQuery.explain(query, yield* Client.version(input))
  yield* Output.to(chosen.path, (write) => write(`${text.trimEnd()}\n`))
})

const walk = Effect.fnUntraced(function*(
  chosen: ExportOutput.Chosen,
  query: ExportQuery.ExportQuery,
  limit: number
) {
  const stdio = yield* Stdio
  const client = yield* ExportsClient.ExportsClient
  let pages = 0
  let exports = 0
  const written = Output.rows(
    chosen,
    () => ExportRow.shape(chosen.names),
    (write: Output.WriteRows<ExportRow.ExportRow>) =>
      client.pages(query).pipe(
        Stream.map((page) => {
          const rows = page.exports.slice(0, limit - exports)
          pages = pages + 1
          exports = exports + rows.length
          return rows
        }),
        Stream.takeUntil(() => exports >= limit),
        Stream.runForEach(write)
      )
  )
  const [elapsed] = yield* written.pipe(
    // on a terminal the rows themselves show the progress
    (yield* Output.isShown(chosen))
      ? identity
      : Progress.during((moment) => Progress.counted(exports, "exports", moment)),
    Effect.timed
  )
  const requests = yield* Metric.value(Metrics.requests)
  const retries = yield* Metric.value(Metrics.retries)
  yield* stdio.note(
    [
      plural(exports, "export"),
      plural(pages, "page"),
      plural(requests.count, "request"),
      plural(retries.count, "retry", "retries"),
      Duration.format(Duration.millis(Math.round(Duration.toMillis(elapsed))))
    ].join(", ")
  )
})
