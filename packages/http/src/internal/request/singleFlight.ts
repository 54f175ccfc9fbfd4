/** Runs an effect once for all fibers that want its result at the same time. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import { identity } from "effect/Function"
import * as Option from "effect/Option"

/**
 * The effect, which runs once for all fibers that ask while it runs. The fiber that started it may be interrupted: one of
 * the fibers that wait then starts it again. All of them get a failure, and the failure is not kept. `Effect.cached` and
 * `Cache` would interrupt all of them instead.
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
