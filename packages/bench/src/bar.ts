/** What is compared: contenders that do the same work, one of them the measure of the others. */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Contender {
  /** Done once, unmeasured; gives the work that is measured. */
  readonly prepare: Effect.Effect<Effect.Effect<unknown>, never, Scope.Scope>
}

export interface Bar {
  readonly name: string
  /** What the ratio is of. */
  readonly says: string
  /** Default: `cpu`. */
  readonly measure?: "cpu" | "wall" | "peak memory" | undefined
  /** The contender that is ours, and the one that it is measured against. */
  readonly ours: string
  readonly against: string
  readonly contenders: Readonly<Record<string, Contender>>
  /** The greatest ratio that holds, and the one to aim at. Lower is better. */
  readonly must: number
  readonly aim: number
}
