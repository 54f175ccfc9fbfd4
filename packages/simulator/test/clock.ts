/** Simulated time. Only this module names the test clock. */
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
