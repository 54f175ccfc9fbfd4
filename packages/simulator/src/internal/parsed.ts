/** A parameter that was read, or the answer that refuses it. */
import type { Outcome } from "../Simulator.js"
import * as answers from "./answers.js"

export type Parsed<A> =
  | { readonly _tag: "Parsed"; readonly value: A }
  | { readonly _tag: "Refused"; readonly outcome: Outcome }

export const parsed = <A>(value: A): Parsed<A> => ({ _tag: "Parsed", value })

export const refusedWith = (outcome: Outcome): Parsed<never> => ({ _tag: "Refused", outcome })

export const refused = (...problem: Parameters<typeof answers.badRequest>): Parsed<never> =>
  refusedWith(answers.badRequest(...problem))
