/** Laws over generated values. Only this module knows how they are generated and run. */
import { it } from "@effect/vitest"
import { type Effect, FastCheck, type Schema, type Scope } from "effect"

export { FastCheck }

type Arbitraries = ReadonlyArray<FastCheck.Arbitrary<unknown> | Schema.Schema.Any>

type Values<Arbs extends Arbitraries> = {
  -readonly [K in keyof Arbs]: Arbs[K] extends FastCheck.Arbitrary<infer A> ? A
    : Arbs[K] extends Schema.Schema<infer A, infer _, infer __> ? A
    : never
}

interface Options {
  /** Default: FastCheck's 100. */
  readonly numRuns?: number
  /** Milliseconds for all runs. Default: vitest's. */
  readonly timeout?: number
}

const settings = ({ numRuns, timeout }: Options) => ({
  ...(timeout !== undefined && { timeout }),
  fastCheck: numRuns === undefined ? {} : { numRuns }
})

/** A law without effects. */
export const property = <const Arbs extends Arbitraries>(
  name: string,
  arbitraries: Arbs,
  law: (...values: Values<Arbs>) => void,
  options: Options = {}
): void => it.prop(name, [...arbitraries], (values) => law(...values as Values<Arbs>), settings(options))

/** A law in simulated time. */
export const propertyEffect = <const Arbs extends Arbitraries, A, E>(
  name: string,
  arbitraries: Arbs,
  law: (...values: Values<Arbs>) => Effect.Effect<A, E>,
  options: Options = {}
): void => it.effect.prop(name, [...arbitraries], (values) => law(...values as Values<Arbs>), settings(options))

/** A law in simulated time that needs a scope. */
export const propertyScoped = <const Arbs extends Arbitraries, A, E>(
  name: string,
  arbitraries: Arbs,
  law: (...values: Values<Arbs>) => Effect.Effect<A, E, Scope.Scope>,
  options: Options = {}
): void => it.scoped.prop(name, [...arbitraries], (values) => law(...values as Values<Arbs>), settings(options))

/** A law in real time. */
export const propertyLive = <const Arbs extends Arbitraries, A, E>(
  name: string,
  arbitraries: Arbs,
  law: (...values: Values<Arbs>) => Effect.Effect<A, E>,
  options: Options = {}
): void => it.live.prop(name, [...arbitraries], (values) => law(...values as Values<Arbs>), settings(options))

/** Whether some generated values break a law, as they must break the law of a wrong program. */
export const isBroken = <const Arbs extends Arbitraries>(
  arbitraries: Arbs,
  law: (...values: Values<Arbs>) => boolean,
  numRuns: number
): boolean =>
  FastCheck.check(
    FastCheck.property(
      FastCheck.tuple(...arbitraries as ReadonlyArray<FastCheck.Arbitrary<unknown>>),
      (values) => law(...values as Values<Arbs>)
    ),
    { numRuns }
  ).failed
