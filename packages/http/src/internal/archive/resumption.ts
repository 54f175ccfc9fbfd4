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
}

export const start = (): Position => ({ bytes: 0, total: undefined, etag: undefined })

export const progress = ({ bytes, etag, total }: Position, rows: number): Progress => ({
  bytes,
  total: Option.fromNullable(total),
  etag: Option.fromNullable(etag),
  rows
})

/** Whether another answer can be proven to be of the same archive: only by a strong ETag, once there are bytes. */
export const isResumable = ({ bytes, etag }: Position): boolean => bytes === 0 || etag?.startsWith("\"") === true

export const requestHeaders = ({ bytes, etag }: Position): Readonly<Record<string, string>> => ({
  accept: "*/*",
  // if something on the way decoded the bytes, a cut could stay unseen
  "accept-encoding": "identity",
  ...(bytes > 0 && etag !== undefined && { range: `bytes=${bytes}-`, "if-range": etag })
})

/** What is known of the archive after an answer. */
export interface Accepted extends Omit<Position, "bytes"> {
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
  const encoding = headers["content-encoding"]
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") return fails("content-encoding", "identity")
  if (status !== 200 && (status !== 206 || position.bytes === 0)) {
    return Either.left(new DidwwError.UnexpectedStatus({ ...tried, status, requestId, errors: [] }))
  }
  const range = status === 206 ? rangeIn(headers["content-range"]) : undefined
  if (status === 206 && range?.from !== position.bytes) {
    return fails("content-range", `bytes from ${position.bytes} on`)
  }
  const length = headers["content-length"] ?? ""
  const total = status === 206 ? range?.total : /^\d+$/.test(length) ? Number(length) : undefined
  if (position.bytes === 0) return Either.right({ total, etag: headers.etag, skip: 0 })
  // an answer may leave out how much there is in all
  const isSame = headers.etag === position.etag &&
    (total === undefined || position.total === undefined || total === position.total)
  return isSame
    ? Either.right({
      total: position.total ?? total,
      etag: position.etag,
      skip: status === 206 ? 0 : position.bytes
    })
    : Either.left(new DidwwError.ArchiveChanged({ exportId }))
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
