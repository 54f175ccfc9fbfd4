/** Limits how long an effect may take. `Effect.timeout` waits until its own timer has ended, and costs twice as much. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as handoff from "../handoff.js"

/**
 * Runs the effect in a fiber of its own, and interrupts it when its time is over. References that the effect sets stay in
 * that fiber.
 */
export const within = <A, E, E2>(
  effect: Effect.Effect<A, E>,
  limit: Duration.Duration,
  onTimeout: () => Effect.Effect<never, E2>
): Effect.Effect<A, E | E2> =>
  handoff.pass((put) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(
        Effect.fork(restore(Effect.map(effect, put))),
        (fiber) =>
          Effect.flatMap(Effect.forkDaemon(Effect.interruptible(Effect.sleep(limit))), (timer) =>
            Effect.async<void, E | E2>((resume) => {
              let isLate = false
              fiber.addObserver((exit) => {
                timer.unsafeInterruptAsFork(FiberId.none)
                resume(isLate && Exit.isInterrupted(exit) ? onTimeout() : exit)
              })
              timer.addObserver((exit) => {
                if (Exit.isFailure(exit)) return
                isLate = true
                fiber.unsafeInterruptAsFork(FiberId.none)
              })
            }))
      )
    )
  )
