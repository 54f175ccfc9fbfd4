/**
 * Places that are reserved in a store, for all the processes that share it.
 *
 * A window of one place, asked for while it is taken, comes to stand behind the ones before it, by the store's own clock:
 * so places lie exactly one such window apart, whoever takes them. (`token-bucket` counts by the clocks of its clients,
 * which differ.) A process holds one reservation at a time and hands it to whoever is first in its own queue when the time
 * comes: what is lost with a process, or with all who wait in it, is that one.
 *
 * Without the store each process keeps a limit of its own, over a window that has seen every start, shared or not.
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
import type { Limiter } from "../../RateLimit.js"
import type { Options } from "../../SharedRateLimit.js"
import * as slidingWindow from "./slidingWindow.js"

/** How long the store has for an answer, in milliseconds. */
const patience = 500

/** A store that is away is asked again after so many milliseconds. */
const retryAfter = 1000

/**
 * How much slower than the quota, all together. More than in one process, as there is more to come late: a store, and
 * clocks of which none knows when the others' requests leave.
 */
const margin = 1.1

/** So many reservations in an interval, if there are more places than that: two more still fit into the margin. */
const reservations = 22

/** The part of an interval that a place may be late: the rest of the margin is the network's. */
const mostLate = 0.04

interface Line extends slidingWindow.Window {
  /** What the store knows the key as. */
  name: string | undefined
  /** Places, not before `from` and not after `to`. */
  reserved: { readonly from: number; readonly to: number; places: number } | undefined
  /** The question to the store that is on its way. */
  asking: Deferred.Deferred<void> | undefined
  /** The last start without the store. */
  lastAlone: number
}

export const make = (store: RateLimiter.RateLimiter, options: Options): Limiter => {
  const { interval, limit } = slidingWindow.rate(options)
  if (limit === Infinity) return slidingWindow.unlimited
  const localLimit = Math.min(limit, slidingWindow.rate({ limit: options.localLimit ?? limit }).limit)
  const places = Math.max(1, Math.floor(limit / reservations))
  // Redis takes no parts of a millisecond
  const distance = Math.max(1, Math.ceil(places * interval * margin / limit))

  let isAway = false
  let askAgainAt = -Infinity
  /** How long an answer takes, in milliseconds, when nothing holds it up. */
  let usual = Infinity

  const nameOf = (line: Line, key: Redacted.Redacted): Effect.Effect<string> =>
    Effect.suspend(() =>
      line.name !== undefined ? Effect.succeed(line.name) : Effect.map(digest(Redacted.value(key)), (name) => {
        line.name = name
        return name
      })
    )

  /** None where the store is away. */
  const ask = <A>(
    line: Line,
    key: Redacted.Redacted,
    question: (name: string) => Effect.Effect<A, RateLimiter.RateLimiterError>
  ): Effect.Effect<Option.Option<A>> =>
    Effect.flatMap(slidingWindow.now, (now) => {
      if (isAway && now < askAgainAt) return Effect.succeedNone
      askAgainAt = now + retryAfter
      // the store has no part in the name, nor its time
      return Effect.flatMap(nameOf(line, key), (name) => Effect.raceFirst(question(name), noAnswer)).pipe(
        Effect.tap(Effect.suspend(() => {
          if (!isAway) return Effect.void
          isAway = false
          return Effect.logInfo("The rate limit is shared again")
        })),
        Effect.asSome,
        // a store that dies is as far away as one that fails
        Effect.catchAllCause((cause) =>
          Effect.suspend(() => {
            if (isAway) return Effect.succeedNone
            isAway = true
            return Effect.as(Effect.logWarning(warning(codeOf(cause), localLimit, interval)), Option.none())
          })
        )
      )
    })

  /** The next places, in this process's time. What took longer than usual may have been held up on its way back. */
  const next = (name: string) =>
    Effect.gen(function*() {
      const asked = yield* slidingWindow.now
      const { delay } = yield* store.consume({
        key: name,
        limit: 1,
        window: distance,
        algorithm: "fixed-window",
        onExceeded: "delay"
      })
      const answered = yield* slidingWindow.now
      const took = answered - asked
      usual = took < usual ? took : usual + (took - usual) / 10
      const wait = Duration.toMillis(delay)
      return { from: answered + wait, to: asked + usual + wait + interval * mostLate, places }
    })

  /** Asks for the next places, and gives what waits for them: all who ask meanwhile wait for the same. */
  const reserve = (line: Line, key: Redacted.Redacted): Effect.Effect<Effect.Effect<void>> =>
    Effect.suspend(() => {
      if (line.asking !== undefined) return Effect.succeed(Deferred.await(line.asking))
      const asking = Deferred.unsafeMake<void>(FiberId.none)
      line.asking = asking
      return ask(line, key, next).pipe(
        Effect.map((answer) => {
          if (Option.isSome(answer)) line.reserved = answer.value
        }),
        Effect.ensuring(Effect.sync(() => {
          line.asking = undefined
          Deferred.unsafeDone(asking, Effect.void)
        })),
        Effect.interruptible,
        // who asked may go away: the answer is for the next one
        Effect.forkDaemon,
        Effect.as(Deferred.await(asking))
      )
    }).pipe(Effect.uninterruptible)

  /** What the first in the queue does. Looks again after each wait: a pause may have come, or the store gone. */
  const place = (line: Line, key: Redacted.Redacted, isSecond = false): Effect.Effect<Effect.Effect<void>> =>
    Effect.flatMap(slidingWindow.now, (now) => {
      const after = (wait: Effect.Effect<void>, second = isSecond) => Effect.zipRight(wait, place(line, key, second))

      if (isAway) {
        const alone = Effect.tap(slidingWindow.start(line), () =>
          Effect.map(slidingWindow.now, (now) => {
            line.lastAlone = now
          }))
        // in passing: nobody waits for a store that may be away
        return now < askAgainAt ? alone : Effect.zipRight(reserve(line, key), alone)
      }
      // together again: what started here alone is still to be counted, and then its places are asked for
      const free = now < line.lastAlone + line.interval ? slidingWindow.freeAt(line) : now
      const until = Math.max(free, line.pausedUntil)
      if (until > now) return after(slidingWindow.sleep(until - now))

      const reserved = line.reserved
      if (reserved === undefined || reserved.places === 0) return after(Effect.flatten(reserve(line, key)))
      if (reserved.from > now) return after(slidingWindow.sleep(reserved.from - now))
      // given up for another one, but not for ever: a process may be late all the time
      if (now > reserved.to && !isSecond) {
        line.reserved = undefined
        return after(Effect.void, true)
      }
      reserved.places = reserved.places - 1
      slidingWindow.started(line, now)
      // the margin between reservations covers what is late
      return Effect.succeed(Effect.void)
    })

  const pause = (line: Line, duration: Duration.Duration, key: Redacted.Redacted): Effect.Effect<void> =>
    Effect.flatMap(slidingWindow.now, (now) => {
      const millis = Math.ceil(Duration.toMillis(duration))
      if (now + millis <= Math.max(now, line.pausedUntil)) return Effect.void
      slidingWindow.pause(line, now + millis)
      // its time passes meanwhile
      if (line.reserved !== undefined && line.reserved.from < line.pausedUntil) line.reserved = undefined
      return Effect.asVoid(ask(line, key, (name) => hold(store, name, millis)))
    })

  return slidingWindow.limiter(
    options,
    (): Line => ({
      ...slidingWindow.window(localLimit, interval),
      name: undefined,
      reserved: undefined,
      asking: undefined,
      lastAlone: -Infinity
    }),
    place,
    pause
  )
}

/**
 * The next place not before so many milliseconds. Asked so that it fails, the store tells how long its places are taken
 * and takes none; only what is missing is added: many who pause for the same reason pause once.
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

/** In two steps: a process that was held up for longer than this reads the answer, which is there, before the second. */
const noAnswer = Effect.sleep(patience / 2).pipe(
  Effect.repeatN(1),
  Effect.zipRight(Effect.fail(new RateLimiter.RateLimitStoreError({ message: "no answer" })))
)

/** The store may be seen by others: it gets no key, and nothing that leads back to one. */
const digest = (key: string): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => crypto.subtle.digest("SHA-256", new TextEncoder().encode(key))),
    (bytes) => `didww:${Array.from(new Uint8Array(bytes, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("")}`
  )

const warning = (code: string | undefined, localLimit: number, interval: number): string =>
  `The store of the shared rate limit does not answer${code === undefined ? "" : ` (${code})`}. ` +
  `Until it does, this process keeps a limit of its own: ${localLimit} in ${Duration.format(interval)}`

/** `ECONNREFUSED` and the like: nothing else of a foreign error is safe to show. */
const codeOf = (cause: Cause.Cause<RateLimiter.RateLimiterError>): string | undefined =>
  Option.getOrUndefined(
    Option.filterMap(Cause.failureOption(cause), (error) =>
      error.reason === "StoreError" && Predicate.hasProperty(error.cause, "code") &&
        Predicate.isString(error.cause.code) && /^[A-Z][A-Z0-9_]+$/.test(error.cause.code)
        ? Option.some(error.cause.code)
        : Option.none())
  )
