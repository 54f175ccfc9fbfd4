import { ExportsClient, RateLimit } from "@effect-didww/http"
import { Account, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schedule, Stream, Supervisor } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { advance, inTime } from "./clock.js"
import { type Generator, generator } from "./random.js"
import { connected, credentials, idsOf, load, newestFirst, requestCount, seen } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

const mostInFlight = Effect.map(seen, (requests) => Math.max(...requests.map(({ inFlight }) => inFlight)))

/** A server that takes 100 milliseconds for each of 50 pages. */
const slow = { account: Account.generate({ size: 5000, seed: 9 }), faults: () => Fault.delay("100 millis") }

describe("a stream of 50 slow pages", () => {
  for (const [concurrency, most] of [[1, 1], [2, 2], [8, 8]] as const) {
    it.effect(`has ${most} and never more requests in flight with a concurrency of ${concurrency}`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const ids = yield* inTime(idsOf(client.stream({}, { concurrency })))
        assert.deepStrictEqual(ids, newestFirst(slow.account.exports))
        assert.strictEqual(yield* mostInFlight, most)
      }).pipe(Effect.provide(connected(slow))))
  }

  it.effect("asks for page 1, then for batches of pages with a probe, then for the last probe", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* inTime(Stream.runDrain(client.stream({}, { concurrency: 8 })))
      const requests = yield* seen
      const pages = requests.map(({ url }) => new URL(url).searchParams).map((query) =>
        query.get("page[size]") === "1" ? "probe" : Number(query.get("page[number]"))
      )
      // page 1, pages 2 to 9, then six times seven pages with the probe of the pages before: no page comes twice
      const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
      const rounds = [10, 17, 24, 31, 38, 45].flatMap((page) => ["probe", ...range(page, Math.min(page + 6, 50))])
      assert.deepStrictEqual(pages, [1, ...range(2, 9), ...rounds, "probe"])
    }).pipe(Effect.provide(connected(slow))))

  it.effect("sends one request for its first 10 exports, however many may be in flight", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.strictEqual((yield* inTime(idsOf(client.stream({}, { concurrency: 8 }).pipe(Stream.take(10))))).length, 10)
      yield* advance("1 minute")
      assert.strictEqual(yield* requestCount, 1)
    }).pipe(Effect.provide(connected(slow))))

  it.effect("reads one page ahead, from the second page on", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* Effect.scoped(Effect.gen(function*() {
        const pull = yield* Stream.toPull(client.pages())
        const counts: Array<number> = []
        for (const _ of [1, 2, 3]) {
          yield* inTime(pull)
          yield* advance("1 minute")
          counts.push(yield* requestCount)
        }
        assert.deepStrictEqual(counts, [1, 3, 4])
      }))
    }).pipe(Effect.provide(connected(slow))))

  it.effect("stays within the rate limit with a concurrency of 8", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* inTime(Stream.runDrain(client.stream({}, { concurrency: 8 })))
      const times = (yield* seen).map(({ at }) => at)
      assert.isTrue(times.every((start) => times.filter((at) => at >= start && at < start + 1000).length <= 4))
    }).pipe(
      Effect.provide(ExportsClient.layer({ credentials })),
      Effect.provide(RateLimit.layer({ limit: 4, interval: "1 second" })),
      Effect.provide(SimulatorClient.layer({ ...slow, rateLimit: "none" }))
    ))
})

describe("streams that stop early", () => {
  const stopped = (random: Generator) => (client: ExportsClient.Service) => {
    const stream = client.stream({ pageSize: 10 }, { concurrency: 1 + random.integer(8) })
    switch (random.integer(3)) {
      case 0:
        return Stream.runDrain(Stream.take(stream, random.integer(100)))
      case 1:
        return Effect.timeoutOption(Stream.runDrain(stream), random.integer(20))
      default:
        return Effect.ignore(
          Stream.runForEach(stream, () => random.integer(40) === 0 ? Effect.fail("enough") : Effect.void)
        )
    }
  }

  it.scopedLive("leave no fiber and no open socket, 1,000 of them", () =>
    Effect.gen(function*() {
      const random = generator(12)
      const server = yield* SimulatorServer.SimulatorServer
      const supervisor = yield* Supervisor.track
      const client = yield* ExportsClient.make({ credentials, apiUrl: server.url })
      yield* Effect.forEach(Array.from({ length: load(1000) }), () => stopped(random)(client), {
        concurrency: 16,
        discard: true
      }).pipe(
        Effect.supervised(supervisor)
      )
      const alive = yield* supervisor.value
      assert.deepStrictEqual(alive.filter((fiber) => fiber.unsafePoll() === null), [])
      // idle connections close by themselves, and interrupted ones are closed
      const settled = yield* Effect.repeat(server.connections, {
        until: (count) => count === 0,
        schedule: Schedule.intersect(Schedule.spaced("100 millis"), Schedule.recurs(150))
      }).pipe(Effect.map(([, count]) => count))
      assert.isBelow(settled, 150)
      assert.strictEqual(yield* server.connections, 0)
    }).pipe(
      Effect.provide(SimulatorServer.layer({ account: Account.generate({ size: 300 }), rateLimit: "none" })),
      Effect.provide(RateLimit.none),
      Effect.provide(FetchHttpClient.layer)
    ), { timeout: 240_000 })

  it.live("let a program end by itself", () =>
    Effect.gen(function*() {
      const program = fileURLToPath(new URL("./programs/stopped.ts", import.meta.url))
      const ended = yield* Effect.async<ReadonlyArray<string | number | null>>((resume) => {
        const child = spawn(process.execPath, ["--import", "tsx", program], { stdio: ["ignore", "pipe", "inherit"] })
        let out = ""
        child.stdout.on("data", (bytes) => out += String(bytes))
        child.on("close", (code) => resume(Effect.succeed([code, out])))
        return Effect.sync(() => child.kill())
      })
      assert.deepStrictEqual(ended, [0, "done\n"])
    }))

  it.effect("leave no request in flight after an interruption", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const simulator = yield* Simulator.Simulator
      const random = generator(13)
      for (let round = 0; round < 40; round++) {
        const fiber = yield* Effect.fork(
          Stream.runDrain(client.stream({ pageSize: 10 }, { concurrency: 1 + random.integer(8) }))
        )
        yield* advance(random.integer(800))
        yield* Fiber.interrupt(fiber)
        const before = (yield* simulator.received).length
        yield* advance("1 minute")
        assert.strictEqual((yield* simulator.received).length, before)
      }
      yield* inTime(client.list())
      assert.strictEqual((yield* simulator.received).at(-1)?.inFlight, 1)
    }).pipe(Effect.provide(connected({ ...slow, account: Account.generate({ size: 300 }) }))))

  it.scopedLive("hold no socket after answers that fail", () =>
    Effect.gen(function*() {
      const server = yield* SimulatorServer.SimulatorServer
      const client = yield* ExportsClient.make({ credentials, apiUrl: server.url })
      const most = yield* Effect.forEach(
        Array.from({ length: 100 }),
        () => Effect.andThen(Effect.ignore(client.list()), server.connections)
      ).pipe(Effect.map((counts) => Math.max(...counts)))
      assert.isAtMost(most, 2)
    }).pipe(
      Effect.provide(
        SimulatorServer.layer({ rateLimit: "none", faults: () => Fault.status(404, {}, "x".repeat(100_000)) })
      ),
      Effect.provide(RateLimit.none),
      Effect.provide(FetchHttpClient.layer)
    ))
})
