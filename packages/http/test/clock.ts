/** Simulated time. Only this module moves the clock of a test. */
import { type DateTime, type Duration, Effect, Fiber, Option, TestClock } from "effect"

/** Lets simulated time pass. */
export const advance = (duration: Duration.DurationInput): Effect.Effect<void> => TestClock.adjust(duration)

/** Lets simulated time pass until the effect is done, one second at a time. */
export const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    while (Option.isNone(yield* Fiber.poll(fiber))) yield* advance("1 second")
    return yield* Fiber.join(fiber)
  })

/** Runs the effect while one hour of simulated time passes at once. */
export const within = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    yield* advance("1 hour")
    return yield* Fiber.join(fiber)
  })

/** Sets the simulated time. */
export const setTime = (time: DateTime.Utc): Effect.Effect<void> => TestClock.setTime(time.epochMillis)
