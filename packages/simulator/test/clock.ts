/** Simulated time. Only this module names the test clock. */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"

export const setTime = TestClock.setTime

export const adjust = TestClock.adjust

/** Noon of November 15, 2026. */
export const november = Date.UTC(2026, 10, 15, 12)

export const midNovember = setTime(november)

/** Waits a moment of real time, in which work outside of Effect goes on, such as signatures and gzip. */
export const pause = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 1)))

/** Waits until work outside of Effect is likely done. */
export const settle = Effect.repeatN(pause, 10)

/** Runs the effect with a wall clock that is ahead of the time that passes, by so many milliseconds. */
export const ahead = (millis: number) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    const now = () => clock.unsafeCurrentTimeMillis() + millis
    // TestClock's own functions find themselves in it
    const set: Clock.Clock = Object.create(clock)
    return Effect.withClock(
      effect,
      Object.assign(set, { unsafeCurrentTimeMillis: now, currentTimeMillis: Effect.sync(now) })
    )
  })
