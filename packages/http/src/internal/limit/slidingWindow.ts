/**
 * An exact sliding window in memory, one for each key.
 *
 * The server counts requests when they arrive, and the window knows when they start and when they are answered. A place is
 * free one interval after its last request can have arrived. While the usual time of an answer is unknown, that is the time
 * of the answer: the server counts no more than the limit, however the first requests are held up, within three intervals.
 * Later it is the part of the answer's time that is more than usual, up to a quarter of the interval. To wait for each
 * answer would leave the quota unused where the server is slow, because a slow answer looks like a slow arrival.
 */
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
import * as monotonic from "../request/monotonic.js"

/** Requests that start one interval apart can arrive closer together: the window is a little longer than the server's. */
const margin = 1.05

/** No client is faster: a higher limit is no limit, and needs no array of its size. */
const mostStarts = 1_000_000

/** A request arrives at most this part of an interval later than usual. More would cost too many places. */
const mostLate = 0.25

/** The same while the usual time is unknown, as it is while the first connections of a process open. */
const mostLateAtFirst = 3

/** How fast the usual time grows within an interval: what grows too soon stays within the margin. */
const slowness = (margin - 1) / mostLate

/** A request that waits for an answer in its place looks for it so many times in an interval. */
const looks = 20

export interface Window {
  /** The last `limit` starts, in milliseconds. The oldest one stands at `cursor`. */
  readonly starts: Float64Array
  /** How much later than its start each request arrives at most, in milliseconds. */
  readonly late: Float64Array
  /** Milliseconds, with the margin. */
  readonly interval: number
  cursor: number
  /** How long a response takes when nothing holds it up, in milliseconds. */
  usual: number
  /** How many responses arrived since the usual time became unknown. */
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
    late: new Float64Array(limit),
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
        Effect.map(monotonic.now, (now) => {
          pause(window, now + Duration.toMillis(duration))
          // requests arrive later than it seemed
          window.answers = 0
        })
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

/** Waits for a place, and takes it. Looks again after each wait, because a pause or an answer may have come meanwhile. */
export const start = (window: Window): Effect.Effect<Permit> =>
  Effect.flatMap(monotonic.now, (now) => {
    const free = Math.max(freeAt(window), window.pausedUntil)
    if (free <= now) return Effect.succeed(taken(window, now))
    const soonest = Math.max(startOf(window) + window.interval, window.pausedUntil, now + window.interval / looks)
    return Effect.andThen(sleep(Math.min(soonest, free) - now), start(window))
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
  // a server that takes longer than an interval tells nothing before the place is free
  window.late[place] = usualOf(window) < window.interval ? mostLateOf(window) : 0
  return { arrived: answered(window, place, now) }
}

/**
 * The server counts a request when it arrives, and the client knows only when it starts and when it is answered. A request
 * may be held up on its way, while its connection opens or the machine is busy: it counts as late as it can have arrived,
 * because otherwise the next request in its place would come too soon.
 */
const answered = (window: Window, place: number, startedAt: number): Effect.Effect<void> =>
  Clock.clockWith((clock) => {
    const took = monotonic.millisOf(clock) - startedAt
    // another request may have the place by now
    if (window.starts[place] === startedAt) {
      window.late[place] = Math.min(Math.max(took - usualOf(window), 0), mostLateOf(window))
    }
    window.answers = window.answers + 1
    window.usual = took < window.usual ? took : window.usual + (took - window.usual) * slowness / window.starts.length
    return Effect.void
  })

/** The usual time is unknown until each place has had a response. */
const isKnown = (window: Window): boolean => window.answers >= window.starts.length

const usualOf = (window: Window): number => isKnown(window) ? window.usual : 0

const mostLateOf = (window: Window): number => window.interval * (isKnown(window) ? mostLate : mostLateAtFirst)

const startOf = (window: Window): number => window.starts[window.cursor] ?? -Infinity

/** When the window has its next place, without regard to pauses. */
export const freeAt = (window: Window): number => startOf(window) + window.interval + (window.late[window.cursor] ?? 0)

/** Notes a start, whether the window had a place for it or not. */
export const started = (window: Window, now: number): void => {
  window.starts[window.cursor] = now
  window.late[window.cursor] = 0
  window.cursor = (window.cursor + 1) % window.starts.length
}

export const pause = (window: Window, until: number): void => {
  window.pausedUntil = Math.max(window.pausedUntil, until)
}

/** Sleeps for whole milliseconds, because no timer counts parts of them. */
export const sleep = (millis: number): Effect.Effect<void> => Effect.sleep(Duration.millis(Math.ceil(millis)))
