/** The secret that signs callbacks. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Variable from "./Variable.js"

/** The variable DIDWW_CALLBACK_SECRET is not set. */
export class NoSecret extends Data.TaggedError("NoSecret")<{}> {
  override get message(): string {
    return "No callback secret. Set DIDWW_CALLBACK_SECRET to the callback secret of your account."
  }
}

/** Reads the secret. */
export const get = Variable.secret("DIDWW_CALLBACK_SECRET")

/** Reads the secret, or fails with `NoSecret`. */
export const required = Effect.flatMap(get, Option.match({ onNone: () => new NoSecret(), onSome: Effect.succeed }))
