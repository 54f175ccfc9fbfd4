/**
 * Places that are reserved in a store, for all processes that share it.
 *
 * A process asks the store for a window of one place. If that window is taken, the store gives the window behind it, by
 * its own clock. So places lie exactly one window apart, whichever process takes them. (`token-bucket` counts by the clocks
 * of its clients, which differ.) A process holds one reservation at a time, and gives it to the first request in its own
 * queue when the time comes. If the process or all of its requests go away, only that reservation is lost.
 *
 * While the store is away, each process keeps a limit of its own, over a window that has seen every start, shared or not.
 */
import * as RateLimiter from "@effect/experimental/RateLimiter"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type { Limiter, Permit } from "../../RateLimit.js"
import type { Options } from "../../SharedRateLimit.js"
import * as monotonic from "../request/monotonic.js"
import * as slidingWindow from "./slidingWindow.js"

/** How long the store has for an answer, in milliseconds. */
const patience = 500

/** After how many milliseconds a store that is away is asked again. */
const retryAfter = 1000

/**
 * How much slower than the quota all processes are together. More than within one process, because more can come late: the
 * store's answer, and requests of processes that do not see each other's.
 */
const margin = 1.1

/** At most so many reservations in an interval: with two more, all of them still fit into the margin. */
const reservations = 22

/** The part of an interval that a place may be late. The rest of the margin is for the network. */
const mostLate = 0.04

/** What a process knows of the store. */
interface Shared {
  readonly store: RateLimiter.RateLimiter
  /** Milliseconds. */
  readonly interval: number
  readonly localLimit: number
  /** Places in one reservation. */
  readonly places: number
  /** Milliseconds between two reservations. */
  readonly distance: number
  isAway: boolean
  askAgainAt: number
  /** How long an answer of the store takes when nothing holds it up, in milliseconds. */
  usual: number
}

/** The queue of one key in this process. */
interface Line extends slidingWindow.Window {
  /** The key's name in the store. */
  name: string | undefined
  /** Places for requests from `from` to `to`, in milliseconds. */
  reserved: { readonly from: number; readonly to: number; places: number } | undefined
  /** Done when the store has answered the question that is on its way. */
  asking: Deferred.Deferred<void> | undefined
  /** The last start without the store. */
  lastAlone: number
}

export const make = (store: RateLimiter.RateLimiter, options: Options): Limiter => {
  const { interval, limit } = slidingWindow.rate(options)
  if (limit === Infinity) return slidingWindow.unlimited
  const places = Math.max(1, Math.floor(limit / reservations))
  const shared: Shared = {
    store,
    interval,
    localLimit: Math.min(limit, slidingWindow.rate({ limit: options.localLimit ?? limit }).limit),
    places,
    // Redis takes whole milliseconds
    distance: Math.max(1, Math.ceil(places * interval * margin / limit)),
    isAway: false,
    askAgainAt: -Infinity,
    usual: Infinity
  }
  return slidingWindow.limiter(options, {
    window: (): Line => ({
      ...slidingWindow.window(shared.localLimit, interval),
      name: undefined,
      reserved: undefined,
      asking: undefined,
      lastAlone: -Infinity
    }),
    take: (line, key) => take(shared, line, key, false),
    pause: (line, key, duration) => pause(shared, line, key, duration)
  })
}

/**
 * Takes a place for the first request in the queue. Looks again after each wait, because a pause may have come, or the
 * store may have gone away. `isSecond` says that the request has given up a place that came too late.
 */
const take = (shared: Shared, line: Line, key: Redacted.Redacted, isSecond: boolean): Effect.Effect<Permit> =>
  Effect.flatMap(monotonic.now, (now) => {
    const after = (wait: Effect.Effect<unknown>) => Effect.andThen(wait, take(shared, line, key, isSecond))
    if (shared.isAway) {
      // no request waits for a store that may be away
      return now < shared.askAgainAt ? takeAlone(line) : Effect.andThen(reserve(shared, line, key), takeAlone(line))
    }
    // requests that started without the store still count: the store is asked for places after their time
    const free = now < line.lastAlone + line.interval ? slidingWindow.freeAt(line) : now
    const until = Math.max(free, line.pausedUntil)
    if (until > now) return after(slidingWindow.sleep(until - now))

    const reserved = line.reserved
    if (reserved === undefined || reserved.places === 0) {
      return after(Effect.flatMap(reserve(shared, line, key), Deferred.await))
    }
    if (reserved.from > now) return after(slidingWindow.sleep(reserved.from - now))
    // gives up a late place for another one, but once only: a process may be late all the time
    if (now > reserved.to && !isSecond) {
      line.reserved = undefined
      return take(shared, line, key, true)
    }
    reserved.places = reserved.places - 1
    slidingWindow.started(line, now)
    // the margin between reservations covers a request that is late
    return Effect.succeed(slidingWindow.unobserved)
  })

const takeAlone = (line: Line): Effect.Effect<Permit> =>
  Effect.tap(slidingWindow.start(line), () =>
    Effect.map(monotonic.now, (now) => {
      line.lastAlone = now
    }))

/** Asks for the next places, and gives what is done when they are there. All who ask meanwhile get the same. */
const reserve = (
  shared: Shared,
  line: Line,
  key: Redacted.Redacted
): Effect.Effect<Deferred.Deferred<void>> =>
  Effect.suspend(() => {
    if (line.asking !== undefined) return Effect.succeed(line.asking)
    const asking = Deferred.unsafeMake<void>(FiberId.none)
    line.asking = asking
    return ask(shared, line, key, (name) => nextPlaces(shared, name)).pipe(
      Effect.map((answer) => {
        if (Option.isSome(answer)) line.reserved = answer.value
      }),
      Effect.ensuring(Effect.sync(() => {
        line.asking = undefined
        Deferred.unsafeDone(asking, Effect.void)
      })),
      Effect.interruptible,
      // the request that asked may go away: the answer is for the next one
      Effect.forkDaemon,
      Effect.as(asking)
    )
  }).pipe(Effect.uninterruptible)

/** The next places, in this process's time. An answer that took longer than usual may have been held up on its way back. */
const nextPlaces = (
  shared: Shared,
  name: string
): Effect.Effect<NonNullable<Line["reserved"]>, RateLimiter.RateLimiterError> =>
  Effect.gen(function*() {
    const asked = yield* monotonic.now
    const { delay } = yield* shared.store.consume({
      key: name,
      limit: 1,
      window: shared.distance,
      algorithm: "fixed-window",
      onExceeded: "delay"
    })
    const answered = yield* monotonic.now
    const took = answered - asked
    shared.usual = took < shared.usual ? took : shared.usual + (took - shared.usual) / 10
    const wait = Duration.toMillis(delay)
    return {
      from: answered + wait,
      to: asked + shared.usual + wait + shared.interval * mostLate,
      places: shared.places
    }
  })

const pause = (
  shared: Shared,
  line: Line,
  key: Redacted.Redacted,
  duration: Duration.Duration
): Effect.Effect<void> =>
  Effect.flatMap(monotonic.now, (now) => {
    const millis = Math.ceil(Duration.toMillis(duration))
    if (now + millis <= Math.max(now, line.pausedUntil)) return Effect.void
    slidingWindow.pause(line, now + millis)
    // the time of the reserved places passes during the pause
    if (line.reserved !== undefined && line.reserved.from < line.pausedUntil) line.reserved = undefined
    return Effect.asVoid(ask(shared, line, key, (name) => hold(shared.store, name, millis)))
  })

/**
 * Keeps the next place back for so many milliseconds. A question that must fail tells how long the store's places are
 * taken, and takes none. Only the time that is missing is added: many requests that pause for one reason pause once.
 */
const hold = (
  store: RateLimiter.RateLimiter,
  name: string,
  millis: number
): Effect.Effect<unknown, RateLimiter.RateLimiterError> =>
  store.consume({ key: name, limit: 1, window: millis, algorithm: "fixed-window", onExceeded: "fail" }).pipe(
    Effect.catchAll((error) => {
      if (error.reason !== "Exceeded") return Effect.fail(error)
      const missing = millis - Duration.toMillis(error.retryAfter)
      return missing <= 0
        ? Effect.void
        : store.consume({ key: name, limit: 1, window: missing, algorithm: "fixed-window", onExceeded: "delay" })
    })
  )

/** Asks the store, and warns once when it goes away. `None` while it is away. */
const ask = <A>(
  shared: Shared,
  line: Line,
  key: Redacted.Redacted,
  question: (name: string) => Effect.Effect<A, RateLimiter.RateLimiterError>
): Effect.Effect<Option.Option<A>> =>
  Effect.flatMap(monotonic.now, (now) => {
    if (shared.isAway && now < shared.askAgainAt) return Effect.succeedNone
    shared.askAgainAt = now + retryAfter
    // the time of the store does not include that of the name
    return Effect.flatMap(nameOf(line, key), (name) => Effect.raceFirst(question(name), noAnswer)).pipe(
      Effect.tap(Effect.suspend(() => {
        if (!shared.isAway) return Effect.void
        shared.isAway = false
        return Effect.logInfo("The rate limit is shared again")
      })),
      Effect.asSome,
      // a store that dies is as far away as a store that fails
      Effect.catchAllCause((cause) =>
        Effect.suspend(() => {
          if (shared.isAway) return Effect.succeedNone
          shared.isAway = true
          return Effect.as(Effect.logWarning(warning(shared, codeOf(cause))), Option.none())
        })
      )
    )
  })

/** In two steps: a process that was held up for longer than this finds the answer, which has arrived, before the second. */
const noAnswer = Effect.sleep(patience / 2).pipe(
  Effect.andThen(Effect.sleep(patience / 2)),
  Effect.andThen(Effect.fail(new RateLimiter.RateLimitStoreError({ message: "no answer" })))
)

/** Others may look into the store: it gets no key, and nothing that leads back to a key. */
const nameOf = (line: Line, key: Redacted.Redacted): Effect.Effect<string> =>
  Effect.suspend(() =>
    line.name !== undefined ? Effect.succeed(line.name) : Effect.map(digest(Redacted.value(key)), (name) => {
      line.name = name
      return name
    })
  )

const digest = (key: string): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => crypto.subtle.digest("SHA-256", new TextEncoder().encode(key))),
    (bytes) => `didww:${Array.from(new Uint8Array(bytes, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("")}`
  )

const warning = ({ interval, localLimit }: Shared, code: string | undefined): string =>
  `The store of the shared rate limit does not answer${code === undefined ? "" : ` (${code})`}. ` +
  `Until it does, this process keeps a limit of its own: ${localLimit} in ${Duration.format(interval)}`

/** Such as `ECONNREFUSED`. Nothing else of a foreign error is safe to show. */
const codeOf = (cause: Cause.Cause<RateLimiter.RateLimiterError>): string | undefined =>
  Option.getOrUndefined(
    Option.filterMap(Cause.failureOption(cause), (error) =>
      error.reason === "StoreError" && Predicate.hasProperty(error.cause, "code") &&
        Predicate.isString(error.cause.code) && /^[A-Z][A-Z0-9_]+$/.test(error.cause.code)
        ? Option.some(error.cause.code)
        : Option.none())
  )
