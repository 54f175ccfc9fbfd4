/** Properties. Only this module names the library that draws their values. */
import { it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"

export { FastCheck }

/** Defines a test that checks a property for a hundred drawn values. */
export const prop = <A>(name: string, values: FastCheck.Arbitrary<A>, check: (value: A) => void): void =>
  it(name, () => FastCheck.assert(FastCheck.property(values, check)))
