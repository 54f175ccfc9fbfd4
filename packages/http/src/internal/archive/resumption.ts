/** What an answer must say so that a download can begin with it, or go on with it. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Progress } from "../../ExportsClient.js"
import type { Tried } from "../request/retry.js"
import { type Answer, requestIdOf } from "../request/send.js"

/** How far a download is, and what its first answer said of the archive. */
export interface Position {
  bytes: number
  total: number | undefined
  etag: string | undefined
  /** Of the delivered bytes. Kept where no strong ETag tells archives apart. */
  digest: number
}

/** The digest of no bytes. */
export const noDigest = 0x811c9dc5

/** Adds bytes to a digest, by FNV-1a. */
export const digest = (before: number, bytes: Uint8Array): number => {
  let hash = before
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash
}

export const start = (): Position => ({ bytes: 0, total: undefined, etag: undefined, digest: noDigest })

export const progress = ({ bytes, etag, total }: Position, rows: number): Progress => ({
  bytes,
  total: Option.fromNullable(total),
  etag: Option.fromNullable(etag),
  rows
})

/** Whether the ETag is strong. Only a strong ETag proves that the rest is of the same archive. */
export const isStrong = ({ etag }: Pick<Position, "etag">): boolean => etag?.startsWith("\"") === true

export const requestHeaders = ({ bytes, etag }: Position): Readonly<Record<string, string>> => ({
  accept: "*/*",
  // if something on the way decoded the bytes, a cut could stay unseen
  "accept-encoding": "identity",
  ...(bytes > 0 && etag !== undefined && isStrong({ etag }) && { range: `bytes=${bytes}-`, "if-range": etag })
})

/** The bytes arrive as they are. Some servers say so by `none`, or by a header without a value. */
const isIdentity = (encoding: string): boolean =>
  encoding.split(",").every((coding) => ["identity", "none", ""].includes(coding.trim().toLowerCase()))

/** Whether two ETags are of different archives, by the weak comparison of RFC 9110. A missing ETag tells nothing. */
const isOther = (etag: string | undefined, other: string | undefined): boolean => {
  const [one, two] = [etag, other].map((etag) => etag?.replace(/^W\//, "") ?? "")
  return one !== "" && two !== "" && one !== two
}

/** What is known of the archive after an answer. */
export interface Accepted extends Pick<Position, "etag" | "total"> {
  /** Bytes at the beginning of its body that were delivered before. */
  readonly skip: number
}

/** Checks an answer against the position. */
export const accept = (
  exportId: Export.ExportId,
  position: Position,
  answer: Answer
): Either.Either<Accepted, DidwwError.DownloadError> => {
  const { response: { headers }, status, tried } = answer
  const requestId = requestIdOf(answer)
  const fails = (name: string, expected: string) =>
    Either.left(malformed(tried, `headers.${name}`, expected, requestId))
  if (!isIdentity(headers["content-encoding"] ?? "")) return fails("content-encoding", "identity")
  if (status !== 200 && (status !== 206 || requestHeaders(position).range === undefined)) {
    return Either.left(new DidwwError.UnexpectedStatus({ ...tried, status, requestId, errors: [] }))
  }
  if (status === 206 && rangeIn(headers["content-range"])?.from !== position.bytes) {
    return fails("content-range", `bytes from ${position.bytes} on`)
  }
  const total = sizeIn(answer)
  if (position.bytes === 0) return Either.right({ total, etag: headers.etag, skip: 0 })
  // an answer may leave out how much there is in all
  const isSame = (isStrong(position) ? headers.etag === position.etag : !isOther(headers.etag, position.etag)) &&
    (total === undefined || (total >= position.bytes && total === (position.total ?? total)))
  return isSame
    ? Either.right({
      total: position.total ?? total,
      etag: position.etag,
      skip: status === 206 ? 0 : position.bytes
    })
    : Either.left(new DidwwError.ArchiveChanged({ exportId }))
}

/** The size of the whole archive, if an answer says it. */
export const sizeIn = ({ response: { headers }, status }: Answer): number | undefined => {
  if (status === 206) return rangeIn(headers["content-range"])?.total
  const length = headers["content-length"] ?? ""
  return /^\d+$/.test(length) ? Number(length) : undefined
}

const rangeIn = (header: string | undefined) => {
  const found = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? "")
  return found === null
    ? undefined
    : { from: Number(found[1]), total: found[2] === "*" ? undefined : Number(found[2]) }
}

export const malformed = (
  tried: Tried,
  path: string,
  expected: string,
  requestId?: string
): DidwwError.MalformedResponse => new DidwwError.MalformedResponse({ ...tried, path, expected, requestId })
