/**
 * Typed failures: one class for each failure that a caller can act on. All are schemas, so that they cross process borders.
 * None holds a request, a header, a key or a token. `message` says what happened and what to do.
 *
 * A filter's, a request's and a callback's own failures stand in `ExportFilter`, `ExportRequest` and `Callback`. The union here
 * has them too.
 *
 * @example
 * ```ts
 * import { DidwwError } from "@effect-didww/core"
 * import * as Effect from "effect/Effect"
 *
 * const orExplain = <A, R>(self: Effect.Effect<A, DidwwError.ListError, R>) =>
 *   Effect.catchTag(self, "Unauthorized", (error) => Effect.logError(error.message))
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ArchiveChanged, CorruptArchive, OriginRefused, RecordFileConflict } from "./internal/errors/archive.js"
import { CallbackRefused } from "./internal/errors/callback.js"
import { FilterSyntaxError } from "./internal/errors/filter.js"
import { AwaitTimedOut, RateLimitWaitExceeded, TimedOut, UnsupportedByVersion } from "./internal/errors/limit.js"
import { InvalidExportRequest, ReferenceConflict } from "./internal/errors/request.js"
import {
  Forbidden,
  InvalidRequest,
  NotFound,
  RateLimited,
  ServerError,
  Unauthorized,
  UnexpectedStatus
} from "./internal/errors/status.js"
import { TokenRefused } from "./internal/errors/token.js"
import { MalformedResponse, TransportError } from "./internal/errors/transport.js"

export { ArchiveChanged, CorruptArchive, OriginRefused, RecordFileConflict } from "./internal/errors/archive.js"
export { AwaitTimedOut, RateLimitWaitExceeded, TimedOut, UnsupportedByVersion } from "./internal/errors/limit.js"
export {
  Forbidden,
  InvalidRequest,
  NotFound,
  RateLimited,
  ServerError,
  Unauthorized,
  UnexpectedStatus
} from "./internal/errors/status.js"
export { TokenRefused } from "./internal/errors/token.js"
export { MalformedResponse, TransportError } from "./internal/errors/transport.js"

/**
 * Any of the failures.
 *
 * @since 0.1.0
 * @category models
 */
export type DidwwError = typeof DidwwError.Type

/**
 * The schema of any of the failures.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DidwwError = Schema.Union(
  ...[Unauthorized, Forbidden, NotFound, InvalidRequest, RateLimited, ServerError, UnexpectedStatus] as const,
  ...[TransportError, MalformedResponse, TokenRefused] as const,
  ...[RateLimitWaitExceeded, TimedOut, AwaitTimedOut, UnsupportedByVersion] as const,
  ...[CorruptArchive, ArchiveChanged, OriginRefused, RecordFileConflict] as const,
  ...[InvalidExportRequest, ReferenceConflict, CallbackRefused, FilterSyntaxError] as const
)

/**
 * Whether a value is one of the failures.
 *
 * @since 0.1.0
 * @category guards
 */
export const isDidwwError: (u: unknown) => u is DidwwError = Schema.is(DidwwError)

/**
 * Whether the same request can succeed if it is sent again.
 *
 * @since 0.1.0
 * @category guards
 */
export const isRetryable = (error: DidwwError): boolean => {
  switch (error._tag) {
    case "RateLimited":
      return true
    case "ServerError":
      return error.status !== 501
    case "UnexpectedStatus":
      return error.status === 408 || error.status === 425
    case "TransportError":
      return error.reason === "request" || error.reason === "response"
    case "TimedOut":
      return error.limit === "attemptTimeout"
    default:
      return false
  }
}

/**
 * The failures of a list.
 *
 * @since 0.1.0
 * @category models
 */
export type ListError =
  | (Unauthorized | Forbidden | InvalidRequest | RateLimited | ServerError | UnexpectedStatus)
  | (TransportError | MalformedResponse | TokenRefused | RateLimitWaitExceeded | TimedOut)

/**
 * The failures of reading one export.
 *
 * @since 0.1.0
 * @category models
 */
export type GetError = ListError | NotFound

/**
 * The failures of requesting an export.
 *
 * @since 0.1.0
 * @category models
 */
export type CreateError = ListError | InvalidExportRequest

/**
 * The failures of changing an export.
 *
 * @since 0.1.0
 * @category models
 */
export type UpdateError = GetError | UnsupportedByVersion

/**
 * The failures of finding or requesting an export.
 *
 * @since 0.1.0
 * @category models
 */
export type EnsureError = CreateError | ReferenceConflict

/**
 * The failures of waiting for an export.
 *
 * @since 0.1.0
 * @category models
 */
export type AwaitError = GetError | AwaitTimedOut

/**
 * The failures of asking for the size and the ETag of an archive.
 *
 * @since 0.1.0
 * @category models
 */
export type DescribeError = GetError | OriginRefused

/**
 * The failures of downloading an archive.
 *
 * @since 0.1.0
 * @category models
 */
export type DownloadError = DescribeError | ArchiveChanged

/**
 * The failures of reading the records of an archive.
 *
 * @since 0.1.0
 * @category models
 */
export type RecordsError = DownloadError | CorruptArchive
