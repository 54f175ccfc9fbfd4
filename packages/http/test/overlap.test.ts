import { ExportsClient, RateLimit } from "@effect-didww/http"
import { Account, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schedule, Stream, Supervisor, TestClock, Utils } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { connected, credentials, idsOf, inTime, load, newestFirst, requestCount, seen } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

const mostInFlight = Effect.map(seen, (requests) => Math.max(...requests.map(({ inFlight }) => inFlight)))

/** 50 pages, each after 100 milliseconds. */
const slow = { account: Account.generate({ size: 5000, seed: 9 }), faults: () => Fault.delay("100 millis") }

describe("at 100 ms a page, 50 pages", () => {
  for (const [concurrency, most] of [[1, 1], [2, 2], [8, 8]] as const) {
    it.effect(`${concurrency} at once: never more than ${most} in flight, and as many`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const ids = yield* inTime(idsOf(client.stream({}, { concurrency })))
        assert.deepStrictEqual(ids, newestFirst(slow.account.records))
        assert.strictEqual(yield* mostInFlight, most)
      }).pipe(Effect.provide(connected(slow))))
  }

  it.effect("8 at once: page 1, then batches of pages and a probe, then the last probe", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* inTime(Stream.runDrain(client.stream({}, { concurrency: 8 })))
      const requests = yield* seen
      const pages = requests.map(({ url }) => new URL(url).searchParams).map((query) =>
        query.get("page[size]") === "1" ? "probe" : Number(query.get("page[number]"))
      )
      // 1; 2 to 9; then seven pages with the probe of those before, six times; nothing is asked for twice
      const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
      const rounds = [10, 17, 24, 31, 38, 45].flatMap((page) => ["probe", ...range(page, Math.min(page + 6, 50))])
      assert.deepStrictEqual(pages, [1, ...range(2, 9), ...rounds, "probe"])
    }).pipe(Effect.provide(connected(slow))))

  it.effect("take(10) is one request, however many may be in flight", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.strictEqual((yield* inTime(idsOf(client.stream({}, { concurrency: 8 }).pipe(Stream.take(10))))).length, 10)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* requestCount, 1)
    }).pipe(Effect.provide(connected(slow))))

  it.effect("reads ahead from the pull for page 2 on, by one page", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* Effect.scoped(Effect.gen(function*() {
        const pull = yield* Stream.toPull(client.pages())
        const counts: Array<number> = []
        for (const _ of [1, 2, 3]) {
          yield* inTime(pull)
          yield* TestClock.adjust("1 minute")
          counts.push(yield* requestCount)
        }
        assert.deepStrictEqual(counts, [1, 3, 4])
      }))
    }).pipe(Effect.provide(connected(slow))))

  it.effect("stays within the rate limit with 8 at once", () =>
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

describe("streams that are stopped early", () => {
  const stopped = (random: Utils.PCGRandom) => (client: ExportsClient.Service) => {
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

  it.scopedLive("1,000 of them leave no fiber and no open socket", () =>
    Effect.gen(function*() {
      const random = new Utils.PCGRandom(12)
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
      // what is kept alive is idle, and closes by itself; what was cut off is closed
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

  it.live("leave a program that ends by itself", () =>
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

  it.effect("nothing is in flight after an interruption", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const simulator = yield* Simulator.Simulator
      const random = new Utils.PCGRandom(13)
      for (let round = 0; round < 40; round++) {
        const fiber = yield* Effect.fork(
          Stream.runDrain(client.stream({ pageSize: 10 }, { concurrency: 1 + random.integer(8) }))
        )
        yield* TestClock.adjust(random.integer(800))
        yield* Fiber.interrupt(fiber)
        const before = (yield* simulator.seen).length
        yield* TestClock.adjust("1 minute")
        assert.strictEqual((yield* simulator.seen).length, before)
      }
      yield* inTime(client.list())
      assert.strictEqual((yield* simulator.seen).at(-1)?.inFlight, 1)
    }).pipe(Effect.provide(connected({ ...slow, account: Account.generate({ size: 300 }) }))))

  it.scopedLive("answers that fail do not hold their sockets", () =>
    Effect.gen(function*() {
      const server = yield* SimulatorServer.SimulatorServer
      const client = yield* ExportsClient.make({ credentials, apiUrl: server.url })
      const most = yield* Effect.forEach(
        Array.from({ length: 100 }),
        () => Effect.zipRight(Effect.ignore(client.list()), server.connections)
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
