/** The callbacks of completed exports. */
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Callback } from "../Callback.js"
import * as resources from "./resource.js"
import * as signing from "./signing.js"
import type { Completion } from "./store.js"

/** None for an export without `callback_url`. */
export const make = (
  secret: Redacted.Redacted,
  { origin, row }: Completion
): Effect.Effect<ReadonlyArray<Callback>> => {
  const { callbackUrl, completedAt, id } = row
  if (callbackUrl === null) return Effect.succeed([])
  const address = row.apiVersion === "2022-05-10" ? null : resources.addressOf(row, origin)
  const payload = { id, type: "exports", status: "completed", ...(address !== null && { url: address }) }
  const form = new URLSearchParams(payload).toString()
  const isGet = row.callbackMethod === "get"
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

/** Before the fragment. */
const withQuery = (url: string, query: string): string => {
  const [address, ...fragment] = url.split(/(?=#)/)
  return `${address}${address!.includes("?") ? "&" : "?"}${query}${fragment.join("")}`
}
