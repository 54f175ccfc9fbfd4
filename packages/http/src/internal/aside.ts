/**
 * Values that go past a span, a timeout or a fiber instead of through its result, where a tracer would find them.
 *
 * And they are let go when they are taken. What V8 moved to its old generation of a span, a race or a fiber, as it soon does
 * with what all of them have, keeps their results alive until the next full collection, and a page is not small.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

export interface Aside<A> {
  readonly put: (value: A) => void
  /** What was put, once. */
  readonly take: Effect.Effect<A>
}

export const make = <A>(): Aside<A> => {
  let held = Option.none<A>()
  return {
    put: (value) => {
      held = Option.some(value)
    },
    take: Effect.suspend(() => {
      const taken = held
      held = Option.none()
      return Option.isSome(taken) ? Effect.succeed(taken.value) : Effect.dieMessage("nothing was put aside")
    })
  }
}

/** The value that an effect puts aside. */
export const pass = <A, E, R>(
  run: (put: (value: A) => void) => Effect.Effect<unknown, E, R>
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const { put, take } = make<A>()
    return Effect.zipRight(run(put), take)
  })
