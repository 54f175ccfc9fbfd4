import { Export, ExportFilter } from "@effect-didww/core"
import { Credentials, ExportsClient, RetryPolicy } from "@effect-didww/http"
import { Account, Fault } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted, Stream } from "effect"
import { advance, inTime, timed, type WallClock, withWallClock } from "./clock.js"
import { withChance } from "./random.js"
import { connected, mints, requestCount, secret } from "./setup.js"

const list = Effect.flatMap(ExportsClient.ExportsClient, (client) => client.list())

/** Takes each token, because the simulator dates its own ones by the wall clock. */
const good = ({ url }: { readonly url: string }) =>
  Fault.status(
    200,
    {},
    url.endsWith("/token")
      ? JSON.stringify({ access_token: "a-token", expires_in: 900 })
      : JSON.stringify({ data: [], meta: { total_records: 0 } })
  )

const jumps = {
  "forward by an hour": Duration.toMillis("1 hour"),
  "back by an hour": -Duration.toMillis("1 hour"),
  "forward by ten years": Duration.toMillis("3650 days")
}

for (const [name, jump] of Object.entries(jumps)) {
  /** A wall clock, and a fault that sets it at each request. */
  const jumping = (fault: (number: number) => Fault.Fault | undefined) => {
    const wall: WallClock = { ahead: 0 }
    const faults = ({ number }: { readonly number: number }) => {
      wall.ahead = number * jump
      return fault(number)
    }
    return { wall, faults }
  }

  describe(`a clock that is set ${name} during a request`, () => {
    it.effect("does not end a request that is in time", () => {
      const { faults, wall } = jumping((number) =>
        number === 1 ? Fault.delay("2 seconds") : number === 2 ? Fault.status(503) : undefined
      )
      return Effect.gen(function*() {
        const [page, passed] = yield* inTime(timed(Effect.all([list, list])))
        assert.strictEqual(page.length, 2)
        // the delay, and the longest first wait after the 503
        assert.strictEqual(passed, 2250)
        assert.strictEqual(yield* requestCount, 3)
      }).pipe(withWallClock(wall), withChance(1), Effect.provide(connected({ faults })))
    })

    it.effect("does not change how long totalTimeout lasts, and what the failure says of the time", () => {
      const { faults, wall } = jumping(() => Fault.status(503))
      return Effect.gen(function*() {
        const [error, passed] = yield* inTime(timed(Effect.flip(list)))
        assert.deepInclude(error, { _tag: "TimedOut", limit: "totalTimeout", elapsed: Duration.seconds(3) })
        assert.strictEqual(passed, 3000)
      }).pipe(
        withWallClock(wall),
        withChance(1),
        Effect.provide(connected({ faults })),
        Effect.provide(RetryPolicy.layer({ totalTimeout: "3 seconds" }))
      )
    })

    it.effect("does not change how long attemptTimeout lasts", () => {
      const { faults, wall } = jumping(() => Fault.delay("1 hour"))
      return Effect.gen(function*() {
        const [error, passed] = yield* inTime(timed(Effect.flip(list)))
        assert.deepInclude(error, { _tag: "TimedOut", limit: "attemptTimeout", attempts: 2 })
        assert.strictEqual(passed, 6000)
      }).pipe(
        withWallClock(wall),
        withChance(0),
        Effect.provide(connected({ faults })),
        Effect.provide(RetryPolicy.layer({ attemptTimeout: "3 seconds", maxAttempts: 2 }))
      )
    })

    it.effect("does not change how long Retry-After lasts", () => {
      const { faults, wall } = jumping((number) => number === 1 ? Fault.status(429, { "retry-after": "7" }) : undefined)
      return Effect.gen(function*() {
        assert.strictEqual((yield* inTime(timed(list)))[1], 7000)
      }).pipe(withWallClock(wall), Effect.provide(connected({ faults })))
    })

    it.effect("does not change what the failure of a download says of the time", () => {
      const account = Account.generate({ size: 20, seed: 3, types: ["cdr_in"] })
      const { faults, wall } = jumping((number) => number === 1 ? undefined : Fault.stall(5))
      return Effect.gen(function*() {
        const client = yield* ExportsClient.ExportsClient
        const { exports } = yield* client.list({ filter: ExportFilter.status("completed") })
        const archived = yield* Effect.fromNullable(exports.find(Export.isCompleted))
        const download = Stream.runDrain(client.download(archived, { idleTimeout: "4 seconds" }))
        const [error, passed] = yield* inTime(timed(Effect.flip(download)))
        assert(error._tag === "TimedOut", error._tag)
        assert.deepStrictEqual([error.limit, Duration.toMillis(error.elapsed)], ["idleTimeout", passed])
        assert.isAtLeast(passed, 4000)
      }).pipe(
        withWallClock(wall),
        Effect.provide(connected({ account, archives: { rows: 600, seed: 1 }, faults }))
      )
    })

    it.effect("does not change how long a token is used", () => {
      const wall: WallClock = { ahead: 0 }
      return Effect.gen(function*() {
        const mintCount = Effect.map(mints, (all) => all.length)
        yield* list
        wall.ahead = jump
        yield* advance("11 minutes")
        yield* list
        assert.strictEqual(yield* mintCount, 1)
        yield* advance("4 minutes")
        yield* list
        assert.strictEqual(yield* mintCount, 2)
      }).pipe(
        withWallClock(wall),
        Effect.provide(connected({ faults: good }, { credentials: Credentials.bearer(Redacted.make(secret)) }))
      )
    })
  })
}
