/** One flight at a time, for any number of fibers. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import { identity } from "effect/Function"
import * as Option from "effect/Option"

/**
 * The effect, run once for all who ask while it runs. Whoever began it may go away: one of those who wait begins again. A
 * failure is theirs, and is not kept. `Effect.cached` and `Cache` would interrupt them all instead.
 */
export const make = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> => {
  let current: Deferred.Deferred<Option.Option<Exit.Exit<A, E>>> | undefined
  const joined: Effect.Effect<A, E> = Effect.uninterruptibleMask((restore) => {
    if (current !== undefined) {
      return restore(Effect.flatMap(
        Deferred.await(current),
        Option.match({ onNone: () => joined, onSome: identity<Effect.Effect<A, E>> })
      ))
    }
    const mine = Deferred.unsafeMake<Option.Option<Exit.Exit<A, E>>>(FiberId.none)
    current = mine
    return Effect.onExit(restore(effect), (exit) =>
      Effect.sync(() => {
        current = undefined
        Deferred.unsafeDone(mine, Effect.succeed(Exit.isInterrupted(exit) ? Option.none() : Option.some(exit)))
      }))
  })
  return joined
}
