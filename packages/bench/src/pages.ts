/** Bars of paging. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Bar, Contender } from "./bar.js"
import { byHand, headers, type Page, pageAfterPage, query, withLibrary } from "./byHand.js"
import { onUndici, urlOf, working } from "./client.js"
import { withOctokit } from "./internal/octokit.js"
import { waited, walked } from "./sizes.js"

const untyped = "types, typed errors, retry, rate limit, spans, rows that move"

const text = Schema.optional(Schema.NullOr(Schema.String))

const Answer = Schema.Struct({
  data: Schema.Array(Schema.Struct({
    id: Schema.String,
    type: Schema.Literal("exports"),
    attributes: Schema.Struct({
      status: Schema.String,
      created_at: Schema.NullOr(Schema.DateTimeUtc),
      external_reference_id: text,
      url: text,
      callback_url: text,
      callback_method: text,
      export_type: Schema.String,
      filters: Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.Unknown })))
    })
  })),
  meta: Schema.Struct({ total_records: Schema.Int })
})

const byHandInEffect = (path: string, size: number): Contender => ({
  without: "odd values, typed errors, rate limit, rows that move",
  prepare: Effect.gen(function*() {
    const client = HttpClient.retry(
      HttpClient.filterStatusOk(yield* HttpClient.HttpClient),
      Schedule.intersect(Schedule.exponential("100 millis"), Schedule.recurs(3))
    )
    const get = (page: number) =>
      client.execute(HttpClientRequest.get(`${urlOf(path)}/exports?${query(page, size)}`, { headers })).pipe(
        Effect.flatMap(HttpClientResponse.schemaBodyJson(Answer))
      )
    return Stream.paginateChunkEffect(1, (page) =>
      Effect.map(get(page), ({ data, meta }) =>
        [
          Chunk.unsafeFromArray(data),
          page * size < meta.total_records ? Option.some(page + 1) : Option.none()
        ] as const)).pipe(
        Stream.runFoldWhile(0, () => true, (count) => count + 1),
        Effect.orDie
      )
  }).pipe(onUndici)
})

const ours = (path: string, size: number): Contender => ({
  prepare: working(
    path,
    (client) => Stream.runFold(client.pages({ pageSize: size }), 0, (count, page) => count + page.exports.length)
  )
})

const onFetch = (path: string, size: number): Contender => ({
  without: untyped,
  prepare: byHand(() =>
    pageAfterPage(size, async (query) => {
      const response = await fetch(urlOf(`${path}/exports?${query}`), { headers })
      return JSON.parse(await response.text())
    })
  )
})

const onBareUndici = (path: string, size: number): Contender => ({
  without: untyped,
  prepare: withLibrary(() => import("undici"), ({ request }) => () =>
    pageAfterPage(size, async (query) => {
      const { body } = await request(urlOf(`${path}/exports?${query}`), { headers })
      return JSON.parse(await body.text())
    }))
})

const got = (path: string, size: number): Contender => ({
  without: "types, typed errors, rate limit, spans, rows that move",
  prepare: withLibrary(() => import("got"), ({ got }) => async () => {
    let count = 0
    const pages = got.paginate<unknown, Page>(urlOf(`${path}/exports?${query(1, size)}`), {
      headers,
      responseType: "json",
      pagination: {
        transform: ({ body }) => [...body.data],
        paginate: ({ currentItems, response }) => {
          count += currentItems.length
          return count < response.body.meta.total_records && {
            url: new URL(urlOf(`${path}/exports?${query(Math.floor(count / size) + 1, size)}`))
          }
        }
      }
    })
    let seen = 0
    for await (const _ of pages) seen++
    return seen
  })
})

const octokit = (size: number): Contender => ({
  without: untyped,
  prepare: withLibrary(
    () => withOctokit(urlOf(`/links/${walked}/v3`)),
    (pages) => async () => {
      let count = 0
      for await (const { data } of pages(query(1, size), headers)) count += data.length
      return count
    }
  )
})

const kitsu = (path: string, size: number): Contender => ({
  without: untyped,
  prepare: withLibrary(
    async () => {
      const { default: Kitsu } = await import("kitsu")
      return new Kitsu({ baseURL: `${urlOf(path)}/`, headers, camelCaseTypes: false, pluralize: false })
    },
    (kitsu) => () =>
      pageAfterPage(
        size,
        (_, number) => kitsu.get("exports", { params: { sort: "-created_at", page: { number, size } } })
      )
  )
})

const walking = (size: number, must: number, aim: number): Bar => {
  const path = `/plain/${walked}/v3`
  return {
    name: `pages-${size}`,
    says: `CPU of an export, pages of ${size}, the whole client on undici against fetch and JSON.parse`,
    measure: "cpu",
    // An application typically walks an account once, after some of the code has run.
    runs: { unmeasured: 1, measured: 1 },
    per: { count: walked, unit: "an export" },
    ours: "effect-didww",
    against: "fetch, JSON.parse",
    contenders: {
      "effect-didww": ours(path, size),
      "fetch, JSON.parse": onFetch(path, size),
      "undici, JSON.parse": onBareUndici(path, size),
      "got, its pagination": got(path, size),
      "octokit, its pagination": octokit(size),
      "kitsu": kitsu(path, size),
      "an Effect pipeline by hand": byHandInEffect(path, size)
    },
    must,
    aim
  }
}

/** Adds two lines without a ratio to hold: the first walk of a process, and walks after seconds of walks. */
const around = (bar: Bar): ReadonlyArray<Bar> => {
  const { contenders, runs: _, ...others } = bar
  const three = ["effect-didww", "fetch, JSON.parse", "undici, JSON.parse"]
  const extra = {
    ...others,
    contenders: Object.fromEntries(Object.entries(contenders).filter(([name]) => three.includes(name))),
    isExtra: true
  }
  return [
    {
      ...extra,
      name: `${bar.name}-first`,
      says: `${bar.says}: a process's first walk`,
      runs: { unmeasured: 0, measured: 1 }
    },
    { ...extra, name: `${bar.name}-warm`, says: `${bar.says}: after seconds of walks` }
  ]
}

const slow = `/slow/${waited}/v3`

const slowly = async (query: string): Promise<Page> => {
  const response = await fetch(urlOf(`${slow}/exports?${query}`), { headers })
  return JSON.parse(await response.text())
}

/** Reads the first page, then all others as fast as the limiter permits. */
const limited = async (limit: <A>(task: () => Promise<A>) => Promise<A>): Promise<number> => {
  const first = await slowly(query(1, 100))
  const others = Array.from({ length: Math.ceil(first.meta.total_records / 100) - 1 }, (_, index) => index + 2)
  const pages = await Promise.all(others.map((page) => limit(() => slowly(query(page, 100)))))
  return pages.reduce((count, { data }) => count + data.length, first.data.length)
}

const inFlight = (concurrency: number): Contender["prepare"] =>
  working(
    slow,
    (client) => Stream.runFold(client.pages({}, { concurrency }), 0, (count, page) => count + page.exports.length)
  )

export const bars: ReadonlyArray<Bar> = [
  ...[walking(100, 1.65, 1.2), walking(1000, 1.35, 1.1)].flatMap((bar) => [bar, ...around(bar)]),
  {
    name: "latency-8",
    says: "time of 50 pages from a server that takes 100 ms, 8 in flight, against one after the other",
    measure: "wall",
    per: { count: 1, unit: "a walk" },
    ours: "effect-didww, 8 in flight",
    against: "fetch, one after the other",
    contenders: {
      "effect-didww, 8 in flight": { prepare: inFlight(8) },
      "fetch, one after the other": {
        without: untyped,
        prepare: byHand(() => pageAfterPage(100, slowly))
      },
      "p-queue, 8 in flight": {
        without: `${untyped}; all pages at once in memory`,
        prepare: withLibrary(() => import("p-queue"), ({ default: PQueue }) => {
          const queue = new PQueue({ concurrency: 8 })
          return () => limited((task) => queue.add(task, { throwOnTimeout: true }))
        })
      },
      "bottleneck, 8 in flight": {
        without: `${untyped}; all pages at once in memory`,
        prepare: withLibrary(() => import("bottleneck"), ({ default: Bottleneck }) => {
          const limiter = new Bottleneck({ maxConcurrent: 8 })
          return () => limited((task) => limiter.schedule(task))
        })
      }
    },
    must: 0.2,
    aim: 0.18
  }
]
