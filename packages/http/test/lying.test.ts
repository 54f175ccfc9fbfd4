import { ExportFilter } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import { Account, Fault, type Simulator } from "@effect-didww/simulator"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option, Stream } from "effect"
import { inTime, setTime } from "./clock.js"
import { generator } from "./random.js"
import { connected, connectedBy, idsOf, newestFirst, requestCount } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

/** Long after the accounts were made. */
const now = DateTime.unsafeMake("2026-11-25T12:00:00Z")

/** One request for a list. */
interface Asked {
  /** From 1. */
  readonly page: number
  readonly size: number
  /** Counts from 1. */
  readonly number: number
  readonly parameters: URLSearchParams
}

/** One answer of a list. */
interface Answered {
  readonly rows: ReadonlyArray<Account.StoredExport>
  readonly total?: number | undefined
  readonly next?: boolean | undefined
}

/** The answers of a server that breaks the contract of a list. */
const lying =
  (list: (asked: Asked) => Answered) => ({ number, url }: Simulator.ReceivedRequest): Fault.Fault | undefined => {
    const { pathname, searchParams: parameters } = new URL(url)
    if (pathname === "/token") return undefined
    const { next, rows, total } = list({
      page: Number(parameters.get("page[number]")),
      size: Number(parameters.get("page[size]")),
      number,
      parameters
    })
    const data = rows.map(({ createdAt, exportType, id, status }) => ({
      id,
      type: "exports",
      attributes: {
        export_type: exportType,
        status,
        created_at: createdAt === null ? null : new Date(createdAt).toISOString()
      }
    }))
    const links = next === undefined ? {} : { links: { last: "x", ...(next && { next: "x" }) } }
    return Fault.status(200, {}, JSON.stringify({ data, meta: { total_records: total }, ...links }))
  }

const { exports: rows } = Account.generate({ size: 300, seed: 1 })
const sorted = rows.toReversed()
const pageOf = (rows: ReadonlyArray<Account.StoredExport>, { page, size }: Pick<Asked, "page" | "size">) =>
  rows.slice((page - 1) * size, page * size)
const idsOfRows = (rows: ReadonlyArray<Account.StoredExport>) => rows.map(({ id }) => id)

interface Outcome {
  readonly end: string
  readonly ids: ReadonlyArray<string>
  readonly requests: number
}

/** Streams all exports of such a server. */
const streamed = (
  list: (asked: Asked) => Answered,
  options: ExportsClient.StreamOptions = {},
  query: Parameters<ExportsClient.Service["stream"]>[0] = {},
  client: Partial<ExportsClient.Options> = {}
): Effect.Effect<Outcome> =>
  Effect.gen(function*() {
    yield* setTime(now)
    const client = yield* Client
    const ids: Array<string> = []
    const end = yield* client.stream(query, options).pipe(
      Stream.runForEach(({ id }) => Effect.sync(() => ids.push(id))),
      Effect.match({ onFailure: (error) => error._tag, onSuccess: () => "Success" })
    )
    assert.strictEqual(new Set(ids).size, ids.length)
    return { end, ids, requests: yield* requestCount }
  }).pipe(Effect.provide(connected({ faults: lying(list) }, client)))

/** Asserts that the stream emits all rows. */
const assertAll = ({ end, ids }: Outcome, all: ReadonlyArray<Account.StoredExport> = rows) => {
  assert.strictEqual(end, "Success")
  assert.deepStrictEqual(ids.toSorted(), idsOfRows(all).toSorted())
}

for (const concurrency of [1, 8]) {
  describe(`a stream from a server that lies, with a concurrency of ${concurrency}`, () => {
    const byId = rows.toSorted((a, b) => a.id < b.id ? -1 : 1)
    const inReverse = [200, 100, 0].flatMap((place) => sorted.slice(place, place + 100))
    const orders = { "oldest first": rows, "by id": byId, "with its newest page last": inReverse }
    for (const [name, all] of Object.entries(orders)) {
      it.effect(`emits all 300 exports in one pass when the server ignores the sort and lists ${name}`, () =>
        Effect.gen(function*() {
          const outcome = yield* streamed((asked) => ({ rows: pageOf(all, asked), total: 300 }), { concurrency })
          assertAll(outcome)
          // a probe may be among them
          assert.isAtMost(outcome.requests, concurrency === 1 ? 3 : 4)
        }))

      it.effect(`emits all exports when the server takes created_at_lteq, but lists ${name}`, () =>
        Effect.gen(function*() {
          const list = (asked: Asked) => {
            const pin = asked.parameters.get("filter[created_at_lteq]")
            const kept = all.filter(({ createdAt }) => pin === null || createdAt! <= Date.parse(pin))
            return { rows: pageOf(kept, asked), next: asked.page * asked.size < kept.length }
          }
          const withTotal = (asked: Asked) => ({ ...list(asked), total: 300 })
          const version = { apiVersion: "2026-11-19" } as const
          const token = (answer: (asked: Asked) => Answered) => streamed(answer, { concurrency }, {}, version)
          assertAll(yield* token(withTotal))
          assertAll(yield* token(list))
        }))
    }

    for (const [name, all] of [["oldest first", rows], ["by id", byId]] as const) {
      it.effect(`emits the exports of a filter by time when the server ignores the sort and lists ${name}`, () =>
        Effect.gen(function*() {
          const { ids } = yield* streamed(
            (asked) => ({ rows: pageOf(all, asked), total: 300 }),
            { concurrency },
            { filter: ExportFilter.createdAt({ gte: DateTime.unsafeMake(rows[250]!.createdAt!) }) }
          )
          assert.deepStrictEqual(ids.toSorted(), idsOfRows(rows.slice(250)).toSorted())
        }))
    }

    it.effect("never succeeds with fewer than 2,500 exports when the server shuffles them", () =>
      Effect.gen(function*() {
        const many = Account.generate({ size: 2500, seed: 2 }).exports
        for (let seed = 0; seed < 2; seed++) {
          const random = generator(seed)
          const shuffled = () =>
            many.map((row) => [row, random.integer(1_000_000)] as const).toSorted(([, a], [, b]) => a - b)
              .map(([row]) => row)
          const outcome = yield* streamed(
            (asked) => ({ rows: pageOf(shuffled(), asked), total: 2500 }),
            { concurrency }
          )
          if (outcome.end === "Success") assertAll(outcome, many)
          else assert.strictEqual(outcome.end, "MalformedResponse")
          assert.isAbove(outcome.ids.length, 2000)
        }
      }))

    const first = sorted.slice(0, 100)
    const samePage: Record<string, (asked: Asked) => Answered> = {
      "with a total that grows": ({ number }) => ({ rows: first, total: 300 + 100 * number }),
      "with a total that grows slowly": ({ number }) => ({ rows: first, total: 300 + number }),
      "with a huge total": () => ({ rows: first, total: Number.MAX_SAFE_INTEGER }),
      "with a true total": () => ({ rows: first, total: 300 }),
      "with totals up and down": ({ number }) => ({ rows: first, total: 300 + 200 * (number % 3) }),
      "with a total at times": ({ number }) => ({ rows: first, total: number % 2 === 0 ? 300 : undefined }),
      "without a total": () => ({ rows: first }),
      "with a next page for ever": () => ({ rows: first, next: true }),
      "and empty ones with a next page": ({ page }) => ({ rows: page === 1 ? first : [], next: true })
    }
    for (const [name, list] of Object.entries(samePage)) {
      it.effect(`emits the page and fails with MalformedResponse when the server has one page ${name}`, () =>
        Effect.gen(function*() {
          const { end, ids, requests } = yield* streamed(list, { concurrency })
          assert.strictEqual(end, "MalformedResponse")
          assert.deepStrictEqual(ids, idsOfRows(first))
          assert.isAtMost(requests, concurrency === 1 ? 21 : 45)
        }))
    }

    it.effect("fails with MalformedResponse when the server gives each page twice", () =>
      Effect.gen(function*() {
        const list = ({ page, size }: Asked) => ({
          rows: pageOf(sorted, { page: Math.ceil(page / 2), size }),
          total: 300
        })
        const { end, ids } = yield* streamed(list, { concurrency })
        assert.deepStrictEqual([end, ids.length], ["MalformedResponse", 200])
      }))

    for (const [name, served] of [["smaller", 30], ["larger", 150], ["complete", 300]] as const) {
      it.effect(`emits all exports in order when the server serves ${name} pages than it is asked for`, () =>
        Effect.gen(function*() {
          const list = ({ page }: Asked) => ({ rows: pageOf(sorted, { page, size: served }), total: 300 })
          const outcome = yield* streamed(list, { concurrency })
          assert.deepStrictEqual([outcome.end, outcome.ids], ["Success", newestFirst(rows)])
        }))
    }

    it.effect("fails with MalformedResponse when the total counts one export that no page has", () =>
      Effect.gen(function*() {
        const { end, ids } = yield* streamed((asked) => ({ rows: pageOf(sorted, asked), total: 301 }), { concurrency })
        assert.deepStrictEqual([end, ids], ["MalformedResponse", newestFirst(rows)])
      }))

    it.effect("emits all exports in order when an answer in the middle says that there are none", () =>
      Effect.gen(function*() {
        let isOver = false
        const outcome = yield* streamed((asked) => {
          if (asked.page !== 3 || isOver) return { rows: pageOf(sorted, asked), total: 300 }
          isOver = true
          return { rows: [], total: 0 }
        }, { concurrency })
        assert.deepStrictEqual([outcome.end, outcome.ids], ["Success", newestFirst(rows)])
      }))

    it.effect("emits all exports in order when the total counts one page only, but each page has a next one", () =>
      Effect.gen(function*() {
        const outcome = yield* streamed(
          (asked) => ({ rows: pageOf(sorted, asked), total: 100, next: asked.page < 3 }),
          { concurrency }
        )
        assert.deepStrictEqual([outcome.end, outcome.ids], ["Success", newestFirst(rows)])
      }))

    it.effect("finds the exports that a server without an order for equal times hid at the edge of two pages", () =>
      Effect.gen(function*() {
        const equal = sorted.map((row) => ({ ...row, createdAt: rows[0]!.createdAt }))
        const swapped = [...equal.slice(0, 100), equal[99]!, ...equal.slice(101)]
        const outcome = yield* streamed(
          (asked) => ({ rows: pageOf(asked.number < 4 ? swapped : equal, asked), total: 300 }),
          { concurrency }
        )
        assertAll(outcome)
      }))
  })
}

describe("the failure of a stream", () => {
  const messages: Record<string, { readonly list: (asked: Asked) => Answered; readonly expected: string }> = {
    "names how many exports were promised": {
      list: (asked) => ({ rows: pageOf(sorted, asked), total: 301 }),
      expected: "301 exports over all pages, as meta.total_records promised"
    },
    "names how many pages brought no new export": {
      list: (asked) => ({ rows: pageOf(sorted, { ...asked, page: 1 }), total: 10_000 }),
      expected: "a new export within 10 pages"
    }
  }
  for (const [name, { expected, list }] of Object.entries(messages)) {
    it.effect(name, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const error = yield* Effect.flip(Stream.runDrain(client.stream()))
        assert.deepInclude(error, { _tag: "MalformedResponse", path: "data", expected })
      }).pipe(Effect.provide(connected({ faults: lying(list) }))))
  }
})

describe("a stream that pauses between two pages", () => {
  it.effect("goes on behind 5,000 exports that were created meanwhile, and leaves them out", () =>
    Effect.gen(function*() {
      const later = Account.generate({ size: 5000, seed: 3, until: now.epochMillis + 5001 * 37_001 }).exports
        .toReversed()
      const all = [...later, ...sorted]
      const outcome = yield* streamed((asked) => {
        const present = asked.number === 1 ? sorted : all
        return { rows: pageOf(present, asked), total: present.length }
      })
      assert.deepStrictEqual([outcome.end, outcome.ids], ["Success", newestFirst(rows)])
      assert.isAtMost(outcome.requests, 5)
    }).pipe(Effect.provide(connected())))
})

/** Lets each request take a second, and counts how many are in flight. */
const counted = () => {
  let [inFlight, most] = [0, 0]
  const begin = Effect.sync(() => {
    inFlight = inFlight + 1
    most = Math.max(most, inFlight)
  })
  const end = Effect.sync(() => {
    inFlight = inFlight - 1
  })
  const around = (client: HttpClient.HttpClient) =>
    HttpClient.make((request) =>
      Effect.acquireUseRelease(
        begin,
        () => Effect.andThen(Effect.sleep("1 second"), client.execute(request)),
        () => end
      )
    )
  return { around, most: () => most }
}

describe("the concurrency of a stream", () => {
  const limits = [[Infinity, 64], [1e9, 64], [64, 64], [65, 64], [2.9, 2], [0.5, 1], [-1, 1], [NaN, 1]] as const
  for (const [concurrency, limit] of limits) {
    const { around, most } = counted()
    it.effect(`of ${concurrency} has ${limit} in flight, whatever the total is`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const ids = yield* inTime(idsOf(client.stream({ pageSize: 1 }, { concurrency }).pipe(Stream.take(70))))
        assert.deepStrictEqual(ids, newestFirst(rows).slice(0, 70))
        assert.strictEqual(most(), limit)
      }).pipe(Effect.provide(connectedBy(around, {
        faults: lying((asked) => ({ rows: pageOf(sorted, asked), total: Number.MAX_SAFE_INTEGER }))
      }))))
  }
})

describe("an option that no server could answer", () => {
  for (const number of [NaN, Infinity, -Infinity, 0, -1, 1.5, 2 ** 53]) {
    it.effect(`fails with InvalidRequest before anything is sent, as page or page size: ${number}`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        for (const query of [{ page: number }, { pageSize: number }]) {
          const errors = yield* Effect.all([
            Effect.flip(client.list(query)),
            Effect.flip(Stream.runDrain(client.stream(query))),
            Effect.flip(Stream.runDrain(client.pages(query, { concurrency: Infinity })))
          ])
          assert.deepStrictEqual(errors.map(({ _tag }) => _tag), ["InvalidRequest", "InvalidRequest", "InvalidRequest"])
        }
        assert.strictEqual(yield* requestCount, 0)
      }).pipe(Effect.provide(connected())))
  }

  it.effect("does not hold up a walk, where it is a huge page or page size", () =>
    Effect.gen(function*() {
      const huge = Number.MAX_SAFE_INTEGER
      const behind = yield* streamed((asked) => ({ rows: pageOf(sorted, asked), total: 300 }), {}, { page: huge })
      assert.deepStrictEqual([behind.end, behind.ids], ["Success", []])
      const falling = yield* streamed(
        ({ number }) => ({ rows: number === 1 ? [] : rows.slice(0, 1), total: huge - number }),
        {},
        { pageSize: huge }
      )
      assert.strictEqual(falling.end, "MalformedResponse")
    }))
})

describe("count", () => {
  it.effect("reads all pages of a server that ignores the sort, where the client filters", () =>
    Effect.gen(function*() {
      yield* setTime(now)
      const client = yield* Client
      const filter = ExportFilter.createdAt({ gte: DateTime.unsafeMake(rows[250]!.createdAt!) })
      assert.strictEqual(yield* client.count({ filter }), 50)
      assert.deepStrictEqual((yield* client.list({ page: 4 })).totalRecords, Option.some(300))
    }).pipe(Effect.provide(connected({
      faults: lying((asked) => ({ rows: pageOf(rows, asked), total: 300 }))
    }))))
})
