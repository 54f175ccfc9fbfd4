import { RateLimit } from "@effect-didww/http"
import * as SharedRateLimit from "@effect-didww/http/SharedRateLimit"
import { Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Context, Duration, Effect, Layer, Redacted } from "effect"
import { freePort, program, redis } from "./processes.js"

// Real processes on a real Redis, with REDIS=1 only: they take two minutes and `redis-server`, on a machine that does
// nothing else.

const urlOf = (port: number, password = "") => `redis://${password === "" ? "" : `:${password}@`}127.0.0.1:${port}`

/** Processes that begin at the word go. The sizes of the pages that they ask for tell them apart. */
const sharing = Effect.fnUntraced(function*(
  options: { readonly count: number; readonly redisUrl: string; readonly seconds: number; readonly localLimit: number }
) {
  const { url } = yield* SimulatorServer.SimulatorServer
  const sizes = Array.from({ length: options.count }, (_, index) => index + 1)
  const processes = yield* Effect.forEach(
    sizes,
    (size) => program("sharing", url, options.redisUrl, size, options.seconds, options.localLimit),
    { concurrency: "unbounded" }
  )
  yield* Effect.forEach(processes, ({ ready }) => ready, { discard: true })
  yield* Effect.forEach(processes, ({ go }) => go, { discard: true })
  return {
    sizes,
    ended: Effect.forEach(processes, ({ ended }) => ended, { concurrency: "unbounded" })
  }
})

interface Arrival {
  readonly at: number
  /** Which process it came from. */
  readonly size: number
}

const arrivals = Effect.flatMap(
  Simulator.Simulator,
  ({ received }) =>
    Effect.map(
      received,
      (requests) =>
        requests.map(({ at, url }): Arrival => ({ at, size: Number(new URL(url).searchParams.get("page[size]")) }))
    )
)

/** The arrivals over the limit: so many came within the second before each of them. */
const over = (arrivals: ReadonlyArray<Arrival>, limit: number): ReadonlyArray<Arrival> =>
  arrivals.filter(({ at }, index) => arrivals.slice(0, index).filter((other) => at - other.at < 1000).length >= limit)

const between = (arrivals: ReadonlyArray<Arrival>, from: number, to: number): ReadonlyArray<Arrival> =>
  arrivals.filter(({ at }) => at >= from && at < to)

const used = (arrivals: ReadonlyArray<Arrival>, from: number, to: number): number =>
  between(arrivals, from, to).length / ((to - from) / 1000 * 20)

describe("a shared limit on a real Redis", () => {
  const simulator = SimulatorServer.layer({ rateLimit: 20 })

  for (const count of [2, 4]) {
    it.scopedLive(
      `uses 80 % of 20 requests a second without a 429, in ${count} processes for 15 seconds`,
      () =>
        Effect.gen(function*() {
          const port = yield* freePort
          yield* redis(port)
          const processes = yield* sharing({ count, redisUrl: urlOf(port), seconds: 15, localLimit: 20 })
          const ended = yield* processes.ended
          assert.deepStrictEqual(ended, processes.sizes.map(() => ({ code: 0, lines: ["retries 0"] })))
          const all = yield* arrivals
          const first = all[0]?.at ?? 0
          assert.deepStrictEqual(over(all, 20), [])
          assert.isAtLeast(used(all, first, first + 15_000), 0.8)
          for (const size of processes.sizes) {
            assert.isAtLeast(all.filter((one) => one.size === size).length, 0.8 * all.length / count)
          }
        }).pipe(Effect.provide(simulator)),
      { timeout: 120_000 }
    )
  }

  const outages = {
    "killed and another one is started": (
      port: number,
      { kill }: Effect.Effect.Success<ReturnType<typeof redis>>
    ) => ({
      begins: kill,
      ends: redis(port)
    }),
    "stopped and continued": (_: number, server: Effect.Effect.Success<ReturnType<typeof redis>>) => ({
      begins: server.stop,
      ends: server.continue
    })
  }
  for (const [name, outage] of Object.entries(outages)) {
    it.scopedLive(
      `becomes a limit of each process while Redis is ${name}, and is shared again`,
      () =>
        Effect.gen(function*() {
          const port = yield* freePort
          const { begins, ends } = outage(port, yield* redis(port))
          const processes = yield* sharing({ count: 2, redisUrl: urlOf(port), seconds: 18, localLimit: 5 })
          yield* Effect.sleep("5 seconds")
          yield* begins
          const goneAt = yield* Clock.currentTimeMillis
          yield* Effect.sleep("5 seconds")
          yield* ends
          const backAt = yield* Clock.currentTimeMillis
          for (const { code, lines } of yield* processes.ended) {
            assert.strictEqual(code, 0)
            assert.match(lines.join("\n"), /^WARN .* 5 in 1s\nINFO The rate limit is shared again\nretries \d+$/)
          }
          const all = yield* arrivals
          for (const size of processes.sizes) {
            // places that were reserved before are used up soon
            const alone = between(all.filter((one) => one.size === size), goneAt + 300, backAt)
            assert.deepStrictEqual(over(alone, 5), [])
            assert.isAtLeast(alone.length, 15)
          }
          const settledAt = backAt + 3000
          assert.deepStrictEqual(over(between(all, settledAt, Infinity), 20), [])
          // each on its own, the processes would use one half
          assert.isAtLeast(used(all, settledAt, all.at(-1)?.at ?? 0), 0.8)
        }).pipe(Effect.provide(simulator)),
      { timeout: 120_000 }
    )
  }

  it.scopedLive("lets a program whose waiters were interrupted end by itself", () =>
    Effect.gen(function*() {
      const port = yield* freePort
      yield* redis(port)
      const { ended } = yield* program("interrupted", urlOf(port))
      assert.deepStrictEqual(yield* ended, { code: 0, lines: ["done"] })
    }))

  it.scopedLive("lets a program whose waiters were interrupted end by itself while Redis hangs", () =>
    Effect.gen(function*() {
      const port = yield* freePort
      const server = yield* redis(port)
      yield* server.stop
      const { ended } = yield* program("interrupted", urlOf(port))
      const { code, lines } = yield* ended
      assert.strictEqual(code, 0)
      assert.match(lines[0] ?? "", /^WARN The store of the shared rate limit does not answer\./)
      assert.deepStrictEqual(lines.slice(1), ["done"])
    }))

  it.scopedLive("pauses all processes, and pauses once for two pauses of the same reason", () =>
    Effect.gen(function*() {
      const port = yield* freePort
      yield* redis(port)
      const limiter = Effect.flatMap(
        Layer.build(SharedRateLimit.layerRedis({ redis: Redacted.make(urlOf(port)) })),
        (context) => Effect.fromNullable(Context.get(context, RateLimit.RateLimit))
      )
      const [one, two, three] = yield* Effect.all([limiter, limiter, limiter])
      const key = Redacted.make("any")
      yield* Effect.all([one.take(key), two.take(key), three.take(key)], { concurrency: 3 })
      const from = yield* Clock.currentTimeMillis
      for (const { pause } of [one, two, one]) yield* pause(key, Duration.seconds(4))
      yield* three.take(key)
      const waited = (yield* Clock.currentTimeMillis) - from
      // by the clock of Redis, which is read twice
      assert.isAtLeast(waited, 3990)
      assert.isBelow(waited, 8000)
    }))

  it.scopedLive("warns of a password that Redis refuses, and does not show it", () =>
    Effect.gen(function*() {
      const port = yield* freePort
      yield* redis(port, "--requirepass", "right-one")
      const { ended } = yield* program("interrupted", urlOf(port, "wrong-one"))
      const { code, lines } = yield* ended
      assert.strictEqual(code, 0)
      assert.match(lines[0] ?? "", /^WARN The store of the shared rate limit does not answer \(WRONGPASS\)/)
      assert.deepStrictEqual(lines.slice(1), ["done"])
    }))
})
