/**
 * Hands the value of an effect past a span, a time limit or a fiber, instead of through its result.
 *
 * Every operation of the client does so, for two reasons.
 *
 * A tracer gets the result of each span, and may keep or print it. Exports hold phone numbers and callback URLs, and a
 * trace must not show them.
 *
 * The result of a fiber outlives its use. Where a function is written as the value of a property, V8 allocates it in the
 * old generation, and Effect writes each wait for a fiber in this way. All that the function refers to lives until the
 * next full collection: the fiber, and the fiber's result. For an archive these results would be all of its bytes.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** Gives the value that `run` put, and lets go of it. */
export const pass = <A, E, R>(
  run: (put: (value: A) => void) => Effect.Effect<unknown, E, R>
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    let held = Option.none<A>()
    const put = (value: A): void => {
      held = Option.some(value)
    }
    return Effect.flatMap(run(put), () => {
      const taken = held
      held = Option.none()
      return Option.isSome(taken) ? Effect.succeed(taken.value) : Effect.dieMessage("no value was put")
    })
  })
