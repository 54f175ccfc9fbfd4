import { ExportsClient, type RateLimit, RetryPolicy } from "@effect-didww/http"
import * as SharedRateLimit from "@effect-didww/http/SharedRateLimit"
import { Simulator, SimulatorClient } from "@effect-didww/simulator"
import * as RateLimiter from "@effect/experimental/RateLimiter"
import { assert, describe, it } from "@effect/vitest"
import { Clock, ConfigProvider, Context, Duration, Effect, Fiber, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import { advance, inTime } from "./clock.js"
import { linesTo } from "./logging.js"
import { freePort, program } from "./processes.js"
import { credentials, secret } from "./setup.js"

const key = Redacted.make(secret)

interface Start {
  readonly at: number
  readonly name: string
}

/** Takes a place, and notes when it came. */
const takeOne = (limiter: RateLimit.Limiter, starts: Array<Start>, name = "") =>
  Effect.andThen(
    limiter.take(key),
    Effect.map(Clock.currentTimeMillis, (at) => {
      starts.push({ at, name })
    })
  )

const takeAll = (limiter: RateLimit.Limiter, count: number, starts: Array<Start>, name = "") =>
  Effect.all(Array.from({ length: count }, () => takeOne(limiter, starts, name)), {
    concurrency: "unbounded",
    discard: true
  })

const gaps = (starts: ReadonlyArray<Start>): ReadonlyArray<number> =>
  starts.slice(1).map(({ at }, index) => at - (starts[index]?.at ?? 0))

const busiest = (times: ReadonlyArray<number>, interval = 1000): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + interval).length))

/** Lets so much time pass that no place is reserved any more. */
const quiet = advance("1 minute")

/** The limiter of one process. It took its first place, which waits for the hash of the key, long ago. */
const running = Effect.fnUntraced(function*(options: SharedRateLimit.Options = {}) {
  const limiter = yield* SharedRateLimit.make(options)
  yield* inTime(limiter.take(key))
  yield* quiet
  return limiter
})

const Memory = Layer.provide(RateLimiter.layer, RateLimiter.layerStoreMemory)

/** A store that can go away, and remembers what it was asked. */
class Switch extends Context.Tag("Switch")<Switch, {
  state: "there" | "fails" | "hangs" | "dies"
  asked: number
  readonly keys: Set<string>
}>() {}

const Fragile = Layer.provideMerge(
  RateLimiter.layer,
  Layer.effect(
    RateLimiter.RateLimiterStore,
    Effect.gen(function*() {
      const store = yield* RateLimiter.RateLimiterStore
      const now = yield* Switch
      return {
        ...store,
        fixedWindow: (options) =>
          Effect.suspend(() => {
            now.asked = now.asked + 1
            now.keys.add(options.key)
            switch (now.state) {
              case "there":
                return store.fixedWindow(options)
              case "fails":
                return Effect.fail(
                  new RateLimiter.RateLimitStoreError({
                    message: `redis://:${secret}@redis.example`,
                    cause: { code: "ECONNREFUSED", args: [secret] }
                  })
                )
              case "hangs":
                return Effect.never
              case "dies":
                return Effect.die(new Error(secret))
            }
          })
      }
    })
  )
).pipe(
  Layer.provide(RateLimiter.layerStoreMemory),
  Layer.provideMerge(Layer.sync(Switch, () => ({ state: "there" as const, asked: 0, keys: new Set<string>() })))
)

/** Runs an effect that can see the lines that it has logged. */
const logging = <A, E, R>(run: (lines: ReadonlyArray<string>) => Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const lines: Array<string> = []
    return Effect.provide(run(lines), linesTo((line) => lines.push(line)))
  })

describe("a shared limit", () => {
  for (
    const [limit, interval, places, distance] of [
      [20, 1000, 1, 55],
      [1, 1000, 1, 1100],
      [10, 60_000, 1, 6600],
      [43, 1000, 1, 26],
      [100, 1000, 4, 44],
      [1000, 1000, 45, 50]
    ] as const
  ) {
    it.effect(`of ${limit} in ${interval} ms gives ${places} at a time, ${distance} ms apart`, () =>
      Effect.gen(function*() {
        const limiter = yield* running({ limit, interval })
        const starts: Array<Start> = []
        yield* inTime(takeAll(limiter, places * 10, starts))
        assert.deepStrictEqual(gaps(starts), gaps(starts).map((_, index) => (index + 1) % places === 0 ? distance : 0))
        assert.isAtMost(busiest(starts.map(({ at }) => at), interval), limit)
      }).pipe(Effect.provide(Memory)))
  }

  it.effect("gives places to four processes in turn", () =>
    Effect.gen(function*() {
      const starts: Array<Start> = []
      const limiters = yield* Effect.all(
        ["a", "b", "c", "d"].map((name) => Effect.map(running(), (one) => ({ name, one })))
      )
      yield* inTime(Effect.all(limiters.map(({ name, one }) => takeAll(one, 25, starts, name)), { concurrency: 4 }))
      assert.deepStrictEqual(gaps(starts), Array.from({ length: 99 }, () => 55))
      assert.strictEqual(starts.map(({ name }) => name).join(""), "abcd".repeat(25))
    }).pipe(Effect.provide(Memory)))

  it.effect("serves requests first come, first served", () =>
    Effect.gen(function*() {
      const limiter = yield* running()
      const starts: Array<Start> = []
      const ask = (name: string, times: number) =>
        Effect.forEach(Array.from({ length: times }), () => takeOne(limiter, starts, name), { discard: true })
      yield* inTime(Effect.all([ask("a", 3), ask("b", 1), ask("c", 1)], { concurrency: "unbounded" }))
      assert.strictEqual(starts.map(({ name }) => name).join(""), "abcaa")
    }).pipe(Effect.provide(Memory)))

  it.effect("gives each key places of its own, and does not show keys to the store", () =>
    Effect.gen(function*() {
      const limiter = yield* running()
      const other = Redacted.make("another")
      yield* inTime(limiter.take(other))
      yield* quiet
      const starts: Array<number> = []
      const ask = (key: Redacted.Redacted) =>
        Effect.andThen(limiter.take(key), Effect.map(Clock.currentTimeMillis, (at) => starts.push(at)))
      yield* inTime(Effect.all([key, other, key, other].map(ask), { concurrency: "unbounded" }))
      assert.deepStrictEqual(starts.map((at) => at - (starts[0] ?? 0)), [0, 0, 55, 55])
      const { keys } = yield* Switch
      assert.strictEqual(keys.size, 2)
      for (const name of keys) assert.match(name, /^didww:[0-9a-f]{16}$/)
    }).pipe(Effect.provide(Fragile)))

  it.effect("fails a request that waits too long, and keeps its place", () =>
    Effect.gen(function*() {
      const limiter = yield* running({ limit: 1, interval: "2 seconds", maxWait: "1500 millis" })
      const starts: Array<Start> = []
      yield* takeOne(limiter, starts)
      const refused = yield* Effect.fork(Effect.flip(limiter.take(key)))
      yield* advance("1500 millis")
      assert.strictEqual((yield* Fiber.join(refused))._tag, "RateLimitWaitExceeded")
      const next = yield* Effect.fork(takeOne(limiter, starts))
      yield* advance("700 millis")
      yield* Fiber.join(next)
      assert.deepStrictEqual(gaps(starts), [2200])
    }).pipe(Effect.provide(Memory)))

  it.effect("does not use a place whose time passed while nobody waited", () =>
    Effect.gen(function*() {
      const [one, two] = yield* Effect.all([running(), running()])
      const starts: Array<Start> = []
      yield* takeOne(one, starts)
      const gone = yield* Effect.fork(one.take(key))
      yield* advance(1)
      yield* Fiber.interrupt(gone)
      // the place at 55 passes, and at 120 the process asks for a new one
      yield* advance(119)
      yield* inTime(Effect.all([takeAll(two, 3, starts), takeAll(one, 3, starts)], { concurrency: 2 }))
      assert.deepStrictEqual(gaps(starts), [120, 55, 55, 55, 55, 55])
    }).pipe(Effect.provide(Memory)))

  it.effect("loses one place for each of two processes with 1,000 interrupted waiters", () =>
    Effect.gen(function*() {
      const [one, two, three] = yield* Effect.all([running(), running(), running()])
      const starts: Array<Start> = []
      yield* takeOne(three, starts)
      const waiters = yield* Effect.forEach(
        [one, two],
        (limiter) => Effect.forEach(Array.from({ length: 1000 }), () => Effect.fork(limiter.take(key)))
      )
      yield* advance(1)
      yield* Fiber.interruptAll(waiters.flat())
      yield* inTime(takeAll(three, 5, starts))
      assert.deepStrictEqual(gaps(starts), [165, 55, 55, 55, 55])
    }).pipe(Effect.provide(Memory)))

  it.effect("asks for no other place when 1,000 waiters are interrupted one after another", () =>
    Effect.gen(function*() {
      const control = yield* Switch
      const limiter = yield* running()
      yield* limiter.take(key)
      const before = control.asked
      const waiters = yield* Effect.forEach(Array.from({ length: 1000 }), () => Effect.fork(limiter.take(key)))
      for (const waiter of waiters) yield* Fiber.interrupt(waiter)
      yield* Effect.yieldNow()
      assert.strictEqual(control.asked, before + 1)
    }).pipe(Effect.provide(Fragile)))

  it.effect("gives the place of an interrupted waiter to the next one in the process", () =>
    Effect.gen(function*() {
      const limiter = yield* running()
      const starts: Array<Start> = []
      yield* takeOne(limiter, starts)
      const waiters = yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.fork(limiter.take(key)))
      const last = yield* Effect.fork(takeAll(limiter, 3, starts))
      yield* advance(50)
      for (const waiter of waiters) yield* Fiber.interrupt(waiter)
      yield* advance(115)
      yield* Fiber.join(last)
      assert.deepStrictEqual(gaps(starts), [55, 55, 55])
    }).pipe(Effect.provide(Memory)))

  it.effect("does not ask the store if it is Infinity", () =>
    Effect.gen(function*() {
      const limiter = yield* SharedRateLimit.make({ limit: Infinity })
      yield* Effect.all([
        limiter.take(key),
        limiter.take(key),
        limiter.pause(key, Duration.minutes(1)),
        limiter.take(key)
      ])
      assert.strictEqual((yield* Switch).asked, 0)
    }).pipe(Effect.provide(Fragile)))
})

describe("a shared pause", () => {
  const pauseFor = Duration.seconds(3)

  it.effect("holds all processes, and lets them go on at the limit", () =>
    Effect.gen(function*() {
      const [one, two] = yield* Effect.all([running(), running()])
      const starts: Array<Start> = []
      yield* one.pause(key, pauseFor)
      const from = yield* Clock.currentTimeMillis
      yield* inTime(Effect.all([takeAll(one, 10, starts), takeAll(two, 10, starts)], { concurrency: 2 }))
      assert.strictEqual((starts[0]?.at ?? 0) - from, 3000)
      assert.deepStrictEqual(gaps(starts), Array.from({ length: 19 }, () => 55))
    }).pipe(Effect.provide(Memory)))

  it.effect("is as long as one pause when many processes pause for the same reason", () =>
    Effect.gen(function*() {
      const limiters = yield* Effect.all(Array.from({ length: 4 }, () => running()))
      const starts: Array<Start> = []
      const from = yield* Clock.currentTimeMillis
      for (const limiter of limiters) {
        yield* Effect.all(Array.from({ length: 64 }, () => limiter.pause(key, pauseFor)), { concurrency: "unbounded" })
      }
      yield* inTime(Effect.all(limiters.map((limiter) => takeAll(limiter, 5, starts)), { concurrency: 4 }))
      assert.strictEqual((starts[0]?.at ?? 0) - from, 3000)
      assert.deepStrictEqual(gaps(starts), Array.from({ length: 19 }, () => 55))
    }).pipe(Effect.provide(Memory)))

  it.effect("counts from the last call", () =>
    Effect.gen(function*() {
      const [one, two] = yield* Effect.all([running(), running()])
      const starts: Array<Start> = []
      const from = yield* Clock.currentTimeMillis
      yield* one.pause(key, pauseFor)
      yield* advance("2 seconds")
      yield* two.pause(key, pauseFor)
      yield* two.pause(key, Duration.seconds(1))
      yield* two.pause(key, Duration.zero)
      yield* inTime(takeOne(two, starts))
      assert.strictEqual((starts[0]?.at ?? 0) - from, 5000)
    }).pipe(Effect.provide(Memory)))

  it.effect("holds requests that wait, and no place from before is used after it", () =>
    Effect.gen(function*() {
      const [one, two] = yield* Effect.all([running(), running()])
      const starts: Array<Start> = []
      const waiting = yield* Effect.fork(
        Effect.all([takeAll(one, 10, starts, "one"), takeAll(two, 10, starts, "two")], { concurrency: 2 })
      )
      yield* advance(10)
      yield* one.pause(key, pauseFor)
      const from = yield* Clock.currentTimeMillis
      yield* inTime(Fiber.join(waiting))
      const [before, after] = [
        starts.filter(({ at }) => at < from + 3000),
        starts.filter(({ at }) => at >= from + 3000)
      ]
      // the second one is the place that the other process had reserved
      assert.deepStrictEqual(before.map(({ at, name }) => [at - from, name]), [[-10, "one"], [45, "two"]])
      assert.isTrue(gaps(after).every((gap) => gap >= 55))
    }).pipe(Effect.provide(Memory)))
})

describe("a shared limit whose store", () => {
  for (const state of ["fails", "hangs", "dies"] as const) {
    it.effect(`${state} is a local limit after one warning, until the store is back`, () =>
      logging((lines) =>
        Effect.gen(function*() {
          const control = yield* Switch
          const limiter = yield* running({ localLimit: 5 })
          const starts: Array<Start> = []
          yield* inTime(takeAll(limiter, 40, starts))
          assert.deepStrictEqual(lines, [])

          control.state = state
          yield* inTime(takeAll(limiter, 40, starts))
          assert.strictEqual(lines.length, 1)
          assert.match(lines[0] ?? "", /^WARN The store of the shared rate limit does not answer.* 5 in 1s$/)
          assert.strictEqual((lines[0] ?? "").includes("(ECONNREFUSED)"), state === "fails")

          control.state = "there"
          yield* inTime(takeAll(limiter, 40, starts))
          assert.deepStrictEqual(lines.slice(1), ["INFO The rate limit is shared again"])
          assert.notInclude(lines.join(), secret)

          const times = starts.map(({ at }) => at)
          // on its own, and across both changes
          const last = gaps(starts).findLastIndex((gap) => gap !== 55)
          assert.strictEqual(busiest(times.slice(35, last + 2), 1050), 5)
          assert.deepStrictEqual(gaps(starts).slice(0, 39), Array.from({ length: 39 }, () => 55))
          assert.deepStrictEqual(gaps(starts).slice(-25), Array.from({ length: 25 }, () => 55))
        })
      ).pipe(Effect.provide(Fragile)))
  }
})

describe("clients with a shared limit", () => {
  const two = Effect.all([ExportsClient.make({ credentials }), ExportsClient.make({ credentials })])

  it.effect("of two processes use 90 % of a quota without a 429", () =>
    Effect.gen(function*() {
      const processes = yield* Effect.forEach(yield* two, (client) =>
        Effect.map(Layer.build(SharedRateLimit.layer()), (context) => Effect.provide(client.list(), context)))
      // the policy has no retries, so that a 429 is a failure
      yield* inTime(Effect.all(
        processes.flatMap((list) =>
          Array.from({ length: 100 }, () => list)
        ),
        { concurrency: 200 }
      ))
      const { received } = yield* Simulator.Simulator
      const times = (yield* received).map(({ at }) => at)
      assert.strictEqual(times.length, 200)
      assert.isAtLeast(200 / (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000 * 20), 0.9)
    }).pipe(
      Effect.scoped,
      Effect.provide(RetryPolicy.none),
      Effect.provide(SimulatorClient.layer({ rateLimit: 20 })),
      Effect.provide(Memory)
    ))

  it.effect("of one process share a layer that is kept in a const", () => {
    const shared = SharedRateLimit.layerMemory({ limit: 1, interval: "10 seconds" })
    return Effect.gen(function*() {
      const [one, other] = yield* two
      yield* inTime(one.list())
      yield* quiet
      yield* inTime(Effect.all([one.list(), other.list()], { concurrency: 2 }))
      const { received } = yield* Simulator.Simulator
      assert.deepStrictEqual((yield* received).slice(1).map(({ at }, _, [first]) => at - (first?.at ?? 0)), [0, 11_000])
    }).pipe(Effect.provide(shared), Effect.provide(SimulatorClient.layer()))
  })
})

describe("layerRedisConfig", () => {
  const config = (variables: Record<string, string>) =>
    Effect.withConfigProvider(
      SharedRateLimit.config,
      ConfigProvider.fromMap(new Map(Object.entries(variables)))
    )

  it.effect("reads the environment, and does not show the URL", () =>
    Effect.gen(function*() {
      const options = yield* config({
        DIDWW_REDIS_URL: `rediss://:${secret}@redis.example:6379/0`,
        DIDWW_RATE_LIMIT: "10",
        DIDWW_RATE_LOCAL_LIMIT: "5",
        DIDWW_RATE_MAX_WAIT: "1 minute"
      })
      assert.deepInclude(options, { limit: 10, localLimit: 5, interval: undefined, maxWait: Duration.minutes(1) })
      assert.deepStrictEqual(options.redis, Redacted.make(`rediss://:${secret}@redis.example:6379/0`))
      assert.notInclude(inspect(options, { depth: 10 }), secret)
    }))

  it.effect("says which URL it takes, and does not show the one that it got", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(config({ DIDWW_REDIS_URL: `http://:${secret}@redis.example` }))
      assert.include(String(error), "redis://")
      assert.notInclude(inspect(error, { depth: 10 }), secret)
    }))
})

describe("layerRedis without Redis", () => {
  it.scopedLive("lets a program whose waiters were interrupted end by itself, after one warning", () =>
    Effect.gen(function*() {
      const { ended } = yield* program("interrupted", `redis://:some-password@127.0.0.1:${yield* freePort}`)
      const { code, lines } = yield* ended
      assert.strictEqual(code, 0)
      assert.match(lines[0] ?? "", /^WARN The store of the shared rate limit does not answer \(ECONNREFUSED\)/)
      assert.deepStrictEqual(lines.slice(1), ["done"])
    }))
})
