/** An exact sliding window in memory, one for each key. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { Limiter, Options, Permit } from "../../RateLimit.js"
import * as monotonic from "../monotonic.js"

/** Requests that start one interval apart can arrive closer together: the window is a little longer than the server's. */
const margin = 1.05

/** No client is faster: a higher limit is no limit, and needs no array of its size. */
const mostStarts = 1_000_000

/** A permit counts as used at most this part of an interval later than it was given. */
const mostLate = 0.25

export interface Window {
  /** The last `limit` starts, in milliseconds. The oldest one stands at `cursor`. */
  readonly starts: Float64Array
  /** Milliseconds, with the margin. */
  readonly interval: number
  cursor: number
  /** How long a response takes when nothing holds it up, in milliseconds. */
  usual: number
  /** How many responses arrived. */
  answers: number
  pausedUntil: number
  /** How many requests are in the queue. */
  waiting: number
  /** Done when the last request in the queue has had its turn. */
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
    return limit === Infinity ? unlimited : limiter(options, {
      window: () => window(limit, interval),
      take: start,
      tryTake: startNow,
      pause: (window, _, duration) =>
        Effect.map(monotonic.now, (now) => pause(window, now + Duration.toMillis(duration)))
    })
  })

/** What the options mean: a whole number of requests, or `Infinity`, in so many milliseconds. */
export const rate = (options: Options): { readonly limit: number; readonly interval: number } => ({
  limit: Number(options.limit) > mostStarts ? Infinity : Math.max(1, Math.floor(options.limit ?? 20) || 1),
  interval: Duration.toMillis(options.interval ?? "1 second")
})

/** A permit that needs to hear of no response. */
export const unobserved: Permit = { arrived: Effect.void }

export const unlimited: Limiter = {
  take: () => Effect.succeed(unobserved),
  tryTake: () => Effect.succeedSome(unobserved),
  pause: () => Effect.void
}

/** How places are given: `take` runs in a request's turn, `tryTake` without one. */
export interface Places<W extends Window> {
  /** Makes the window of a key, at its first request. */
  readonly window: () => W
  readonly take: (window: W, key: Redacted.Redacted) => Effect.Effect<Permit>
  readonly tryTake?: (window: W) => Effect.Effect<Option.Option<Permit>>
  readonly pause: (window: W, key: Redacted.Redacted, duration: Duration.Duration) => Effect.Effect<void>
}

/** A limiter with one window for each key. */
export const limiter = <W extends Window>(options: Options, { pause, take, tryTake, window }: Places<W>): Limiter => {
  const maxWait = options.maxWait === undefined ? undefined : Duration.decode(options.maxWait)
  const windows = MutableHashMap.empty<Redacted.Redacted, W>()
  const windowOf = (key: Redacted.Redacted): W =>
    Option.getOrElse(MutableHashMap.get(windows, key), () => {
      const made = window()
      MutableHashMap.set(windows, key, made)
      return made
    })
  const takeInTurn = (key: Redacted.Redacted): Effect.Effect<Permit> =>
    Effect.suspend(() => {
      const window = windowOf(key)
      return inTurn(window, take(window, key))
    })
  return {
    take: maxWait === undefined
      ? takeInTurn
      : (key) =>
        Effect.timeoutFail(takeInTurn(key), {
          duration: maxWait,
          onTimeout: () => new DidwwError.RateLimitWaitExceeded({ attempts: 0, elapsed: maxWait, maxWait })
        }),
    ...(tryTake !== undefined && { tryTake: (key) => Effect.suspend(() => tryTake(windowOf(key))) }),
    pause: (key, duration) => Effect.suspend(() => pause(windowOf(key), key, duration))
  }
}

/**
 * First come, first served: each request waits for the one before it, and one that is interrupted hands its turn on. A
 * semaphore of Effect is not used, because it lets a newcomer overtake the requests that wait.
 */
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
    return restore(Effect.andThen(Deferred.await(before), turn)).pipe(
      // a request that had its turn does not wait for those before it again
      Effect.onExit(() =>
        Effect.sync(() => {
          window.waiting = window.waiting - 1
          Deferred.unsafeDone(mine, isFirst ? Effect.void : Deferred.await(before))
        })
      )
    )
  })

/** Waits for a place, and takes it. Looks again after each wait, because a pause may have come meanwhile. */
export const start = (window: Window): Effect.Effect<Permit> =>
  Effect.flatMap(monotonic.now, (now) => {
    const free = Math.max(freeAt(window), window.pausedUntil)
    return free > now
      ? Effect.andThen(sleep(free - now), start(window))
      : Effect.succeed(taken(window, now))
  })

/** Takes a place that is free. A request that comes while others wait gets none: it would overtake them. */
const startNow = (window: Window): Effect.Effect<Option.Option<Permit>> =>
  Clock.clockWith((clock) => {
    const now = monotonic.millisOf(clock)
    return window.waiting > 0 || Math.max(freeAt(window), window.pausedUntil) > now
      ? Effect.succeedNone
      : Effect.succeedSome(taken(window, now))
  })

const taken = (window: Window, now: number): Permit => {
  const place = window.cursor
  started(window, now)
  return { arrived: answered(window, place, now) }
}

/**
 * The server counts a request when it arrives. A request that was held up on its way, as the first ones of a process are,
 * takes its place from then on: otherwise the next request in that place would come too soon. The usual time of a response
 * is unknown until each place has had one.
 */
const answered = (window: Window, place: number, startedAt: number): Effect.Effect<void> =>
  Clock.clockWith((clock) => {
    const took = monotonic.millisOf(clock) - startedAt
    const usual = window.answers < window.starts.length ? 0 : window.usual
    const late = Math.min(took - Math.min(took, usual), window.interval * mostLate)
    window.answers = window.answers + 1
    window.usual = took < window.usual ? took : window.usual + (took - window.usual) / 10
    // another request may have the place by now
    if (window.starts[place] === startedAt) window.starts[place] = startedAt + late
    return Effect.void
  })

/** When the window has its next place, without regard to pauses. */
export const freeAt = (window: Window): number => (window.starts[window.cursor] ?? -Infinity) + window.interval

/** Notes a start, whether the window had a place for it or not. */
export const started = (window: Window, now: number): void => {
  window.starts[window.cursor] = now
  window.cursor = (window.cursor + 1) % window.starts.length
}

export const pause = (window: Window, until: number): void => {
  window.pausedUntil = Math.max(window.pausedUntil, until)
}

/** Sleeps for whole milliseconds, because no timer counts parts of them. */
export const sleep = (millis: number): Effect.Effect<void> => Effect.sleep(Duration.millis(Math.ceil(millis)))
