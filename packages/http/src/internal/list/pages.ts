/** The list of exports as pages: one request each, what the server cannot filter filtered here. */
import * as ApiVersion from "@effect-didww/core/ApiVersion"
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Export from "@effect-didww/core/Export"
import * as ExportFilter from "@effect-didww/core/ExportFilter"
import * as ExportQuery from "@effect-didww/core/ExportQuery"
import * as JsonApi from "@effect-didww/core/JsonApi"
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Equal from "effect/Equal"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import type { Page, PushDown } from "../../ExportsClient.js"
import * as pull from "./readAhead.js"
import type { Parameters, Requests } from "../request/request.js"
import * as resource from "../export/resource.js"
import type { CheckVersion } from "../request/versionCheck.js"
import * as walking from "./walk.js"

type Fields = ReadonlyArray<ExportQuery.Field> | undefined

/** An answer as it came: every row of the page, undivided. */
type Answer = walking.Answer<Export.Export>

/** A query that the server has answered once: how it is asked from now on, and that first answer. */
interface Opened<A> {
  readonly plan: ExportQuery.Plan<A>
  readonly page: number
  readonly pageSize: number
  readonly answer: Answer
}

export interface Pages {
  /** One page. */
  readonly list: <const Fs extends Fields, A extends Export.Export>(
    query: ExportQuery.ExportQuery<Fs, A>
  ) => Effect.Effect<Page<ExportQuery.Selected<Fs, A>>, DidwwError.ListError>
  /** All of them; a page without anything new among them too. */
  readonly walk: <const Fs extends Fields, A extends Export.Export>(
    query: ExportQuery.ExportQuery<Fs, A>,
    concurrency?: number | undefined
  ) => Stream.Stream<Page<ExportQuery.Selected<Fs, A>>, DidwwError.ListError>
  readonly count: (query: ExportQuery.ExportQuery) => Effect.Effect<number, DidwwError.ListError>
}

export interface Options {
  readonly requests: Pick<Requests, "get">
  readonly apiVersion: ApiVersion.ApiVersion
  readonly checkVersion: CheckVersion
  readonly pushDown: PushDown
}

const defaultPageSize = 100
const largestPageSize = 1000

export const make = ({ apiVersion, checkVersion, pushDown, requests }: Options): Pages => {
  // filters that are not sent: those that this server refused, for the client's lifetime
  const refused = new Set<string>(pushDown === "verified" ? doubtfulFilters(apiVersion) : [])
  const ask = (
    parameters: Parameters,
    page: number,
    size: number
  ): Effect.Effect<Answer, DidwwError.ListError> =>
    requests.get("/exports", [...parameters, ["page[number]", `${page}`], ["page[size]", `${size}`]], decodePage).pipe(
      Effect.mapError(resource.unlessFound),
      Effect.tap((answer) => checkVersion(answer.apiVersion))
    )

  const planOf = <const Fs extends Fields, A extends Export.Export>(
    query: ExportQuery.ExportQuery<Fs, A>,
    except: ReadonlySet<string>,
    walks: boolean
  ): ExportQuery.Plan<ExportQuery.Selected<Fs, A>> =>
    ExportQuery.plan(query, apiVersion, {
      except: union(refused, except),
      // by the time of creation a walk knows what is new
      needs: walks && isNewestFirst(query) ? ["createdAt"] : []
    })

  /** The first answer of a query, with whatever the server refuses or a walk cannot use left out; none if in vain. */
  const open = <const Fs extends Fields, A extends Export.Export>(
    query: ExportQuery.ExportQuery<Fs, A>,
    options: {
      readonly walks: boolean
      readonly except?: ReadonlySet<string> | undefined
      readonly widened?: boolean | undefined
    }
  ): Effect.Effect<Option.Option<Opened<ExportQuery.Selected<Fs, A>>>, DidwwError.ListError> =>
    Effect.suspend(() => {
      const problems = ExportQuery.problems(query)
      if (problems.length > 0) return Effect.fail(resource.notSent(problems))
      const except = options.except ?? new Set()
      const plan = planOf(query, except, options.walks)
      const page = query.page ?? 1
      const pageSize = query.pageSize ?? defaultPageSize
      if (plan.filter.contradictory) return Effect.succeedNone
      return Effect.matchEffect(ask(plan.parameters, page, pageSize), {
        onSuccess: (answer) => {
          if (!options.walks || fitsOnePage(answer)) return Effect.succeedSome({ plan, page, pageSize, answer })
          const volatile = plan.filter.parameters.filter((parameter) => parameter.volatile)
          if (volatile.length > 0) {
            return open(query, { ...options, except: union(except, volatile.map(({ name }) => name)) })
          }
          // exports of unknown age stand before the newest: creations enter behind page 1, unless it holds all of those
          const last = answer.rows.at(-1)
          const isCrowded = isNewestFirst(query) && page === 1 && last !== undefined && last.createdAt == null
          return isCrowded && pageSize < largestPageSize && options.widened !== true
            ? open({ ...query, pageSize: largestPageSize }, { ...options, widened: true })
            : Effect.succeedSome({ plan, page, pageSize, answer })
        },
        onFailure: (error) => {
          if (error._tag !== "InvalidRequest") return Effect.fail(error)
          // from another page on, a smaller size would begin elsewhere
          if (page === 1 && pageSize > defaultPageSize && hasCode(error, "118")) {
            return open({ ...query, pageSize: defaultPageSize }, options)
          }
          const names = hasCode(error, "102") ? refusedNames(error, plan.filter.parameters) : []
          if (names.length === 0) return Effect.fail(error)
          names.forEach((name) => refused.add(name))
          return Effect.zipRight(
            Effect.logWarning(`DIDWW refuses the list filter ${names.join(", ")}; filtering here instead`),
            open(query, options)
          )
        }
      })
    })

  const walk = <const Fs extends Fields, A extends Export.Export>(
    query: ExportQuery.ExportQuery<Fs, A>,
    concurrency = 1
  ): Stream.Stream<Page<ExportQuery.Selected<Fs, A>>, DidwwError.ListError> =>
    Stream.unwrap(Effect.map(
      open(query, { walks: true }),
      Option.match({
        onNone: () => Stream.empty,
        onSome: ({ answer, page, pageSize, plan }) =>
          Stream.fromPull(Effect.map(
            pull.make({
              first: answer,
              page,
              pageSize,
              // another order than newest first has no place where creations enter
              isNewestFirst: isNewestFirst(query),
              until: isNewestFirst(query) ? untilOf(query) : -Infinity,
              concurrency: isNewestFirst(query) ? Math.max(1, Math.floor(concurrency)) : 1,
              pin: isNewestFirst(query) && page === 1 ? pinOf(plan, answer) : undefined,
              ask: (page, size, pin) =>
                pin === undefined ? ask(plan.parameters, page, size) : askPinned(plan.parameters, page, size, pin)
            }),
            Effect.map(({ answer, fresh, number }) => Chunk.of(pageOf(plan, answer, number, fresh)))
          ))
      })
    ))

  const askPinned = (parameters: Parameters, page: number, size: number, pin: string) =>
    ask([...parameters.filter(([name]) => name !== pinParameter), [pinParameter, pin]], page, size).pipe(
      Effect.tapErrorTag("InvalidRequest", (error) =>
        Effect.sync(() => {
          if (hasCode(error, "102")) refused.add(pinName)
        }))
    )

  /** Newer exports than the newest of page 1 are kept out by the server, where it can. */
  const pinOf = (plan: ExportQuery.Plan<unknown>, { rows }: Answer): string | undefined => {
    const isTimed = rows.length > 0 && rows.every(({ createdAt }) => createdAt != null)
    if (!isTimed || refused.has(pinName) || !Object.hasOwn(ApiVersion.listFilters(apiVersion), pinName)) {
      return undefined
    }
    // one more: the server may know microseconds where it shows milliseconds
    const pin = DateTime.formatIso(DateTime.unsafeMake((walking.newestOf(rows) ?? 0) + 1))
    const own = plan.filter.parameters.find(({ name }) => name === pinName)
    return own === undefined || pin < own.value ? pin : undefined
  }

  return {
    walk,
    list: (query) =>
      Effect.map(
        open(query, { walks: false }),
        Option.match({
          onNone: () => ({
            number: query.page ?? 1,
            exports: [],
            totalRecords: Option.some(0),
            apiVersion: Option.none()
          }),
          onSome: ({ answer, page, plan }) => pageOf(plan, answer, page, answer.rows)
        })
      ),
    count: ({ filter }) =>
      Effect.suspend(() => {
        const all = { filter, fields: [] } as const
        const counted = Stream.runFold(walk(all), 0, (count, page) => count + page.exports.length)
        if (!isWhole(planOf(all, new Set(), false))) return counted
        return Effect.flatMap(
          open({ ...all, pageSize: 1 }, { walks: false }),
          Option.match({
            onNone: () => Effect.succeed(0),
            // a filter that was refused just now, or by another version than planned for, is left to the client
            onSome: ({ answer, plan }) =>
              answer.total !== undefined && isWhole(plan) && Option.getOrUndefined(answer.apiVersion) === apiVersion
                ? Effect.succeed(answer.total)
                : counted
          })
        )
      })
  }
}

const pageOf = <A>(plan: ExportQuery.Plan<A>, answer: Answer, number: number, rows: Answer["rows"]): Page<A> => ({
  number,
  exports: rows.filter(plan.matches).map(plan.select),
  totalRecords: Option.fromNullable(answer.total),
  apiVersion: answer.apiVersion
})

const pinName = "created_at_lteq"

const pinParameter = `filter[${pinName}]`

const doubtfulFilters = (version: ApiVersion.ApiVersion): ReadonlyArray<string> =>
  Object.entries(ApiVersion.listFilters(version)).flatMap(([name, { doubtful }]) => doubtful ? [name] : [])

const isNewestFirst = ({ sort = "-createdAt" }: ExportQuery.ExportQuery): boolean =>
  typeof sort === "string" ? sort === "-createdAt" : sort.length === 1 && sort[0] === "-createdAt"

/** Older exports cannot match, in milliseconds. */
const untilOf = ({ filter }: ExportQuery.ExportQuery): number =>
  filter === undefined ? -Infinity : ExportFilter.createdSince(filter) ?? -Infinity

const isWhole = (plan: ExportQuery.Plan<unknown>): boolean => Equal.equals(plan.filter.rest, ExportFilter.everything)

const fitsOnePage = ({ hasNext, rows, total }: Answer): boolean =>
  total === undefined ? hasNext === false : total <= rows.length

const union = (some: ReadonlySet<string>, others: Iterable<string>): ReadonlySet<string> =>
  new Set([...some, ...others])

const hasCode = (error: DidwwError.InvalidRequest, code: string): boolean =>
  error.errors.some((problem) => problem.code === code)

/** The filters that the server's words name; all that were sent, if they name none. */
const refusedNames = (
  error: DidwwError.InvalidRequest,
  sent: ReadonlyArray<ExportFilter.Parameter>
): ReadonlyArray<string> => {
  const names = sent.map(({ name }) => name)
  const said = names.filter((name) => error.errors.some(({ detail }) => detail?.startsWith(`${name} `)))
  return said.length === 0 ? names : said
}

const decodePage = (json: unknown): Either.Either<Answer, JsonApi.Mismatch> => {
  if (!Predicate.isRecord(json)) return Either.left({ path: [], expected: "an object" })
  if (!Array.isArray(json.data)) return Either.left({ path: ["data"], expected: "an array" })
  const rows: Array<Export.Export> = []
  for (const one of json.data) {
    const row = Export.fromResource(one)
    if (Either.isLeft(row)) return Either.left(resource.below("data", rows.length)(row.left))
    rows.push(row.right)
  }
  return Either.right({
    rows,
    total: Option.getOrUndefined(JsonApi.totalRecords(json)),
    apiVersion: JsonApi.apiVersion(json),
    hasNext: JsonApi.hasLink(json, "next") ? true : JsonApi.hasLink(json, "last") ? false : undefined
  })
}
