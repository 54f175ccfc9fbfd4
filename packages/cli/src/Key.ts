/** An API key. */
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"

/** The text of a key. No header can carry other characters. */
export const Key = Schema.Redacted(Schema.String.pipe(Schema.pattern(/^[\x21-\x7e]+$/)))

/** Reads a text as a key. */
export const parse = Schema.decodeOption(Key)

/** The first 8 hex digits of a key's SHA-256. They tell keys apart, and show nothing of them. */
export const fingerprint = (key: Redacted.Redacted): string =>
  createHash("sha256").update(Redacted.value(key)).digest("hex").slice(0, 8)
