/** An exact sliding window in memory, for each key its own. */
import { DidwwError } from "@effect-didww/core"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { Limiter, Options } from "../RateLimit.js"

/** Requests that start an interval apart can arrive closer together: wait a little longer than the server counts. */
const margin = 1.05

interface Window {
  /** The last `limit` starts, in milliseconds; the oldest at `cursor`. */
  readonly starts: Float64Array
  cursor: number
  pausedUntil: number
  /** One at a time looks at the window; the others queue. */
  readonly turn: Effect.Semaphore
}

export const make = (options: Options): Effect.Effect<Limiter> =>
  Effect.sync(() => {
    const limit = Math.max(1, Math.floor(options.limit ?? 20))
    const interval = Duration.toMillis(options.interval ?? "1 second") * margin
    const windows = MutableHashMap.empty<Redacted.Redacted, Window>()

    const windowOf = (key: Redacted.Redacted): Window =>
      Option.getOrElse(MutableHashMap.get(windows, key), () => {
        const window = {
          starts: new Float64Array(limit).fill(-Infinity),
          cursor: 0,
          pausedUntil: -Infinity,
          turn: Effect.unsafeMakeSemaphore(1)
        }
        MutableHashMap.set(windows, key, window)
        return window
      })

    // asks again after each wait: a pause may have come meanwhile
    const start = (window: Window): Effect.Effect<void> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const free = Math.max(window.starts[window.cursor]! + interval, window.pausedUntil)
        if (free > now) return Effect.zipRight(Effect.sleep(Duration.millis(Math.ceil(free - now))), start(window))
        window.starts[window.cursor] = now
        window.cursor = (window.cursor + 1) % limit
        return Effect.void
      })

    const take = (key: Redacted.Redacted): Effect.Effect<void> =>
      Effect.suspend(() => {
        const window = windowOf(key)
        return window.turn.withPermits(1)(start(window))
      })

    const maxWait = options.maxWait === undefined ? undefined : Duration.decode(options.maxWait)

    return {
      take: maxWait === undefined
        ? take
        : (key) =>
          Effect.timeoutFail(take(key), {
            duration: maxWait,
            onTimeout: () => new DidwwError.RateLimitWaitExceeded({ maxWait })
          }),
      pause: (key, duration) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const window = windowOf(key)
          window.pausedUntil = Math.max(window.pausedUntil, now + Duration.toMillis(duration))
        })
    }
  })
