/** The list of exports: one page, all pages, or their number. The client filters what the server cannot. */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import * as ExportFilter from "@effect-didww/core/ExportFilter"
import type * as ExportQuery from "@effect-didww/core/ExportQuery"
import * as Protocol from "@effect-didww/core/Protocol"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Page } from "../../ExportsClient.js"
import * as pull from "../pull.js"
import * as listAnswer from "./listAnswer.js"
import * as negotiate from "./negotiate.js"
import * as readAhead from "./readAhead.js"

type PageOf<Fs extends negotiate.Fields, A extends Export.Export> = Page<ExportQuery.Selected<Fs, A>>

/** One page. */
export const list = <const Fs extends negotiate.Fields, A extends Export.Export>(
  server: negotiate.Server,
  query: ExportQuery.ExportQuery<Fs, A>
): Effect.Effect<PageOf<Fs, A>, DidwwError.ListError> =>
  Effect.map(
    negotiate.open(server, query, { walks: false }),
    Option.match({
      onNone: () => ({
        number: query.page ?? 1,
        exports: [],
        totalRecords: Option.some(0),
        apiVersion: Option.none()
      }),
      onSome: ({ answer, page, plan }) => listAnswer.pageOf(plan, answer, page, answer.rows)
    })
  )

/** All pages, one at a time. Pages without a new export are among them. */
export const walk = <const Fs extends negotiate.Fields, A extends Export.Export>(
  server: negotiate.Server,
  query: ExportQuery.ExportQuery<Fs, A>,
  concurrency = 1
): Effect.Effect<pull.Pull<PageOf<Fs, A>, DidwwError.ListError>, DidwwError.ListError, Scope.Scope> =>
  Effect.gen(function*() {
    const opened = yield* negotiate.open(server, query, { walks: true })
    if (Option.isNone(opened)) return Effect.fail(Option.none())
    const { answer, page, pageSize, plan } = opened.value
    // created exports enter at a known place in this order only
    const isNewestFirst = negotiate.isNewestFirst(query)
    const emissions = yield* readAhead.make({
      first: answer,
      createdAtOf: listAnswer.createdAtOf,
      page,
      pageSize,
      isNewestFirst,
      until: isNewestFirst ? untilOf(query) : -Infinity,
      concurrency: isNewestFirst ? pagesAtOnce(concurrency) : 1,
      pin: isNewestFirst && page === 1 ? negotiate.pinOf(server, plan, answer) : undefined,
      ask: (page, size, pin) =>
        pin === undefined
          ? negotiate.ask(server, plan.parameters, page, size)
          : negotiate.askPinned(server, plan.parameters, page, size, pin)
    })
    return Effect.map(
      emissions,
      (emissions) => emissions.map(({ answer, fresh, number }) => listAnswer.pageOf(plan, answer, number, fresh))
    )
  })

/** More pages in flight gain nothing at 20 requests a second, and all of them are held in memory. */
const mostAtOnce = 64

/** A whole number from 1 on, whatever the option says. */
const pagesAtOnce = (concurrency: number): number =>
  concurrency >= 1 ? Math.min(Math.floor(concurrency), mostAtOnce) : 1

/** How many exports match: one request if the server can filter all of it, otherwise all pages are read. */
export const count = (
  server: negotiate.Server,
  { filter }: Pick<ExportQuery.ExportQuery, "filter">
): Effect.Effect<number, DidwwError.ListError> =>
  Effect.suspend(() => {
    const all = { filter, fields: [] } as const
    const counted = Stream.runFold(pull.toStream(walk(server, all)), 0, (sum, { exports }) => sum + exports.length)
    if (!isWhole(negotiate.planOf(server, all, { except: new Set(), walks: false }))) return counted
    return Effect.flatMap(
      negotiate.open(server, { ...all, pageSize: 1 }, { walks: false }),
      Option.match({
        onNone: () => Effect.succeed(0),
        // the client counts if the server refused a filter just now, or if another version answered than was planned for
        onSome: ({ answer, plan }) =>
          answer.total !== undefined && isWhole(plan) &&
            Option.getOrUndefined(answer.apiVersion) === server.api.apiVersion
            ? Effect.succeed(answer.total)
            : counted
      })
    )
  })

/** Exports that were created before this time, in milliseconds, cannot match. */
const untilOf = ({ filter }: ExportQuery.ExportQuery): number =>
  filter === undefined ? -Infinity : Protocol.createdSince(filter) ?? -Infinity

/** Whether the server does the whole filter. */
const isWhole = (plan: Protocol.QueryPlan<unknown>): boolean => Equal.equals(plan.filter.rest, ExportFilter.everything)
