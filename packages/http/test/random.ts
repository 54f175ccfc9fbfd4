/** Chance in tests. Only this module knows Effect's generators. */
import { Effect, Random, Utils } from "effect"

/** Whole numbers from a seed: the same ones for the same seed. */
export interface Generator {
  /** From 0 up to `max`, which is left out. */
  readonly integer: (max: number) => number
}

export const generator = (seed: number, stream = 0): Generator => {
  const random = new Utils.PCGRandom(seed, stream)
  return { integer: (max) => random.integer(max) }
}

/** Runs an effect for which each random number is this one. */
export const withChance = (number: number) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withRandom(effect, Random.fixed([number]))
