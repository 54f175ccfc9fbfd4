/** A bar compares contenders that do the same work. One contender is ours, another one is the base of the ratio. */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Contender {
  /** Prepares the work, once and unmeasured. Returns the work to measure. */
  readonly prepare: Effect.Effect<Effect.Effect<unknown>, never, Scope.Scope>
  /** The parts of the work that this contender leaves out. */
  readonly without?: string
}

/**
 * - `cpu`: milliseconds of CPU, all threads
 * - `wall`: milliseconds by the clock
 * - `memory`: peak memory of the process in megabytes, start-up included
 * - `result`: the number that the work returns
 */
export type Measure = "cpu" | "wall" | "memory" | "result"

export interface Bar {
  readonly name: string
  /** Describes the ratio. */
  readonly says: string
  readonly measure: Measure
  /** How often a process does the work. Default: until the times in `sizes` have passed. */
  readonly runs?: { readonly unmeasured: number; readonly measured: number }
  /** The amount of work in one run of a contender. The table shows the measure for each unit. */
  readonly per: { readonly count: number; readonly unit: string }
  /** The name of our contender. */
  readonly ours: string
  /** The name of the base contender. Without one, the measure itself stands for the ratio. */
  readonly against?: string
  readonly contenders: Readonly<Record<string, Contender>>
  /** The greatest ratio that holds. Lower is better. */
  readonly must: number
  /** The ratio to aim at. */
  readonly aim: number
  /** The unit, for a bar without a base. */
  readonly unit?: string
  /** Shown in the table, with no ratio to hold. */
  readonly isExtra?: boolean
}
