/** An exact sliding window in memory, for each key its own. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { Limiter, Options } from "../../RateLimit.js"

/** Requests that start an interval apart can arrive closer together: wait a little longer than the server counts. */
const margin = 1.05

/** Faster than any client: as good as no limit, and no reason for an array of that size. */
const mostStarts = 1_000_000

/** Milliseconds that nobody sets back. */
const millisOf = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos()) / 1e6

export const now: Effect.Effect<number> = Clock.clockWith((clock) => Effect.succeed(millisOf(clock)))

/** The part of an interval by which a place can turn out to be taken later than it was given. */
const mostLate = 0.25

export interface Window {
  /** The last `limit` starts, in milliseconds; the oldest at `cursor`. */
  readonly starts: Float64Array
  /** Milliseconds, margin included. */
  readonly interval: number
  cursor: number
  /** How long an answer takes, in milliseconds, when nothing holds it up; and how many have told. */
  usual: number
  answers: number
  pausedUntil: number
  /** How many are in the queue. */
  waiting: number
  /** Done when the last in the queue has had its turn. */
  last: Deferred.Deferred<void>
}

export const window = (limit: number, interval: number): Window => {
  const last = Deferred.unsafeMake<void>(FiberId.none)
  Deferred.unsafeDone(last, Effect.void)
  return {
    starts: new Float64Array(limit).fill(-Infinity),
    interval: interval * margin,
    cursor: 0,
    usual: Infinity,
    answers: 0,
    pausedUntil: -Infinity,
    waiting: 0,
    last
  }
}

export const make = (options: Options): Effect.Effect<Limiter> =>
  Effect.sync((): Limiter => {
    const { interval, limit } = rate(options)
    return limit === Infinity ? unlimited : limiter(
      options,
      () => window(limit, interval),
      start,
      (window, duration) => Effect.map(now, (now) => pause(window, now + Duration.toMillis(duration))),
      startAtOnce
    )
  })

/** What the options mean: a whole number of requests, or `Infinity`, in so many milliseconds. */
export const rate = (options: Options): { readonly limit: number; readonly interval: number } => ({
  limit: Number(options.limit) > mostStarts ? Infinity : Math.max(1, Math.floor(options.limit ?? 20) || 1),
  interval: Duration.toMillis(options.interval ?? "1 second")
})

export const unlimited: Limiter = {
  take: () => Effect.succeed(Effect.void),
  tryTake: () => Effect.succeedSome(Effect.void),
  pause: () => Effect.void
}

/** A limiter of windows, made on first use: `place` is what those in the queue do in their turn, `atOnce` without one. */
export const limiter = <W extends Window>(
  options: Options,
  make: () => W,
  place: (window: W, key: Redacted.Redacted) => Effect.Effect<Effect.Effect<void>>,
  pause: (window: W, duration: Duration.Duration, key: Redacted.Redacted) => Effect.Effect<void>,
  atOnce?: (window: W) => Effect.Effect<Option.Option<Effect.Effect<void>>>
): Limiter => {
  const maxWait = options.maxWait === undefined ? undefined : Duration.decode(options.maxWait)
  const windows = MutableHashMap.empty<Redacted.Redacted, W>()
  const windowOf = (key: Redacted.Redacted): W =>
    Option.getOrElse(MutableHashMap.get(windows, key), () => {
      const window = make()
      MutableHashMap.set(windows, key, window)
      return window
    })
  const take = (key: Redacted.Redacted): Effect.Effect<Effect.Effect<void>> =>
    Effect.suspend(() => {
      const window = windowOf(key)
      return inTurn(window, place(window, key))
    })
  return {
    take: maxWait === undefined
      ? take
      : (key) =>
        Effect.timeoutFail(take(key), {
          duration: maxWait,
          onTimeout: () => new DidwwError.RateLimitWaitExceeded({ attempts: 0, elapsed: maxWait, maxWait })
        }),
    ...(atOnce !== undefined && { tryTake: (key) => Effect.suspend(() => atOnce(windowOf(key))) }),
    pause: (key, duration) => Effect.suspend(() => pause(windowOf(key), duration, key))
  }
}

/** First come, first served: each waits for the one before it, and who goes away hands its turn on. */
const inTurn = <A>(window: Window, effect: Effect.Effect<A>): Effect.Effect<A> =>
  Effect.uninterruptibleMask((restore) => {
    const before = window.last
    const mine = Deferred.unsafeMake<void>(FiberId.none)
    let isFirst = false
    window.last = mine
    window.waiting = window.waiting + 1
    const turn = Effect.suspend(() => {
      isFirst = true
      return effect
    })
    return restore(Effect.zipRight(Deferred.await(before), turn)).pipe(
      // once first, the way to those before it is not to be walked again
      Effect.onExit(() =>
        Effect.sync(() => {
          window.waiting = window.waiting - 1
          Deferred.unsafeDone(mine, isFirst ? Effect.void : Deferred.await(before))
        })
      )
    )
  })

/** Waits for a place, and takes it. Asks again after each wait: a pause may have come meanwhile. */
export const start = (window: Window): Effect.Effect<Effect.Effect<void>> =>
  Effect.flatMap(now, (now) => {
    const free = Math.max(freeAt(window), window.pausedUntil)
    return free > now
      ? Effect.zipRight(sleep(free - now), start(window))
      : Effect.succeed(taken(window, now))
  })

/** The same where nobody has to wait. */
const startAtOnce = (window: Window): Effect.Effect<Option.Option<Effect.Effect<void>>> =>
  Clock.clockWith((clock) => {
    const now = millisOf(clock)
    return window.waiting > 0 || Math.max(freeAt(window), window.pausedUntil) > now
      ? Effect.succeedNone
      : Effect.succeedSome(taken(window, now))
  })

const taken = (window: Window, now: number): Effect.Effect<void> => {
  const place = window.cursor
  started(window, now)
  return answered(window, place, now)
}

/**
 * The server counts a request when it arrives. One that was held up on its way, as the first ones of a process are, has its
 * place from then on: the next in it would come too soon otherwise. Until as many answers came as there are places, nobody
 * knows how long one takes.
 */
const answered = (window: Window, place: number, startedAt: number): Effect.Effect<void> =>
  Clock.clockWith((clock) => {
    const took = millisOf(clock) - startedAt
    const usual = window.answers < window.starts.length ? 0 : window.usual
    const late = Math.min(took - Math.min(took, usual), window.interval * mostLate)
    window.answers = window.answers + 1
    window.usual = took < window.usual ? took : window.usual + (took - window.usual) / 10
    // somebody else may have the place by now
    if (window.starts[place] === startedAt) window.starts[place] = startedAt + late
    return Effect.void
  })

/** When the window has its next place, pauses left aside. */
export const freeAt = (window: Window): number => (window.starts[window.cursor] ?? -Infinity) + window.interval

/** Somebody started, whether the window had a place or not. */
export const started = (window: Window, now: number): void => {
  window.starts[window.cursor] = now
  window.cursor = (window.cursor + 1) % window.starts.length
}

export const pause = (window: Window, until: number): void => {
  window.pausedUntil = Math.max(window.pausedUntil, until)
}

/** No timer counts parts of a millisecond. */
export const sleep = (millis: number): Effect.Effect<void> => Effect.sleep(Duration.millis(Math.ceil(millis)))
