import { ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import { Account, Fault, type Simulator, SimulatorClient } from "@effect-didww/simulator"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Config, ConfigProvider, Effect, Fiber, Layer, Option, Redacted } from "effect"
import { advance, inTime, within } from "./clock.js"
import { withChance } from "./random.js"
import { arrivals, connected, credentials, load, requestCount, secret } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

const list = Effect.flatMap(Client, (client) => client.list())

describe("policies", () => {
  const retry = RetryPolicy.layer({ maxAttempts: 3, baseDelay: 0 })
  const limit = RateLimit.layer({ limit: 1, interval: "10 seconds" })
  const policies = Layer.merge(retry, limit)
  const client = ExportsClient.layer({ credentials })

  const wirings = {
    "beside the client's layer": Effect.provide(list, Layer.mergeAll(client, retry, limit)),
    "inside of the client's layer": Effect.provide(list, Layer.provide(client, policies)),
    "outside of the client's layer": list.pipe(Effect.provide(client), Effect.provide(policies)),
    "before the client's layer": list.pipe(Effect.provide(policies), Effect.provide(client)),
    "around one call": Effect.provide(Effect.flatMap(Client, (one) => Effect.provide(one.list(), policies)), client)
  }

  for (const [name, program] of Object.entries(wirings)) {
    it.effect(`are in force when they are provided ${name}`, () =>
      Effect.gen(function*() {
        assert.deepInclude(yield* within(Effect.flip(program)), { _tag: "ServerError", attempts: 3 })
        assert.deepStrictEqual(yield* arrivals, [0, 10_500, 21_000])
      }).pipe(Effect.provide(SimulatorClient.layer({ faults: () => Fault.status(503) }))))
  }
})

describe("a retry policy", () => {
  it.effect("waits at random, each time up to twice as long, with a cap", () =>
    Effect.gen(function*() {
      yield* within(Effect.flip(list))
      assert.deepStrictEqual(yield* arrivals, [0, 100, 300, 700, 1200, 1700])
    }).pipe(
      // the longest wait that the jitter allows
      withChance(1),
      Effect.provide(connected({ faults: () => Fault.status(503) })),
      Effect.provide(RetryPolicy.layer({ maxAttempts: 6, baseDelay: "100 millis", maxDelay: "500 millis" }))
    ))

  it.effect("waits at least as long as Retry-After says", () =>
    Effect.gen(function*() {
      yield* within(list)
      assert.deepStrictEqual(yield* arrivals, [0, 7000])
    }).pipe(Effect.provide(connected({
      faults: ({ number }) => number === 1 ? Fault.status(503, { "retry-after": "7" }) : undefined
    }))))

  it.effect("fails at once when Retry-After is longer than maxRetryAfter", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(list)
      assert.deepInclude(error, { _tag: "RateLimited", attempts: 1 })
      assert.include(error.message, "1h")
    }).pipe(Effect.provide(connected({ faults: () => Fault.status(429, { "retry-after": "3600" }) }))))

  it.effect("gives up an attempt that takes too long, and makes another one", () =>
    Effect.gen(function*() {
      yield* within(list)
      assert.strictEqual(yield* requestCount, 2)
    }).pipe(
      Effect.provide(connected({ faults: ({ number }) => number === 1 ? Fault.delay("31 seconds") : undefined }))
    ))

  it.effect("limits all attempts together to totalTimeout", () =>
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

  it.effect("makes one attempt if it is none", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(list), { _tag: "ServerError", attempts: 1 })
    }).pipe(Effect.provide(connected({ faults: () => Fault.status(500) })), Effect.provide(RetryPolicy.none)))

  it.effect("is read from the environment by layerConfig", () =>
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

describe("the Config of options", () => {
  it.effect("is the environment's for RetryPolicy and for RateLimit", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* RetryPolicy.config, { maxAttempts: 2, totalTimeout: undefined })
      assert.deepInclude(yield* RateLimit.config, { limit: 3, interval: undefined })
    }).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(
      new Map([["DIDWW_RETRY_MAX_ATTEMPTS", "2"], ["DIDWW_RATE_LIMIT", "3"]])
    ))))

  it.effect("is taken by layerConfig of RetryPolicy and of RateLimit", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* within(Effect.flip(list)), { attempts: 3 })
      assert.deepStrictEqual(yield* arrivals, [0, 1050, 2100])
    }).pipe(
      Effect.provide(limited({ faults: () => Fault.status(503) })),
      Effect.provide(RetryPolicy.layerConfig(Config.succeed({ maxAttempts: 3, baseDelay: 0 }))),
      Effect.provide(RateLimit.layerConfig(Config.succeed({ limit: 1 })))
    ))
})

describe("a rate limit", () => {
  const busiestSecond = (times: ReadonlyArray<number>) =>
    Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 1000).length))

  it.effect("keeps a client within 20 requests a second by default", () =>
    Effect.gen(function*() {
      yield* within(Effect.all(Array.from({ length: 200 }, () => list), { concurrency: "unbounded" }))
      assert.strictEqual(yield* requestCount, 200)
      assert.strictEqual(busiestSecond(yield* arrivals), 20)
    }).pipe(Effect.provide(limited())))

  it.effect("counts each attempt", () =>
    Effect.gen(function*() {
      yield* within(list)
      assert.deepStrictEqual(yield* arrivals, [0, 10_500, 21_000])
    }).pipe(
      Effect.provide(limited({ faults: ({ number }) => number < 3 ? Fault.status(503) : undefined })),
      Effect.provide(RateLimit.layer({ limit: 1, interval: "10 seconds" })),
      Effect.provide(RetryPolicy.layer({ baseDelay: 0 }))
    ))

  it.effect("pauses all requests of a key for as long as a 429 says", () =>
    Effect.gen(function*() {
      const first = yield* Effect.fork(list)
      yield* advance(1)
      const others = yield* Effect.fork(Effect.all([list, list], { concurrency: "unbounded" }))
      yield* advance("1 minute")
      yield* Fiber.join(first)
      yield* Fiber.join(others)
      assert.isTrue((yield* arrivals).slice(1).every((at) => at >= 3000))
    }).pipe(
      Effect.provide(limited({
        faults: ({ number }) => number === 1 ? Fault.status(429, { "retry-after": "3" }) : undefined
      })),
      Effect.provide(RetryPolicy.layer({ baseDelay: 0 }))
    ))

  const noTime: Record<string, Record<string, string>> = {
    "does not say how long": {},
    "names a date in the past": { "retry-after": "Wed, 31 Dec 1969 23:59:59 GMT" },
    "names its own date": { "retry-after": "Sun, 06 Nov 1994 08:49:37 GMT", date: "Sun, 06 Nov 1994 08:49:37 GMT" },
    "says 0": { "retry-after": "0" },
    "says nothing that is a time": { "retry-after": "soon" }
  }
  for (const [name, headers] of Object.entries(noTime)) {
    it.effect(`pauses for one second when a 429 ${name}`, () =>
      Effect.gen(function*() {
        yield* within(list)
        assert.deepStrictEqual(yield* arrivals, [0, 1000])
      }).pipe(
        Effect.provide(limited({ faults: ({ number }) => number === 1 ? Fault.status(429, headers) : undefined })),
        Effect.provide(RetryPolicy.layer({ baseDelay: 0 }))
      ))
  }

  it.effect("pauses 64 fibers for the 429 of one, and holds afterwards", () =>
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

  it.effect("uses at least 85 % of the quota without a 429, for 64 fibers with 200 requests each", () =>
    Effect.gen(function*() {
      const each = load(200)
      yield* inTime(Effect.all(Array.from({ length: 64 }, () => Effect.repeat(list, { times: each - 1 })), {
        concurrency: "unbounded",
        discard: true
      }))
      const times = yield* arrivals
      // one more for each 429
      assert.strictEqual(times.length, 64 * each)
      assert.isAbove(times.length / ((times.at(-1) ?? 0) / 1000), 0.85 * 20)
    }).pipe(Effect.provide(limited({ account: Account.generate({ size: 1 }) }))))

  it.effect("does not bring the next requests too soon after requests that were held up on their way", () =>
    Effect.gen(function*() {
      let sent = 0
      // as the connections of a process that has just begun
      const slowly = HttpClient.transform(
        yield* HttpClient.HttpClient,
        (response) => Effect.suspend(() => Effect.delay(response, ++sent <= 20 ? "200 millis" : 0))
      )
      const client = yield* Effect.provideService(ExportsClient.make({ credentials }), HttpClient.HttpClient, slowly)
      yield* within(Effect.all(
        Array.from({ length: 64 }, () => client.list()),
        { concurrency: "unbounded" }
      ))
      // one more for each 429
      assert.strictEqual(yield* requestCount, 64)
      assert.strictEqual(busiestSecond(yield* arrivals), 20)
    }).pipe(Effect.provide(SimulatorClient.layer())))

  it.effect("gets the places of 1,000 interrupted waiters back", () =>
    Effect.gen(function*() {
      yield* list
      const waiters = yield* Effect.forEach(Array.from({ length: 1000 }), () => Effect.fork(list))
      const last = yield* Effect.fork(list)
      yield* advance("1 second")
      yield* Fiber.interruptAll(waiters)
      yield* advance("1100 millis")
      yield* Fiber.join(last)
      assert.deepStrictEqual(yield* arrivals, [0, 2100])
    }).pipe(Effect.provide(limited()), Effect.provide(RateLimit.layer({ limit: 1, interval: "2 seconds" }))))

  it.effect("pauses the next request when nobody repeats the one that got a 429", () =>
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

  it.effect("serves requests first come, first served", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const order: Array<string> = []
      const ask = (name: string) => Effect.andThen(client.list(), Effect.sync(() => order.push(name)))
      yield* within(
        Effect.all([Effect.repeat(ask("a"), { times: 2 }), ask("b"), ask("c")], { concurrency: "unbounded" })
      )
      assert.deepStrictEqual(order, ["a", "b", "c", "a", "a"])
    }).pipe(Effect.provide(limited()), Effect.provide(RateLimit.layer({ limit: 1, interval: "2 seconds" }))))

  it.effect("gives a free place to a request that waits, and not to a newcomer", () =>
    Effect.gen(function*() {
      const limiter = yield* RateLimit.make({ limit: 1, interval: "2 seconds" })
      const key = Redacted.make(secret)
      const atOnce = Effect.flatMap(
        limiter.tryTake?.(key) ?? Effect.succeedNone,
        Option.match({ onNone: () => Effect.succeed(false), onSome: ({ arrived }) => Effect.as(arrived, true) })
      )
      assert.isTrue(yield* atOnce)
      const waiter = yield* Effect.fork(Effect.flatMap(limiter.take(key), ({ arrived }) => arrived))
      // woken before the one who waits, at the same time
      const newcomer = yield* Effect.fork(Effect.delay(atOnce, "2100 millis"))
      yield* advance("2100 millis")
      yield* Fiber.join(waiter)
      assert.isFalse(yield* Fiber.join(newcomer))
      yield* advance("2100 millis")
      assert.isTrue(yield* atOnce)
    }))

  it.effect("does not limit requests if it is Infinity", () =>
    Effect.gen(function*() {
      yield* Effect.all(Array.from({ length: 100 }, () => list), { concurrency: "unbounded" })
      assert.strictEqual(yield* requestCount, 100)
    }).pipe(Effect.provide(limited({ rateLimit: "none" })), Effect.provide(RateLimit.layer({ limit: Infinity }))))

  it.effect("fails a request that waits too long, and keeps its place", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* client.list()
      const fiber = yield* Effect.fork(Effect.flip(client.list()))
      yield* advance("2 seconds")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "RateLimitWaitExceeded")
      const next = yield* Effect.fork(client.list())
      yield* advance("1 second")
      yield* Fiber.join(next)
      assert.deepStrictEqual(yield* arrivals, [0, 2100])
    }).pipe(
      Effect.provide(limited()),
      Effect.provide(RateLimit.layer({ limit: 1, interval: "2 seconds", maxWait: "1500 millis" }))
    ))

  it.effect("gets the place of an interrupted waiter back", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* client.list()
      const waiter = yield* Effect.fork(client.list())
      const next = yield* Effect.fork(client.list())
      yield* advance("1 second")
      yield* Fiber.interrupt(waiter)
      yield* advance("1100 millis")
      yield* Fiber.join(next)
      assert.deepStrictEqual(yield* arrivals, [0, 2100])
    }).pipe(Effect.provide(limited()), Effect.provide(RateLimit.layer({ limit: 1, interval: "2 seconds" }))))

  it.effect("is one limiter for two clients with one key if its layer is kept in a const", () => {
    const shared = RateLimit.layer({ limit: 1, interval: "2 seconds" })
    return Effect.gen(function*() {
      const one = yield* ExportsClient.make({ credentials })
      const two = yield* ExportsClient.make({ credentials })
      yield* within(Effect.all([one.list(), two.list()], { concurrency: "unbounded" }))
      assert.deepStrictEqual(yield* arrivals, [0, 2100])
    }).pipe(Effect.provide(shared), Effect.provide(SimulatorClient.layer()))
  })

  it.effect("is read from the environment by layerConfig", () =>
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
