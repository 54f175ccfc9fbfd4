/** The version that answers, against the one that was asked for. */
import type * as ApiVersion from "@effect-didww/core/ApiVersion"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

export type CheckVersion = (answered: Option.Option<string>) => Effect.Effect<void>

/** Warns of another version, once. */
export const make = (asked: ApiVersion.ApiVersion): CheckVersion => {
  let warned = false
  return (answered) => {
    if (warned || Option.isNone(answered) || answered.value === asked) return Effect.void
    warned = true
    return Effect.logWarning(
      `DIDWW answers with API version ${answered.value}, not ${asked} as asked for: the account's own is newer, or this one is not served`
    )
  }
}
