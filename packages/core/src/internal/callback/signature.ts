/** DIDWW's callback signatures: HMAC-SHA1 over the normalized URL and the payload. */
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Payload, VerifyOptions } from "../../Callback.js"
import { CallbackRefused } from "../errors/callback.js"
import * as httpUrl from "../httpUrl.js"

export const refuse = (reason: CallbackRefused["reason"]): Effect.Effect<never, CallbackRefused> =>
  Effect.fail(new CallbackRefused({ reason }))

export const parseUrl = (url: string): Effect.Effect<httpUrl.HttpUrl, CallbackRefused> =>
  Option.match(httpUrl.parse(url), { onNone: () => refuse("malformed url"), onSome: Effect.succeed })

/** The text that is signed. */
const message = (url: httpUrl.HttpUrl, payload: Payload): string =>
  Object.entries(payload).sort(([a], [b]) => a < b ? -1 : 1).reduce(
    (text, [name, value]) => text + name + value,
    httpUrl.format(url)
  )

const hmac = (secret: Redacted.Redacted, text: string): Effect.Effect<string, CallbackRefused> => {
  const encoder = new TextEncoder()
  const key = encoder.encode(Redacted.value(secret))
  // anybody can sign with an empty secret
  if (key.length === 0) return refuse("empty secret")
  return Effect.promise(() => crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-1" }, false, ["sign"]))
    .pipe(
      Effect.flatMap((imported) => Effect.promise(() => crypto.subtle.sign("HMAC", imported, encoder.encode(text)))),
      Effect.map((buffer) => Encoding.encodeHex(new Uint8Array(buffer)))
    )
}

export const sign = (
  url: string,
  payload: Payload,
  secret: Redacted.Redacted
): Effect.Effect<string, CallbackRefused> =>
  Effect.flatMap(parseUrl(url), (parsed) => hmac(secret, message(parsed, payload)))

// compares every digit, so that the time does not tell which ones differ
const same = (own: string, given: string): boolean =>
  own.length === given.length &&
  Array.from(own).reduce(
      (difference, _, index) => difference | (own.charCodeAt(index) ^ given.charCodeAt(index)),
      0
    ) === 0

/** Tries every secret, so that the time does not tell which one fits. */
export const verify = (
  url: httpUrl.HttpUrl,
  payload: Payload,
  signature: string | undefined,
  { furtherMembers = [], secrets }: Pick<VerifyOptions, "furtherMembers" | "secrets">
): Effect.Effect<void, CallbackRefused> => {
  if (signature === undefined || signature === "") return refuse("missing signature")
  const text = message(url, payload)
  return Effect.forEach(secrets, (secret) => hmac(secret, text)).pipe(
    Effect.filterOrFail(
      (expected) => expected.filter((own) => same(own, signature)).length > 0,
      () => new CallbackRefused({ reason: "wrong signature" })
    ),
    // after the signature: of a request that anybody sends, nobody needs to hear about members
    Effect.filterOrFail(
      () => Object.keys(payload).every((name) => documented.has(name) || furtherMembers.includes(name)),
      () => new CallbackRefused({ reason: "unknown member" })
    ),
    Effect.asVoid
  )
}

/**
 * The signature joins names and values without separators. With any other name, bytes could move from a value into a name
 * under the same signature, and `url` could become the address of another host.
 */
const documented: ReadonlySet<string> = new Set(["id", "type", "status", "url"])

/** The members of a form or a query without the members of the public URL's own query. Each name comes at most once. */
export const members = (form: string, own: string): Effect.Effect<Payload, CallbackRefused> => {
  const ours = Array.from(new URLSearchParams(own))
  const theirs = Array.from(new URLSearchParams(form)).filter(([name, value]) => {
    const index = ours.findIndex((member) => member[0] === name && member[1] === value)
    return index === -1 || ours.splice(index, 1).length === 0
  })
  return new Set(theirs.map(([name]) => name)).size === theirs.length
    ? Effect.succeed(Object.fromEntries(theirs))
    : refuse("malformed payload")
}
