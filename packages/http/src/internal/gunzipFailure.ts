/** What engines complain about, as the reason that it is. */
import * as Predicate from "effect/Predicate"
import type { GunzipError } from "../Gunzip.js"

type Reason = GunzipError["reason"]

/** In the words of zlib, Chrome and Firefox; what none of them says is a corrupt archive. */
const words: ReadonlyArray<readonly [RegExp, Reason]> = [
  [/unexpected end|truncated|incomplete|premature/i, "truncated"],
  [/incorrect (data|length) check|checksum|crc/i, "checksum"],
  [/trailing|junk|garbage|after eof|after end/i, "trailing data"]
]

/** Where a member of an archive has come out already, a wrong header is not that of the archive. */
export const reasonOf = (cause: unknown, hasOutput: boolean): Reason => {
  const message = Predicate.hasProperty(cause, "message") ? String(cause.message) : ""
  if (hasOutput && /header check|magic/i.test(message)) return "trailing data"
  return words.find(([pattern]) => pattern.test(message))?.[1] ?? "corrupt"
}
