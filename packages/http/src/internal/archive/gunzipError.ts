/** What is wrong with compressed bytes. Both the public module and the engines use this one. */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import * as Data from "effect/Data"
import * as Predicate from "effect/Predicate"

/**
 * The bytes are not one whole archive, or decompress to more than allowed. The reasons are some of those of `CorruptArchive`.
 *
 * @since 0.1.0
 * @category errors
 */
export class GunzipError extends Data.TaggedError("GunzipError")<{
  readonly reason: Exclude<DidwwError.CorruptArchive["reason"], "content">
}> {}

/** The codes of Node. `Z_DATA_ERROR` stands for several reasons, so its words decide. */
const codes: Readonly<Record<string, GunzipError["reason"]>> = {
  Z_BUF_ERROR: "truncated",
  ERR_TRAILING_JUNK_AFTER_STREAM_END: "trailing data"
}

/** The words of zlib and of browsers. Any other complaint means a corrupt archive. */
const words: ReadonlyArray<readonly [RegExp, GunzipError["reason"]]> = [
  [/unexpected (end|eof)|truncated|incomplete|premature/i, "truncated"],
  [/incorrect (data|length) check|checksum|crc/i, "checksum"],
  [/trailing|junk|garbage|extra (bytes|data)|after (the )?end|after eof/i, "trailing data"]
]

const headerWords = /header check|magic|invalid gzip header/i

/** An error and its causes, from the outermost on. Some platforms put the code or the words into a cause. */
const chain = (cause: unknown, depth = 0): ReadonlyArray<unknown> =>
  !Predicate.isObject(cause) || depth > 4
    ? []
    : [cause, ...(Predicate.hasProperty(cause, "cause") ? chain(cause.cause, depth + 1) : [])]

/** Reads the complaint of a decompressor: its codes first, then its words. `isGzip`: the bytes begin as each gzip does. */
export const fromCause = (cause: unknown, isGzip: boolean): GunzipError => {
  const errors = chain(cause)
  const codeReason = errors.map((error) => Predicate.hasProperty(error, "code") ? codes[String(error.code)] : undefined)
    .find((reason) => reason !== undefined)
  const message = errors.map((error) => Predicate.hasProperty(error, "message") ? String(error.message) : "").join("\n")
  const wordReason = isGzip && headerWords.test(message)
    // a complaint about a header that is not the archive's own
    ? "trailing data"
    : words.find(([pattern]) => pattern.test(message))?.[1]
  return new GunzipError({ reason: codeReason ?? wordReason ?? "corrupt" })
}
