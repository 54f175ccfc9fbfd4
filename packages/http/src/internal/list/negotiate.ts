/**
 * Finds out what this server accepts of a query: list filters, page sizes, and the pin of a walk. The client does the rest
 * of the work itself.
 */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import * as ExportQuery from "@effect-didww/core/ExportQuery"
import * as Protocol from "@effect-didww/core/Protocol"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { FilterPushDown } from "../../ExportsClient.js"
import type { Api, Parameters } from "../request/api.js"
import * as failure from "../request/failure.js"
import * as listAnswer from "./listAnswer.js"
import * as walking from "./walk.js"

export type Fields = ReadonlyArray<ExportQuery.Field> | undefined

/** The server, and what the client has found out about it. */
export interface Server {
  readonly api: Api
  /** List filters that are not sent, for the client's lifetime. */
  readonly refused: Set<string>
}

export const make = (api: Api, pushDown: FilterPushDown): Server => ({
  api,
  refused: new Set(pushDown === "verified" ? Protocol.unverifiedFilters(api.apiVersion) : [])
})

/** A query that the server has answered once: how to ask it from now on, and that first answer. */
export interface Opened<A> {
  readonly plan: Protocol.QueryPlan<A>
  readonly page: number
  readonly pageSize: number
  readonly answer: listAnswer.ListAnswer
}

/** How a query is asked. */
interface Asking<Fs extends Fields, A extends Export.Export> {
  readonly query: ExportQuery.ExportQuery<Fs, A>
  /** Whether all pages are read, and not one alone. */
  readonly walks: boolean
  /** Filters that are not sent for this query. */
  readonly except: ReadonlySet<string>
  /** Whether the page size was raised to hold all exports of unknown age. */
  readonly isWidened: boolean
}

const defaultPageSize = 100
const largestPageSize = 1000

/** The first answer of a query. Parts that the server refuses, or that a walk cannot use, are left out of the request. */
export const open = <const Fs extends Fields, A extends Export.Export>(
  server: Server,
  query: ExportQuery.ExportQuery<Fs, A>,
  { walks }: { readonly walks: boolean }
): Effect.Effect<Option.Option<Opened<ExportQuery.Selected<Fs, A>>>, DidwwError.ListError> =>
  Effect.suspend(() => {
    const problems = Protocol.queryProblems(query)
    return problems.length > 0
      ? Effect.fail(failure.notSent(problems))
      : openAs(server, { query, walks, except: new Set(), isWidened: false })
  })

/** `None` if no export can match. */
const openAs = <const Fs extends Fields, A extends Export.Export>(
  server: Server,
  asking: Asking<Fs, A>
): Effect.Effect<Option.Option<Opened<ExportQuery.Selected<Fs, A>>>, DidwwError.ListError> =>
  Effect.suspend(() => {
    const { except, query, walks } = asking
    const plan = planOf(server, query, { except, walks })
    if (plan.filter.contradictory) return Effect.succeedNone
    const page = query.page ?? 1
    const pageSize = query.pageSize ?? defaultPageSize
    return Effect.matchEffect(ask(server, plan.parameters, page, pageSize), {
      onSuccess: (answer) => {
        const better = walks ? askBetter(asking, plan.filter.parameters, answer) : undefined
        return better === undefined
          ? Effect.succeedSome({ plan, page, pageSize, answer })
          : openAs(server, better)
      },
      onFailure: (error) => error._tag === "InvalidRequest" ? askLess(server, asking, plan, error) : Effect.fail(error)
    })
  })

/** How to ask so that a walk is exact, if this answer cannot begin one. */
const askBetter = <const Fs extends Fields, A extends Export.Export>(
  asking: Asking<Fs, A>,
  sent: ReadonlyArray<Protocol.Parameter>,
  answer: listAnswer.ListAnswer
): Asking<Fs, A> | undefined => {
  if (listAnswer.isOnlyPage(answer)) return undefined
  const { except, isWidened, query } = asking
  // rows that begin or cease to match while the walk goes on would move the others
  const volatile = sent.filter((parameter) => parameter.volatile).map(({ name }) => name)
  if (volatile.length > 0) return { ...asking, except: union(except, volatile) }
  // exports of unknown age stand before the newest one, and created exports enter behind page 1 unless it holds all of them
  const last = answer.rows.at(-1)
  const isCrowded = isNewestFirst(query) && (query.page ?? 1) === 1 && last !== undefined &&
    listAnswer.createdAtOf(last) === undefined
  return isCrowded && !isWidened && (query.pageSize ?? defaultPageSize) < largestPageSize
    ? { ...asking, query: { ...query, pageSize: largestPageSize }, isWidened: true }
    : undefined
}

/** Asks without the part that the server refused, if it is one that the client can do without. */
const askLess = <const Fs extends Fields, A extends Export.Export>(
  server: Server,
  asking: Asking<Fs, A>,
  plan: Protocol.QueryPlan<ExportQuery.Selected<Fs, A>>,
  error: DidwwError.InvalidRequest
): Effect.Effect<Option.Option<Opened<ExportQuery.Selected<Fs, A>>>, DidwwError.ListError> => {
  const { query } = asking
  // a smaller size would begin elsewhere on any page but the first
  const isFirst = (query.page ?? 1) === 1
  if (isFirst && (query.pageSize ?? defaultPageSize) > defaultPageSize && hasCode(error, "118")) {
    return openAs(server, { ...asking, query: { ...query, pageSize: defaultPageSize } })
  }
  const names = hasCode(error, "102") ? refusedNames(error, plan.filter.parameters) : []
  if (names.length === 0) return Effect.fail(error)
  names.forEach((name) => server.refused.add(name))
  return Effect.andThen(
    Effect.logWarning(`DIDWW refused the list filter ${names.join(", ")}. The client filters instead.`),
    openAs(server, asking)
  )
}

export const planOf = <const Fs extends Fields, A extends Export.Export>(
  server: Server,
  query: ExportQuery.ExportQuery<Fs, A>,
  { except, walks }: Pick<Asking<Fs, A>, "except" | "walks">
): Protocol.QueryPlan<ExportQuery.Selected<Fs, A>> =>
  Protocol.planQuery(query, server.api.apiVersion, {
    except: union(server.refused, except),
    // a walk tells new exports by the time of their creation
    needs: walks && isNewestFirst(query) ? ["createdAt"] : []
  })

/** Asks for one page. */
export const ask = (
  { api }: Server,
  parameters: Parameters,
  page: number,
  size: number
): Effect.Effect<listAnswer.ListAnswer, DidwwError.ListError> =>
  api.get("/exports", [...parameters, ["page[number]", `${page}`], ["page[size]", `${size}`]], listAnswer.decode).pipe(
    Effect.mapError(failure.unlessFound),
    Effect.tap((answer) => api.checkVersion(answer.apiVersion))
  )

/** Asks for one page without the exports that were created after the pin. */
export const askPinned = (
  server: Server,
  parameters: Parameters,
  page: number,
  size: number,
  pin: string
): Effect.Effect<listAnswer.ListAnswer, DidwwError.ListError> =>
  ask(server, [...parameters.filter(([name]) => name !== pinParameter), [pinParameter, pin]], page, size).pipe(
    Effect.tapErrorTag("InvalidRequest", (error) =>
      Effect.sync(() => {
        if (hasCode(error, "102")) server.refused.add(pinName)
      }))
  )

/**
 * The value of the filter that leaves out all exports newer than the newest one of page 1, if the server has it. Where older
 * exports come first, the filter would leave out most of them. Without a total nobody would miss them.
 */
export const pinOf = (
  { api, refused }: Server,
  plan: Protocol.QueryPlan<unknown>,
  { rows, total }: listAnswer.ListAnswer
): string | undefined => {
  const isTimed = rows.length > 0 && rows.every((row) => listAnswer.createdAtOf(row) !== undefined)
  const isUsable = isTimed && total !== undefined && !walking.ascends(listAnswer.createdAtOf, rows)
  if (!isUsable || refused.has(pinName) || !Protocol.isListFilter(api.apiVersion, pinName)) {
    return undefined
  }
  // one millisecond more, because the server may know microseconds where it shows milliseconds
  const newest = walking.newestOf(listAnswer.createdAtOf, rows) ?? 0
  const pin = DateTime.formatIso(DateTime.unsafeMake(newest + 1))
  const own = plan.filter.parameters.find(({ name }) => name === pinName)
  return own === undefined || pin < own.value ? pin : undefined
}

const pinName = "created_at_lteq"

const pinParameter = `filter[${pinName}]`

export const isNewestFirst = ({ sort = "-createdAt" }: ExportQuery.ExportQuery): boolean =>
  typeof sort === "string" ? sort === "-createdAt" : sort.length === 1 && sort[0] === "-createdAt"

const union = (some: ReadonlySet<string>, others: Iterable<string>): ReadonlySet<string> =>
  new Set([...some, ...others])

const hasCode = (error: DidwwError.InvalidRequest, code: string): boolean =>
  error.errors.some((problem) => problem.code === code)

/** The filters that the server's words name. If they name no filter, all that were sent. */
const refusedNames = (
  error: DidwwError.InvalidRequest,
  sent: ReadonlyArray<Protocol.Parameter>
): ReadonlyArray<string> => {
  const names = sent.map(({ name }) => name)
  const said = names.filter((name) => error.errors.some(({ detail }) => detail?.startsWith(`${name} `)))
  return said.length === 0 ? names : said
}
