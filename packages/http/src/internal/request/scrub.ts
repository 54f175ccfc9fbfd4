/** Words without secrets: a server or a transport that repeats a key in its complaint does not get it into ours. */
import * as Redacted from "effect/Redacted"

export type Scrub = (text: string | undefined) => string | undefined

// what is too short to be a secret would only cut up the words
const isLong = (secret: string): boolean => secret.length >= 6

export const make = (secrets: ReadonlyArray<Redacted.Redacted>): Scrub => {
  const hidden = secrets.map(Redacted.value).filter(isLong)
  return (text) => hidden.reduce((text, secret) => text?.replaceAll(secret, "<redacted>"), text)
}
