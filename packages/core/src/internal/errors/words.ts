/** The fields and sentences that several errors share. */
import * as Schema from "effect/Schema"
import { ErrorObject } from "../../JsonApi.js"

export const tried = {
  /** How many requests were sent for the operation. */
  attempts: Schema.Int,
  /** The time from the first attempt to the failure, waits included. */
  elapsed: Schema.DurationFromMillis
}

export const answered = {
  ...tried,
  /** The HTTP status. */
  status: Schema.Int,
  /** `X-Request-Id` of the last answer. DIDWW's support asks for it. */
  requestId: Schema.optional(Schema.String),
  /** The server's own words. Empty if the answer had no JSON:API errors. */
  errors: Schema.Array(ErrorObject)
}

export const retryAfter = {
  /** The wait that the server asked for. */
  retryAfter: Schema.optional(Schema.DurationFromMillis)
}

export const sentence = (...parts: ReadonlyArray<string | undefined>): string =>
  parts.filter((part) => part !== undefined && part !== "").join(" ")

/** The server's words in quotes; `undefined` if it said nothing. */
export const said = (self: { readonly errors: ReadonlyArray<ErrorObject> }): string | undefined => {
  const words = self.errors.map(({ code, detail, title }) => detail ?? title ?? code).filter((word) =>
    word !== undefined
  )
  return words.length === 0 ? undefined : `"${words.join("; ")}"`
}

export const after = (self: { readonly attempts: number }): string =>
  self.attempts === 1 ? "after one attempt" : `after ${self.attempts} attempts`
