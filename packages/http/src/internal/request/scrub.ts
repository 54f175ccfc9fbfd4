/** Removes secrets from the words of a server or a transport, which may repeat a key in its complaint. */
import * as Redacted from "effect/Redacted"

export type Scrub = (text: string | undefined) => string | undefined

// a shorter text is no secret, and to remove it would only cut words
const isLong = (secret: string): boolean => secret.length >= 6

export const make = (secrets: ReadonlyArray<Redacted.Redacted>): Scrub => {
  const hidden = secrets.map(Redacted.value).filter(isLong)
  return (text) => hidden.reduce((text, secret) => text?.replaceAll(secret, "<redacted>"), text)
}
