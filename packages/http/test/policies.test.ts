import { ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import { Account, Fault, type Simulator, SimulatorClient } from "@effect-didww/simulator"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Fiber, Layer, Option, Random, Redacted, TestClock } from "effect"
import { arrivals, connected, credentials, inTime, load, requestCount, secret } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

const list = Effect.flatMap(Client, (client) => client.list())

/** Runs to the end of a simulated time, and gives what came of it. */
const within = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

describe("policies are in force however they are wired", () => {
  const retry = RetryPolicy.layer({ maxAttempts: 3, baseDelay: 0 })
  const limit = RateLimit.layer({ limit: 1, interval: "10 seconds" })
  const policies = Layer.merge(retry, limit)
  const client = ExportsClient.layer({ credentials })

  const wirings = {
    "merged": Effect.provide(list, Layer.mergeAll(client, retry, limit)),
    "inside": Effect.provide(list, Layer.provide(client, policies)),
    "outside": list.pipe(Effect.provide(client), Effect.provide(policies)),
    "before": list.pipe(Effect.provide(policies), Effect.provide(client)),
    "around one call": Effect.provide(Effect.flatMap(Client, (one) => Effect.provide(one.list(), policies)), client)
  }

  for (const [name, program] of Object.entries(wirings)) {
    it.effect(name, () =>
      Effect.gen(function*() {
        assert.deepInclude(yield* within(Effect.flip(program)), { _tag: "ServerError", attempts: 3 })
        assert.deepStrictEqual(yield* arrivals, [0, 10_500, 21_000])
      }).pipe(Effect.provide(SimulatorClient.layer({ faults: () => Fault.status(503) }))))
  }
})

describe("retry", () => {
  it.effect("waits at random up to twice as long each time, capped", () =>
    Effect.gen(function*() {
      yield* within(Effect.flip(list))
      assert.deepStrictEqual(yield* arrivals, [0, 100, 300, 700, 1200, 1700])
    }).pipe(
      // the longest that jitter can be
      Effect.withRandom(Random.fixed([1])),
      Effect.provide(connected({ faults: () => Fault.status(503) })),
      Effect.provide(RetryPolicy.layer({ maxAttempts: 6, baseDelay: "100 millis", maxDelay: "500 millis" }))
    ))

  it.effect("Retry-After in seconds is a floor", () =>
    Effect.gen(function*() {
      yield* within(list)
      assert.deepStrictEqual(yield* arrivals, [0, 7000])
    }).pipe(Effect.provide(connected({
      faults: ({ number }) => number === 1 ? Fault.status(503, { "retry-after": "7" }) : undefined
    }))))

  it.effect("a Retry-After over maxRetryAfter fails at once", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(list)
      assert.deepInclude(error, { _tag: "RateLimited", attempts: 1 })
      assert.include(error.message, "1h")
    }).pipe(Effect.provide(connected({ faults: () => Fault.status(429, { "retry-after": "3600" }) }))))

  it.effect("an attempt that takes too long is given up and made again", () =>
    Effect.gen(function*() {
      yield* within(list)
      assert.strictEqual(yield* requestCount, 2)
    }).pipe(
      Effect.provide(connected({ faults: ({ number }) => number === 1 ? Fault.delay("31 seconds") : undefined }))
    ))

  it.effect("all attempts together take no longer than totalTimeout", () =>
    Effect.gen(function*() {
      const error = yield* within(Effect.flip(list))
      assert.deepInclude(error, { _tag: "TimedOut", limit: "totalTimeout" })
      assert.strictEqual(yield* requestCount, 3)
    }).pipe(
      Effect.provide(connected({ faults: () => Fault.delay("1 minute") })),
      Effect.provide(
        RetryPolicy.layer({ maxAttempts: 9, attemptTimeout: "20 seconds", totalTimeout: "50 seconds", baseDelay: 0 })
      )
    ))

  it.effect("none: one attempt", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(list), { _tag: "ServerError", attempts: 1 })
    }).pipe(Effect.provide(connected({ faults: () => Fault.status(500) })), Effect.provide(RetryPolicy.none)))

  it.effect("layerConfig reads the environment", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* within(Effect.flip(list)), { attempts: 2 })
    }).pipe(
      Effect.provide(connected({ faults: () => Fault.status(500) })),
      Effect.provide(Layer.provide(
        RetryPolicy.layerConfig(),
        Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["DIDWW_RETRY_MAX_ATTEMPTS", "2"]])))
      ))
    ))
})

const limited = (options: Simulator.Options = {}) =>
  ExportsClient.layer({ credentials }).pipe(Layer.provideMerge(SimulatorClient.layer(options)))

describe("rate limit", () => {
  const busiestSecond = (times: ReadonlyArray<number>) =>
    Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 1000).length))

  it.effect("by default a client stays within DIDWW's 20 a second", () =>
    Effect.gen(function*() {
      yield* within(Effect.all(Array.from({ length: 200 }, () => list), { concurrency: "unbounded" }))
      assert.strictEqual(yield* requestCount, 200)
      assert.strictEqual(busiestSecond(yield* arrivals), 20)
    }).pipe(Effect.provide(limited())))

  it.effect("each attempt takes a place", () =>
    Effect.gen(function*() {
      yield* within(list)
      assert.deepStrictEqual(yield* arrivals, [0, 10_500, 21_000])
    }).pipe(
      Effect.provide(limited({ faults: ({ number }) => number < 3 ? Fault.status(503) : undefined })),
      Effect.provide(RateLimit.layer({ limit: 1, interval: "10 seconds" })),
      Effect.provide(RetryPolicy.layer({ baseDelay: 0 }))
    ))

  it.effect("a 429 that says how long pauses all who share the key", () =>
    Effect.gen(function*() {
      const first = yield* Effect.fork(list)
      yield* TestClock.adjust(1)
      const others = yield* Effect.fork(Effect.all([list, list], { concurrency: "unbounded" }))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(first)
      yield* Fiber.join(others)
      assert.isTrue((yield* arrivals).slice(1).every((at) => at >= 3000))
    }).pipe(
      Effect.provide(limited({
        faults: ({ number }) => number === 1 ? Fault.status(429, { "retry-after": "3" }) : undefined
      })),
      Effect.provide(RetryPolicy.layer({ baseDelay: 0 }))
    ))

  it.effect("one that does not say pauses for a second", () =>
    Effect.gen(function*() {
      yield* within(list)
      assert.deepStrictEqual(yield* arrivals, [0, 1000])
    }).pipe(
      Effect.provide(limited({ faults: ({ number }) => number === 1 ? Fault.status(429) : undefined })),
      Effect.provide(RetryPolicy.layer({ baseDelay: 0 }))
    ))

  it.effect("a 429 to one of 64 fibers: nobody is seen while it lasts, and afterwards the limit holds", () =>
    Effect.gen(function*() {
      yield* within(Effect.all(Array.from({ length: 64 }, () => list), { concurrency: "unbounded" }))
      const times = yield* arrivals
      assert.strictEqual(times.length, 65)
      // the first twenty were on their way already
      assert.deepStrictEqual(times.filter((at) => at > 0 && at < 3000), [])
      assert.strictEqual(busiestSecond(times), 20)
    }).pipe(Effect.provide(limited({
      faults: ({ number }) => number === 7 ? Fault.status(429, { "retry-after": "3" }) : undefined
    }))))

  it.effect("64 fibers with 200 requests each meet no 429, and use at least 85 % of the quota", () =>
    Effect.gen(function*() {
      const each = load(200)
      yield* inTime(Effect.all(Array.from({ length: 64 }, () => Effect.repeatN(list, each - 1)), {
        concurrency: "unbounded",
        discard: true
      }))
      const times = yield* arrivals
      // one more for each 429
      assert.strictEqual(times.length, 64 * each)
      assert.isAbove(times.length / ((times.at(-1) ?? 0) / 1000), 0.85 * 20)
    }).pipe(Effect.provide(limited({ account: Account.generate({ size: 1 }) }))))

  it.effect("requests that are held up on their way do not bring the next ones too soon", () =>
    Effect.gen(function*() {
      let sent = 0
      // as the connections of a process that has just begun
      const slowly = HttpClient.transform(yield* HttpClient.HttpClient, (response) =>
        Effect.suspend(() => Effect.delay(response, ++sent <= 20 ? "200 millis" : 0)))
      const client = yield* Effect.provideService(ExportsClient.make({ credentials }), HttpClient.HttpClient, slowly)
      yield* within(Effect.all(
        Array.from({ length: 64 }, () =>
          client.list()),
        { concurrency: "unbounded" }
      ))
      // one more for each 429
      assert.strictEqual(yield* requestCount, 64)
      assert.strictEqual(busiestSecond(yield* arrivals), 20)
    }).pipe(Effect.provide(SimulatorClient.layer())))

  it.effect("1,000 waiters that go away leave their places", () =>
    Effect.gen(function*() {
      yield* list
      const waiters = yield* Effect.forEach(Array.from({ length: 1000 }), () => Effect.fork(list))
      const last = yield* Effect.fork(list)
      yield* TestClock.adjust("1 second")
      yield* Fiber.interruptAll(waiters)
      yield* TestClock.adjust("1100 millis")
      yield* last
      assert.deepStrictEqual(yield* arrivals, [0, 2100])
    }).pipe(Effect.provide(limited()), Effect.provide(RateLimit.layer({ limit: 1, interval: "2 seconds" }))))

  it.effect("also where nobody tries that one again", () =>
    Effect.gen(function*() {
      yield* Effect.flip(list)
      yield* within(list)
      assert.deepStrictEqual(yield* arrivals, [0, 3000])
    }).pipe(
      Effect.provide(limited({
        faults: ({ number }) => number === 1 ? Fault.status(429, { "retry-after": "3" }) : undefined
      })),
      Effect.provide(RetryPolicy.none)
    ))

  it.effect("first come, first served", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const order: Array<string> = []
      const ask = (name: string) => Effect.zipRight(client.list(), Effect.sync(() => order.push(name)))
      yield* within(Effect.all([Effect.repeatN(ask("a"), 2), ask("b"), ask("c")], { concurrency: "unbounded" }))
      assert.deepStrictEqual(order, ["a", "b", "c", "a", "a"])
    }).pipe(Effect.provide(limited()), Effect.provide(RateLimit.layer({ limit: 1, interval: "2 seconds" }))))

  it.effect("whoever comes when a place is free is behind those who wait for it", () =>
    Effect.gen(function*() {
      const limiter = yield* RateLimit.make({ limit: 1, interval: "2 seconds" })
      const key = Redacted.make(secret)
      const atOnce = Effect.map(limiter.tryTake?.(key) ?? Effect.succeedNone, Option.isSome)
      assert.isTrue(yield* atOnce)
      const waiter = yield* Effect.fork(limiter.take(key))
      // woken before the one who waits, at the same time
      const newcomer = yield* Effect.fork(Effect.delay(atOnce, "2100 millis"))
      yield* TestClock.adjust("2100 millis")
      yield* Fiber.join(waiter)
      assert.isFalse(yield* Fiber.join(newcomer))
      yield* TestClock.adjust("2100 millis")
      assert.isTrue(yield* atOnce)
    }))

  it.effect("no limit is none", () =>
    Effect.gen(function*() {
      yield* Effect.all(Array.from({ length: 100 }, () => list), { concurrency: "unbounded" })
      assert.strictEqual(yield* requestCount, 100)
    }).pipe(Effect.provide(limited({ rateLimit: "none" })), Effect.provide(RateLimit.layer({ limit: Infinity }))))

  it.effect("one that waits too long fails, and takes no place", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* client.list()
      const fiber = yield* Effect.fork(Effect.flip(client.list()))
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* fiber)._tag, "RateLimitWaitExceeded")
      const next = yield* Effect.fork(client.list())
      yield* TestClock.adjust("1 second")
      yield* next
      assert.deepStrictEqual(yield* arrivals, [0, 2100])
    }).pipe(
      Effect.provide(limited()),
      Effect.provide(RateLimit.layer({ limit: 1, interval: "2 seconds", maxWait: "1500 millis" }))
    ))

  it.effect("an interrupted waiter gives its place back", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* client.list()
      const waiter = yield* Effect.fork(client.list())
      const next = yield* Effect.fork(client.list())
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(waiter)
      yield* TestClock.adjust("1100 millis")
      yield* next
      assert.deepStrictEqual(yield* arrivals, [0, 2100])
    }).pipe(Effect.provide(limited()), Effect.provide(RateLimit.layer({ limit: 1, interval: "2 seconds" }))))

  it.effect("a layer kept in a const is one limiter for two clients with the same key", () => {
    const shared = RateLimit.layer({ limit: 1, interval: "2 seconds" })
    return Effect.gen(function*() {
      const one = yield* ExportsClient.make({ credentials })
      const two = yield* ExportsClient.make({ credentials })
      yield* within(Effect.all([one.list(), two.list()], { concurrency: "unbounded" }))
      assert.deepStrictEqual(yield* arrivals, [0, 2100])
    }).pipe(Effect.provide(shared), Effect.provide(SimulatorClient.layer()))
  })

  it.effect("layerConfig reads the environment", () =>
    Effect.gen(function*() {
      yield* within(Effect.all([list, list]))
      assert.deepStrictEqual(yield* arrivals, [0, 5250])
    }).pipe(
      Effect.provide(limited()),
      Effect.provide(Layer.provide(
        RateLimit.layerConfig(),
        Layer.setConfigProvider(
          ConfigProvider.fromMap(new Map([["DIDWW_RATE_LIMIT", "1"], ["DIDWW_RATE_INTERVAL", "5 seconds"]]))
        )
      ))
    ))
})
