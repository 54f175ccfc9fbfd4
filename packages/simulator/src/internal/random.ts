/** Random numbers that a seed decides: small, fast, and only as random as test data needs. */

export interface Random {
  /** A whole number from 0 to `count - 1`. The largest `count` is `2 ** 32`. */
  readonly below: (count: number) => number
  /** Starts again from another seed, in the same stream. */
  readonly restart: (seed: number) => void
}

/**
 * Makes a generator from a seed.
 *
 * The state grows by a fixed odd step, so it takes each of its 2 ** 32 values once before it repeats. Xor-shifts and
 * multiplications by odd numbers turn the state into the number. They can be undone, so different states give different
 * numbers. The multipliers were searched for: one bit more or less in the state flips each bit of the number in 47 to
 * 53 % of all states.
 *
 * Four numbers in a row never come again in the same stream. Another stream has another step, so it has no four numbers
 * in a row that this one has. Ids of four numbers are therefore unique.
 */
export const make = (seed: number, stream: number = 0): Random => {
  // 2 ** 32 divided by the golden ratio, which spreads the states; the sum stays odd
  const step = 0x9e3779b9 + 2 * stream
  let state = seed | 0
  return {
    below: (count) => {
      state = state + step | 0
      const once = Math.imul(state ^ state >>> 16, 0x61027129)
      const twice = Math.imul(once ^ once >>> 15, 0x2f88c9cd)
      return ((twice ^ twice >>> 15) >>> 0) % count
    },
    restart: (seed) => {
      state = seed | 0
    }
  }
}

/** Turns a text into a seed (FNV-1a). */
export const seedOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash
}

/** True in so many of a hundred cases. */
export const chance = (random: Random, percent: number): boolean => random.below(100) < percent

/** One of the values. */
export const pick = <A>(random: Random, values: ReadonlyArray<A>): A => values[random.below(values.length)]!

/** Eight hexadecimal digits. */
export const hex = (random: Random): string => random.below(2 ** 32).toString(16).padStart(8, "0")
