/** What is wrong with compressed bytes. Both the public module and the engines use this one. */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import * as Data from "effect/Data"
import * as Predicate from "effect/Predicate"

/**
 * The bytes are not one whole archive, or decompress to more than allowed. The reasons are those of `CorruptArchive`.
 *
 * @since 0.1.0
 * @category errors
 */
export class GunzipError extends Data.TaggedError("GunzipError")<{
  readonly reason: DidwwError.CorruptArchive["reason"]
}> {}

/** The words of zlib, Chrome and Firefox. Any other complaint means a corrupt archive. */
const words: ReadonlyArray<readonly [RegExp, GunzipError["reason"]]> = [
  [/unexpected end|truncated|incomplete|premature/i, "truncated"],
  [/incorrect (data|length) check|checksum|crc/i, "checksum"],
  [/trailing|junk|garbage|after eof|after end/i, "trailing data"]
]

/** Reads the complaint of a decompressor. `isGzip` says whether the bytes begin as each gzip does. */
export const fromCause = (cause: unknown, isGzip: boolean): GunzipError => {
  const message = Predicate.hasProperty(cause, "message") ? String(cause.message) : ""
  const reason = isGzip && /header check|magic/i.test(message)
    // a complaint about a header that is not the archive's own
    ? "trailing data"
    : words.find(([pattern]) => pattern.test(message))?.[1] ?? "corrupt"
  return new GunzipError({ reason })
}
