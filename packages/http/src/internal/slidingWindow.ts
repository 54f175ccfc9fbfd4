/** An exact sliding window in memory, for each key its own. */
import { DidwwError } from "@effect-didww/core"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { Limiter, Options } from "../RateLimit.js"

/** Requests that start an interval apart can arrive closer together: wait a little longer than the server counts. */
const margin = 1.05

/** Faster than any client: as good as no limit, and no reason for an array of that size. */
const mostStarts = 1_000_000

/** Milliseconds that nobody sets back. */
const now = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos) / 1e6)

interface Window {
  /** The last `limit` starts, in milliseconds; the oldest at `cursor`. */
  readonly starts: Float64Array
  cursor: number
  pausedUntil: number
  /** Done when the last in the queue has had its turn. */
  last: Deferred.Deferred<void>
}

export const make = (options: Options): Effect.Effect<Limiter> =>
  Effect.sync((): Limiter => {
    if (Number(options.limit) > mostStarts) return { take: () => Effect.void, pause: () => Effect.void }
    const limit = Math.max(1, Math.floor(options.limit ?? 20) || 1)
    const interval = Duration.toMillis(options.interval ?? "1 second") * margin
    const maxWait = options.maxWait === undefined ? undefined : Duration.decode(options.maxWait)
    const windows = MutableHashMap.empty<Redacted.Redacted, Window>()

    const windowOf = (key: Redacted.Redacted): Window =>
      Option.getOrElse(MutableHashMap.get(windows, key), () => {
        const last = Deferred.unsafeMake<void>(FiberId.none)
        Deferred.unsafeDone(last, Effect.void)
        const window = { starts: new Float64Array(limit).fill(-Infinity), cursor: 0, pausedUntil: -Infinity, last }
        MutableHashMap.set(windows, key, window)
        return window
      })

    // asks again after each wait: a pause may have come meanwhile
    const start = (window: Window): Effect.Effect<void> =>
      Effect.flatMap(now, (now) => {
        const free = Math.max((window.starts[window.cursor] ?? -Infinity) + interval, window.pausedUntil)
        if (free > now) return Effect.zipRight(Effect.sleep(Duration.millis(Math.ceil(free - now))), start(window))
        window.starts[window.cursor] = now
        window.cursor = (window.cursor + 1) % limit
        return Effect.void
      })

    // first come, first served: each waits for the one before it, and who goes away hands its turn on
    const take = (key: Redacted.Redacted): Effect.Effect<void> =>
      Effect.uninterruptibleMask((restore) => {
        const window = windowOf(key)
        const before = window.last
        const mine = Deferred.unsafeMake<void>(FiberId.none)
        window.last = mine
        return restore(Effect.zipRight(Deferred.await(before), start(window))).pipe(
          Effect.onExit((exit) =>
            Effect.sync(() => Deferred.unsafeDone(mine, exit._tag === "Success" ? Effect.void : Deferred.await(before)))
          )
        )
      })

    return {
      take: maxWait === undefined
        ? take
        : (key) =>
          Effect.timeoutFail(take(key), {
            duration: maxWait,
            onTimeout: () => new DidwwError.RateLimitWaitExceeded({ attempts: 0, elapsed: maxWait, maxWait })
          }),
      pause: (key, duration) =>
        Effect.map(now, (now) => {
          const window = windowOf(key)
          window.pausedUntil = Math.max(window.pausedUntil, now + Duration.toMillis(duration))
        })
    }
  })
