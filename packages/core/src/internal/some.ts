/**
 * Options, made in one place. `Option.some` makes each one by `Object.create`, which takes longer and more memory than a
 * constructor with the same prototype, and a row has ten of them.
 */
import * as Equal from "effect/Equal"
import * as Option from "effect/Option"

const sample = Option.some("sample")

// a constructor with the prototype of another: a class cannot have it
const Some = function(this: { value: unknown }, value: unknown) {
  this.value = value
} as unknown as new<A>(value: A) => Option.Option<A>
Some.prototype = Object.getPrototypeOf(sample)

/** Whether this version of Effect keeps in an option what the version did that the constructor was written for. */
const isSame = (candidate: Option.Option<string>): boolean =>
  Object.getOwnPropertyNames(sample).join() === "value" &&
  Option.isOption(candidate) && Option.isSome(candidate) && candidate.value === "sample" &&
  Equal.equals(candidate, sample) && Equal.equals(sample, candidate)

/** An option with this value. */
export const some: <A>(value: A) => Option.Option<A> = isSame(new Some("sample"))
  ? (value) => new Some(value)
  : Option.some
