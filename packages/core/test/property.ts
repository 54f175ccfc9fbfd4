/** Properties, in one module: another Effect makes arbitrary values and runs effects in another way. */
import { it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import * as TestContext from "effect/TestContext"

export { FastCheck }

/** Arbitrary values of a schema's type. */
export const arbitraryOf = <A, I>(schema: Schema.Schema<A, I>): FastCheck.Arbitrary<A> =>
  Arbitrary.make(Schema.typeSchema(schema))

/** How often a property is checked: as often as CI says in RUNS, or else as often as usual. */
export const runs = (usual: number): number => Number(process.env.RUNS ?? usual)

type Arbitraries<Values extends Array<unknown>> = { [I in keyof Values]: FastCheck.Arbitrary<Values[I]> }

/** A test that holds for all values of the arbitraries. */
export const prop = <Values extends Array<unknown>>(
  name: string,
  arbitraries: readonly [...Arbitraries<Values>],
  check: (values: Values) => void,
  numRuns = 100
): void =>
  it(name, () => {
    FastCheck.assert(FastCheck.property(FastCheck.tuple<Values>(...arbitraries), (values) => check(values)), {
      numRuns
    })
  })

/** The same for an effect, with the services of a test. */
export const propEffect = <Values extends Array<unknown>, E>(
  name: string,
  arbitraries: readonly [...Arbitraries<Values>],
  check: (values: Values) => Effect.Effect<void, E>,
  numRuns = 100
): void =>
  it(name, () =>
    FastCheck.assert(
      FastCheck.asyncProperty(
        FastCheck.tuple<Values>(...arbitraries),
        (values) => Effect.runPromise(Effect.provide(check(values), TestContext.TestContext))
      ),
      { numRuns }
    ))
