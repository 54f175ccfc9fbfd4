/** The signature of a callback. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

const pattern = /^(https?):\/\/((?:[^/?#@]*@)?)(\[[^\]]*\]|[^/?#:]*)(?::(\d+))?(.*)$/is

/** Adds the port and leaves everything else as it was written. `URL` would normalize the rest too. */
export const normalized = (url: string): string =>
  url.replace(
    pattern,
    (_, scheme: string, userinfo: string, host: string, port: string | undefined, rest: string) =>
      `${scheme}://${userinfo}${host}:${port ?? (scheme.toLowerCase() === "https" ? 443 : 80)}${rest}`
  )

export const sign = (
  secret: Redacted.Redacted,
  url: string,
  payload: Readonly<Record<string, string>>
): Effect.Effect<string> =>
  Effect.promise(async () => {
    const encoder = new TextEncoder()
    const text = normalized(url) + Object.keys(payload).sort().map((name) => name + payload[name]!).join("")
    const key = await crypto.subtle.importKey(
      "raw",
      encoder.encode(Redacted.value(secret)),
      { name: "HMAC", hash: "SHA-1" },
      false,
      ["sign"]
    )
    const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(text))
    return Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, "0")).join("")
  })
