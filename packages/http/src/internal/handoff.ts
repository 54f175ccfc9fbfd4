/**
 * Values that go past a span, a timeout or a fiber instead of through its result, where a tracer would find them.
 *
 * And they are let go when they are taken. V8 allocates a function that is assigned to a property where it is written in its
 * old generation, and so Effect makes every wait for a fiber: what such a function refers to lives until the next full
 * collection, with its fiber the fiber's result. A page is not small, and of an archive it would be all bytes.
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
