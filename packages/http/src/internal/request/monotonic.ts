/**
 * Time that nobody sets forward or back. Durations and deadlines are measured in it. The wall clock only dates, because an
 * administrator or a time server may set it while a request runs.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Milliseconds and parts of them, since a moment that means nothing by itself. */
export const millisOf = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos()) / 1e6

/** The same for the clock of the current fiber. */
export const now: Effect.Effect<number> = Clock.clockWith((clock) => Effect.succeed(millisOf(clock)))
