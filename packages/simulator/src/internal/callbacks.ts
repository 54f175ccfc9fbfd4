/** The callback of a completed export. */
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Callback } from "../Callback.js"
import * as resources from "./resource.js"
import * as signing from "./signing.js"
import type { Completion } from "./store.js"

/** Makes the callback, or an empty array for an export without `callback_url`. */
export const make = (
  secret: Redacted.Redacted,
  { origin, stored }: Completion
): Effect.Effect<ReadonlyArray<Callback>> => {
  const { callbackUrl, completedAt, id } = stored
  if (callbackUrl === null) return Effect.succeed([])
  const archiveUrl = stored.apiVersion === "2022-05-10" ? null : resources.archiveUrl(stored, origin)
  const payload = { id, type: "exports", status: "completed", ...(archiveUrl !== null && { url: archiveUrl }) }
  const form = new URLSearchParams(payload).toString()
  const isGet = stored.callbackMethod === "get"
  const url = isGet ? withQuery(callbackUrl, form) : callbackUrl
  return Effect.map(signing.sign(secret, url, payload), (signature) => [{
    exportId: id,
    at: completedAt ?? 0,
    method: isGet ? "GET" : "POST",
    url,
    headers: {
      "x-didww-signature": signature,
      ...(!isGet && { "content-type": "application/x-www-form-urlencoded" })
    },
    body: isGet ? "" : form
  }])
}

/** Adds a query in front of the fragment. */
const withQuery = (url: string, query: string): string => {
  const [address, ...fragment] = url.split(/(?=#)/)
  return `${address}${address!.includes("?") ? "&" : "?"}${query}${fragment.join("")}`
}
