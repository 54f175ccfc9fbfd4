/** Compares the API version that answered with the version that was asked for. */
import type * as ApiVersion from "@effect-didww/core/ApiVersion"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

export type CheckVersion = (answered: Option.Option<string>) => Effect.Effect<void>

/** Keeps the last version that answered, and warns of another version than that of the requests, once. */
export const make = (asked: ApiVersion.ApiVersion) => {
  let isWarned = false
  let last: Option.Option<string> = Option.none()
  const check: CheckVersion = (answered) => {
    last = Option.orElse(answered, () => last)
    if (isWarned || Option.isNone(answered) || answered.value === asked) return Effect.void
    isWarned = true
    return Effect.logWarning(
      `DIDWW answered with API version ${answered.value}, but the client asked for ${asked}. Either the account uses a newer version, or DIDWW no longer serves ${asked}.`
    )
  }
  return { check, answered: Effect.sync(() => last) }
}
