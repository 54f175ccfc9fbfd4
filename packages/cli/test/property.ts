/** Properties. Only this module names the libraries that draw their values. */
import { it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as FastCheck from "effect/FastCheck"
import type * as Schema from "effect/Schema"

export { FastCheck }

/** Draws the values of a schema. */
export const valuesOf = <A, I>(schema: Schema.Schema<A, I>): FastCheck.Arbitrary<A> => Arbitrary.make(schema)

/** Defines a test that checks a property for a hundred drawn values. */
export const prop = <A>(name: string, values: FastCheck.Arbitrary<A>, check: (value: A) => void): void =>
  it(name, () => FastCheck.assert(FastCheck.property(values, check)))
