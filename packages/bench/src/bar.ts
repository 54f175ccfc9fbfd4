/** What is compared: contenders that do the same work, one of them the measure of the others. */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Contender {
  /** Done once, unmeasured; gives the work that is measured. */
  readonly prepare: Effect.Effect<Effect.Effect<unknown>, never, Scope.Scope>
  /** What of the work it does not do. */
  readonly without?: string
}

/**
 * Milliseconds of CPU, of all threads; milliseconds by the clock; the process's greatest memory in megabytes, start-up
 * included; or what the work itself gives.
 */
export type Measure = "cpu" | "wall" | "memory" | "result"

export interface Bar {
  readonly name: string
  /** What the ratio is of. */
  readonly says: string
  readonly measure: Measure
  /** How often the work is done in a process; as long as `sizes` says where this does not. */
  readonly runs?: { readonly unmeasured: number; readonly measured: number }
  /** How much work one run of a contender is, for the table: the measure is shown for each of these. */
  readonly per: { readonly count: number; readonly unit: string }
  /** The contender that is ours, and the one that it is measured against; without one the measure itself is the ratio. */
  readonly ours: string
  readonly against?: string
  readonly contenders: Readonly<Record<string, Contender>>
  /** The greatest ratio that holds, and the one to aim at. Lower is better. */
  readonly must: number
  readonly aim: number
  /** Of a ratio that is none. */
  readonly unit?: string
  /** Shown, and not a bar. */
  readonly isExtra?: boolean
}
