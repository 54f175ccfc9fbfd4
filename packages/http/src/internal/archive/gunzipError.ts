/** What engines complain about, as the reason that it is. */
import * as Predicate from "effect/Predicate"
import type { GunzipError } from "../../Gunzip.js"

type Reason = GunzipError["reason"]

/** In the words of zlib, Chrome and Firefox; what none of them says is a corrupt archive. */
const words: ReadonlyArray<readonly [RegExp, Reason]> = [
  [/unexpected end|truncated|incomplete|premature/i, "truncated"],
  [/incorrect (data|length) check|checksum|crc/i, "checksum"],
  [/trailing|junk|garbage|after eof|after end/i, "trailing data"]
]

export const reasonOf = (cause: unknown, start: Start): Reason => {
  const message = Predicate.hasProperty(cause, "message") ? String(cause.message) : ""
  // not the archive's own header, then
  if (start.isGzip() && /header check|magic/i.test(message)) return "trailing data"
  return words.find(([pattern]) => pattern.test(message))?.[1] ?? "corrupt"
}

/** The two bytes that every gzip begins with. */
export interface Start {
  readonly push: (bytes: Uint8Array) => void
  readonly isGzip: () => boolean
}

export const start = (): Start => {
  let first: ReadonlyArray<number> = []
  return {
    push: (bytes) => {
      if (first.length < 2) first = [...first, ...bytes.subarray(0, 2 - first.length)]
    },
    isGzip: () => first[0] === 0x1f && first[1] === 0x8b
  }
}
