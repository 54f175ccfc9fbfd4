/** A parameter that could be read, or the reply that refuses it. */
import type { Reply } from "../Simulator.js"
import * as replies from "./replies.js"

export type Parsed<A> =
  | { readonly _tag: "Parsed"; readonly value: A }
  | { readonly _tag: "Refused"; readonly reply: Reply }

export const parsed = <A>(value: A): Parsed<A> => ({ _tag: "Parsed", value })

export const refusedWith = (reply: Reply): Parsed<never> => ({ _tag: "Refused", reply })

export const refused = (...problem: Parameters<typeof replies.badRequest>): Parsed<never> =>
  refusedWith(replies.badRequest(...problem))
