/** Random numbers from a seed. Only this module names the generator. */
import * as Utils from "effect/Utils"

/** Draws whole numbers from 0 to below a bound. */
export const random = (seed: number): (below: number) => number => {
  const generator = new Utils.PCGRandom(seed)
  return (below) => generator.integer(below)
}
