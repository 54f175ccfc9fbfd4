import { Fault } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import * as random from "../src/internal/random.js"
import { FastCheck, prop } from "./property.js"

const numbers = (from: random.Random, count: number, below = 2 ** 32) =>
  Array.from({ length: count }, () => from.below(below))

describe("random", () => {
  prop("the same seed gives the same numbers, and another seed gives others", FastCheck.integer(), (seed) => {
    assert.deepStrictEqual(numbers(random.make(seed), 20), numbers(random.make(seed), 20))
    assert.notDeepEqual(numbers(random.make(seed), 20), numbers(random.make(seed + 1), 20))
  })

  prop("another stream of the same seed gives other numbers", FastCheck.integer(), (seed) => {
    assert.notDeepEqual(numbers(random.make(seed, 0), 4), numbers(random.make(seed, 1), 4))
  })

  it("a stream gives each of its numbers once", () => {
    assert.strictEqual(new Set(numbers(random.make(7), 200_000)).size, 200_000)
  })

  it("below gives each number about as often as the others", () => {
    const counts = new Map<number, number>()
    for (const number of numbers(random.make(1), 100_000, 10)) counts.set(number, (counts.get(number) ?? 0) + 1)
    assert.deepStrictEqual(Array.from(counts.keys()).toSorted(), Array.from({ length: 10 }, (_, index) => index))
    for (const count of counts.values()) assert.isTrue(count > 9700 && count < 10_300)
  })
})

describe("Fault.atRandom", () => {
  const faults = (seed: number) => {
    const next = Fault.atRandom({ percent: 20, seed })
    return Array.from({ length: 5000 }, () => next()?._tag)
  }

  it("about so many of a hundred requests fail, in every way", () => {
    const failed = faults(3).filter((tag) => tag !== undefined)
    assert.isTrue(failed.length > 900 && failed.length < 1100)
    assert.deepStrictEqual(new Set(failed), new Set(["Status", "Cut", "Delay"]))
  })

  it("the same seed makes the same requests fail", () => {
    assert.deepStrictEqual(faults(3), faults(3))
    assert.notDeepEqual(faults(3), faults(4))
  })
})
