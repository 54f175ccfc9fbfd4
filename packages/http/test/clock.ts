/** Simulated time. Only this module moves the clock of a test. */
import { type Clock, type DateTime, Duration, Effect, Fiber, Option, TestClock } from "effect"

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

/** The wall clock of `withWallClock`. */
export interface WallClock {
  /** By how many milliseconds somebody has set it forward, or back where it is negative. */
  ahead: number
}

/** Runs the effect with a wall clock that can be set. The time that passes is that of the test. */
export const withWallClock = (wall: WallClock) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    const millis = () => clock.unsafeCurrentTimeMillis() + wall.ahead
    // TestClock's own functions find themselves in it
    const set: Clock.Clock = Object.create(clock)
    return Effect.withClock(
      effect,
      Object.assign(set, {
        unsafeCurrentTimeMillis: millis,
        currentTimeMillis: Effect.sync(millis),
        unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos()
      })
    )
  })

/** Gives the value of an effect and how much time of the test passed. */
export const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.timed(effect), ([passed, value]) => [value, Duration.toMillis(passed)] as const)
