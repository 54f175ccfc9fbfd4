/**
 * Every typed failure: one class for each thing that a caller can act on. All are schemas, so they cross process
 * borders; none holds a request, a header, a key or a token; `message` tells a person what to do next.
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
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { ApiVersion } from "./ApiVersion.js"
import * as Export from "./Export.js"
import * as oneLine from "./internal/oneLine.js"
import type { Mismatch } from "./JsonApi.js"
import { ErrorObject } from "./JsonApi.js"

const tried = {
  /** How many requests were sent for it. */
  attempts: Schema.Int,
  /** From the first attempt to this failure, waiting included. */
  elapsed: Schema.DurationFromMillis
}

const answered = {
  ...tried,
  /** The HTTP status. */
  status: Schema.Int,
  /** `X-Request-Id` of the last answer: what DIDWW's support asks for. */
  requestId: Schema.optional(Schema.String),
  /** The server's own words; none when the body was empty or no JSON:API document. */
  errors: Schema.Array(ErrorObject)
}

const retryAfter = {
  /** What the server asked to wait, if it did. */
  retryAfter: Schema.optional(Schema.DurationFromMillis)
}

const sentence = (...parts: ReadonlyArray<string | undefined>): string =>
  parts.filter((part) => part !== undefined && part !== "").join(" ")

const words = (self: { readonly errors: ReadonlyArray<ErrorObject> }): string | undefined => {
  const said = self.errors.map((error) => error.detail ?? error.title ?? error.code).filter((word) =>
    word !== undefined
  )
  return said.length === 0 ? undefined : `"${said.join("; ")}"`
}

const after = (self: { readonly attempts: number }): string =>
  self.attempts === 1 ? "after one attempt" : `after ${self.attempts} attempts`

/**
 * 401: the credentials were refused; or they cannot be sent at all (`attempts` is 0). Never tried again with the same
 * key or token; a fresh token, or a key that was replaced meanwhile, was tried once.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>("@effect-didww/core/Unauthorized")("Unauthorized", {
  ...answered,
  status: Schema.optional(Schema.Int),
  /** What was refused. Default: `key`. */
  credentials: Schema.optional(Schema.Literal("key", "token"))
}) {
  override get message(): string {
    return sentence(
      this.status === undefined ? "The credentials were not sent:" : "DIDWW refused the credentials (401):",
      words(this) ?? "no reason given.",
      this.credentials === "token"
        ? "A fresh token was refused too. Check the token's audience, this machine's clock, and that the API (DIDWW_API_URL) and the token service (DIDWW_TOKEN_URL) belong together."
        : "Check the API key (DIDWW_API_KEY), and that it belongs to this environment: production and sandbox have their own. An account that is on 2026-11-19 takes tokens only: Credentials.bearer."
    )
  }
}

/**
 * 403: the credentials are good, but not for this.
 *
 * @since 0.1.0
 * @category errors
 */
export class Forbidden extends Schema.TaggedError<Forbidden>("@effect-didww/core/Forbidden")("Forbidden", answered) {
  override get message(): string {
    return sentence(
      "DIDWW does not allow this (403):",
      words(this) ?? "no reason given.",
      this.errors.some(({ code }) => code === "insufficient_scope")
        ? "Mint the token with scope full (Credentials.bearer)."
        : "Ask for the permission."
    )
  }
}

/**
 * 404: no such export, or no longer: completed ones are deleted after a month.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotFound extends Schema.TaggedError<NotFound>("@effect-didww/core/NotFound")("NotFound", answered) {
  override get message(): string {
    return sentence(
      "DIDWW has no such record (404):",
      words(this) ?? "no reason given.",
      "Completed exports are deleted after a month."
    )
  }
}

/**
 * 400 or 422: the server names each problem, and may repeat the values that it was asked for; or a query that was refused
 * before it was sent (`attempts` is 0).
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>("@effect-didww/core/InvalidRequest")(
  "InvalidRequest",
  { ...answered, status: Schema.optional(Schema.Int) }
) {
  override get message(): string {
    const problems = this.errors.map((error) =>
      sentence(
        error.detail ?? error.title ?? "no reason given",
        error.pointer && `at ${error.pointer}`,
        error.code && `(code ${error.code})`
      )
    )
    return sentence(
      this.status === undefined ? "The request was not sent:" : `DIDWW refused the request (${this.status}):`,
      `${problems.length === 0 ? "no reason given" : problems.join("; ")}.`
    )
  }
}

/**
 * 429, for longer than the retry policy goes on.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimited extends Schema.TaggedError<RateLimited>("@effect-didww/core/RateLimited")("RateLimited", {
  ...answered,
  ...retryAfter
}) {
  override get message(): string {
    return sentence(
      `DIDWW says too many requests (429) ${after(this)}.`,
      this.retryAfter && `It asked to wait ${Duration.format(this.retryAfter)}.`,
      "Lower RateLimit's limit if others use the same key, or allow RetryPolicy more."
    )
  }
}

/**
 * The client's own rate limit would have kept the request longer than its `maxWait`.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimitWaitExceeded
  extends Schema.TaggedError<RateLimitWaitExceeded>("@effect-didww/core/RateLimitWaitExceeded")(
    "RateLimitWaitExceeded",
    { ...tried, maxWait: Schema.DurationFromMillis }
  )
{
  override get message(): string {
    return `The rate limit has no place within ${
      Duration.format(this.maxWait)
    }. Run fewer requests at once, or raise maxWait.`
  }
}

/**
 * 5xx.
 *
 * @since 0.1.0
 * @category errors
 */
export class ServerError extends Schema.TaggedError<ServerError>("@effect-didww/core/ServerError")("ServerError", {
  ...answered,
  ...retryAfter
}) {
  override get message(): string {
    return sentence(
      `DIDWW failed (${this.status}) ${after(this)}.`,
      words(this),
      "Try later.",
      this.requestId && `Request id: ${this.requestId}.`
    )
  }
}

/**
 * A status that nothing documents here; a redirect too, which is never followed.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnexpectedStatus extends Schema.TaggedError<UnexpectedStatus>("@effect-didww/core/UnexpectedStatus")(
  "UnexpectedStatus",
  { ...answered, ...retryAfter }
) {
  override get message(): string {
    return sentence(
      this.status === 0 || (this.status >= 300 && this.status < 400)
        ? `The server answered with a redirect (${this.status}), which is not followed, so that the key stays at home.`
        : `The server answered ${this.status} ${after(this)}.`,
      words(this),
      "Check the API's address (DIDWW_API_URL)."
    )
  }
}

/**
 * No answer, or only a part of one.
 *
 * @since 0.1.0
 * @category errors
 */
export class TransportError extends Schema.TaggedError<TransportError>("@effect-didww/core/TransportError")(
  "TransportError",
  {
    ...tried,
    /**
     * `request`: no answer came. `response`: its body was cut. With each other reason no attempt can succeed, and the client
     * makes only one. `url`: the API's URL is invalid. `certificate`: the server's certificate was refused. `protocol`: the
     * server does not speak TLS, or not a version that the runtime speaks. `port`: the runtime refuses to connect to this port.
     * `permission`: the runtime does not permit the program to connect.
     */
    reason: Schema.Literal("request", "response", "url", "certificate", "protocol", "port", "permission"),
    /** The platform's own code, such as `ECONNREFUSED`. */
    code: Schema.optional(Schema.String)
  }
) {
  override get message(): string {
    const [happened, advice] = transport[this.reason]
    const isPassing = this.reason === "request" || this.reason === "response"
    return sentence(happened, this.code && `(${this.code})`, isPassing ? after(this) : undefined).concat(`. ${advice}`)
  }
}

/** What happened, and what to do. */
const transport: Readonly<Record<TransportError["reason"], readonly [happened: string, advice: string]>> = {
  request: ["DIDWW could not be reached", "Check the network and the API's URL."],
  response: ["DIDWW's answer was cut short", "Check the network and the API's URL."],
  url: [
    "The API's URL is invalid",
    "Give an http or https URL without user, query or fragment (DIDWW_API_URL)."
  ],
  certificate: [
    "The server's certificate was refused",
    "Check this machine's clock, the API's URL, and the certificates that the runtime trusts."
  ],
  protocol: [
    "The server does not speak TLS, or not a version that the runtime speaks",
    "Check the scheme and the port of the API's URL (DIDWW_API_URL)."
  ],
  port: ["The runtime refuses to connect to this port", "Use another port in the API's URL (DIDWW_API_URL)."],
  permission: [
    "The runtime does not permit the program to connect",
    "Permit it to connect to the host of the API's URL."
  ]
}

/**
 * One attempt, or all of them together, took longer than the retry policy allows; or an archive stood still for longer
 * than its `idleTimeout`.
 *
 * @since 0.1.0
 * @category errors
 */
export class TimedOut extends Schema.TaggedError<TimedOut>("@effect-didww/core/TimedOut")("TimedOut", {
  ...tried,
  limit: Schema.Literal("attemptTimeout", "totalTimeout", "idleTimeout"),
  timeout: Schema.DurationFromMillis
}) {
  override get message(): string {
    if (this.limit === "idleTimeout") {
      return `No byte of the archive came for ${Duration.format(this.timeout)}, ${after(this)}. Try later.`
    }
    return `DIDWW did not answer within RetryPolicy's ${this.limit} of ${Duration.format(this.timeout)}, ${
      after(this)
    }.`
  }
}

/**
 * An answer that is not what DIDWW documents: where, and what should stand there. Never the value.
 *
 * @since 0.1.0
 * @category errors
 */
export class MalformedResponse extends Schema.TaggedError<MalformedResponse>("@effect-didww/core/MalformedResponse")(
  "MalformedResponse",
  {
    ...tried,
    requestId: Schema.optional(Schema.String),
    /** Such as `data[3].attributes.export_type`; empty for the whole document. */
    path: Schema.String,
    expected: Schema.String
  }
) {
  override get message(): string {
    return sentence(
      `DIDWW's answer is malformed: expected ${this.expected} at ${this.path === "" ? "the top" : this.path}.`,
      this.requestId && `Request id: ${this.requestId}.`
    )
  }

  /** The path of a mismatch, as a person writes it. */
  static path(mismatch: Mismatch): string {
    return mismatch.path.reduce<string>(
      (path, step) => typeof step === "number" ? `${path}[${step}]` : path === "" ? step : `${path}.${step}`,
      ""
    )
  }
}

/**
 * The token service refused to issue a token, or issued one that expires within a second.
 *
 * @since 0.1.0
 * @category errors
 */
export class TokenRefused extends Schema.TaggedError<TokenRefused>("@effect-didww/core/TokenRefused")("TokenRefused", {
  ...tried,
  status: Schema.Int,
  /** OAuth's code, such as `invalid_client`. */
  error: Schema.optional(Schema.String),
  description: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return sentence(
      `DIDWW's token service refused (${this.status}):`,
      `${this.description ?? this.error ?? "no reason given"}.`,
      this.status === 404 || this.status < 300
        ? "Check its address (DIDWW_TOKEN_URL)."
        : this.error === "invalid_client"
        ? "Check the API key (DIDWW_API_KEY), and that it belongs to this environment."
        : "Check the API key, the scope and the audience."
    )
  }
}

/**
 * An order that DIDWW would refuse, with every problem at once. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidExportRequest
  extends Schema.TaggedError<InvalidExportRequest>("@effect-didww/core/InvalidExportRequest")("InvalidExportRequest", {
    problems: Schema.NonEmptyArray(Schema.Struct({ path: Schema.String, message: Schema.String }))
  })
{
  override get message(): string {
    return `The export was not ordered: ${this.problems.map(({ message, path }) => `${path}: ${message}`).join("; ")}.`
  }
}

/**
 * Another export already has this `external_reference_id`, with another type, range or filters.
 *
 * @since 0.1.0
 * @category errors
 */
export class ReferenceConflict extends Schema.TaggedError<ReferenceConflict>("@effect-didww/core/ReferenceConflict")(
  "ReferenceConflict",
  {
    externalReferenceId: Schema.String,
    exportId: Export.ExportId,
    /** What differs, such as `filters.to`. */
    differences: Schema.NonEmptyArray(Schema.String)
  }
) {
  override get message(): string {
    return sentence(
      `Export ${this.exportId} already has the reference ${this.externalReferenceId}, but differs in`,
      `${this.differences.join(", ")}. Use another reference.`
    )
  }
}

/**
 * The export did not complete in time. It may still: wait for it again.
 *
 * @since 0.1.0
 * @category errors
 */
export class AwaitTimedOut extends Schema.TaggedError<AwaitTimedOut>("@effect-didww/core/AwaitTimedOut")(
  "AwaitTimedOut",
  { export: Export.Export, timeout: Schema.DurationFromMillis }
) {
  override get message(): string {
    return `Export ${this.export.id} is still ${this.export.status} after ${
      Duration.format(this.timeout)
    }. Wait again later.`
  }
}

/**
 * The archive is broken, or not such as can be read. What was delivered before is what the archive begins with; its own
 * checksum stands at its end, so with `corrupt` and `checksum` some of that may be wrong too.
 *
 * `truncated`: it ends too early. `corrupt`: it is no gzip, or not from there on. `checksum`: its data are not those that
 * were compressed. `trailing data`: something stands behind its end. `too large`: it holds more than `maxBytes`.
 *
 * @since 0.1.0
 * @category errors
 */
export class CorruptArchive extends Schema.TaggedError<CorruptArchive>("@effect-didww/core/CorruptArchive")(
  "CorruptArchive",
  {
    reason: Schema.Literal("truncated", "corrupt", "checksum", "trailing data", "too large"),
    /** Compressed bytes read. */
    bytes: Schema.Int,
    /** Rows delivered. */
    rows: Schema.Int
  }
) {
  override get message(): string {
    return sentence(
      `The archive is broken (${this.reason}) near byte ${this.bytes}, after ${this.rows} rows.`,
      this.reason === "too large"
        ? "Raise maxBytes, if it may be that large."
        : this.reason === "trailing data"
        ? "If it is several archives in one, NodeGunzip reads it."
        : "Download it again."
    )
  }
}

/**
 * The archive was replaced while it was read.
 *
 * @since 0.1.0
 * @category errors
 */
export class ArchiveChanged extends Schema.TaggedError<ArchiveChanged>("@effect-didww/core/ArchiveChanged")(
  "ArchiveChanged",
  { exportId: Export.ExportId }
) {
  override get message(): string {
    return `The archive of export ${this.exportId} changed while it was read. Start again from its beginning.`
  }
}

/**
 * The file holds something else than the records of this export, and was left as it is.
 *
 * @since 0.1.0
 * @category errors
 */
export class RecordFileConflict extends Schema.TaggedError<RecordFileConflict>("@effect-didww/core/RecordFileConflict")(
  "RecordFileConflict",
  {
    path: Schema.String,
    /**
     * `no checkpoint`: nothing says whose the file is. `unreadable checkpoint`: what should say it does not. `too short`:
     * it has lost what its checkpoint says is there.
     */
    reason: Schema.Literal("another export", "no checkpoint", "unreadable checkpoint", "too short"),
    exportId: Export.ExportId
  }
) {
  override get message(): string {
    return `The records of export ${this.exportId} were not written to ${this.path} (${this.reason}). ${
      this.reason === "unreadable checkpoint" || this.reason === "too short"
        ? "Remove the file and its checkpoint to start again."
        : "Use another path."
    }`
  }
}

/**
 * A callback that did not come from DIDWW, or not whole.
 *
 * @since 0.1.0
 * @category errors
 */
export class CallbackRefused extends Schema.TaggedError<CallbackRefused>("@effect-didww/core/CallbackRefused")(
  "CallbackRefused",
  {
    /**
     * `unknown member`: the signature is right, but there is a member that nobody named. `malformed url` and `empty secret` are
     * mistakes of the receiver.
     */
    reason: Schema.Literal(
      "missing signature",
      "wrong signature",
      "malformed payload",
      "unknown member",
      "unsupported content type",
      "too large",
      "timed out",
      "malformed url",
      "empty secret"
    )
  }
) {
  override get message(): string {
    return `The callback was refused: ${this.reason}. ${refusals[this.reason]}`
  }
}

const wrongSettings = "Check the callback secret and the public URL."

const unlikeDidww = "DIDWW sends no such callback for an export."

/** What to do, or what is known. */
const refusals: Readonly<Record<CallbackRefused["reason"], string>> = {
  "missing signature": wrongSettings,
  "wrong signature": wrongSettings,
  "malformed url": wrongSettings,
  "empty secret": wrongSettings,
  "malformed payload": unlikeDidww,
  "too large": unlikeDidww,
  "unsupported content type": "DIDWW sends application/x-www-form-urlencoded.",
  "timed out": "Its body did not arrive in time.",
  "unknown member": "DIDWW sends id, type, status and url. If DIDWW has added a member, name it in furtherMembers."
}

/**
 * A filter's text that does not parse.
 *
 * @since 0.1.0
 * @category errors
 */
export class FilterSyntaxError extends Schema.TaggedError<FilterSyntaxError>("@effect-didww/core/FilterSyntaxError")(
  "FilterSyntaxError",
  {
    /** In UTF-16 units, from 0. */
    position: Schema.Int,
    expected: Schema.String,
    /** What stands there instead, shortened; empty at the end of the text. */
    found: Schema.optional(Schema.String)
  }
) {
  override get message(): string {
    const { expected, found } = this
    return `The filter is wrong at position ${this.position}: expected ${oneLine.escape(expected)}${
      found === undefined ? "" : found === "" ? ", found the end" : `, found \`${oneLine.escape(found)}\``
    }.`
  }

  /** The part of the text around the position, and a second line with a caret under it, for a terminal. */
  pointer(text: string): string {
    return oneLine.pointer(text, this.position)
  }
}

/**
 * An archive on another origin than the API's. Nothing was sent there.
 *
 * @since 0.1.0
 * @category errors
 */
export class OriginRefused extends Schema.TaggedError<OriginRefused>("@effect-didww/core/OriginRefused")(
  "OriginRefused",
  { origin: Schema.String, expected: Schema.String }
) {
  override get message(): string {
    return `The archive is at ${this.origin}, not at ${this.expected}. If you trust it, name it in downloadOrigins.`
  }
}

/**
 * The API version in use cannot do this.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnsupportedByVersion
  extends Schema.TaggedError<UnsupportedByVersion>("@effect-didww/core/UnsupportedByVersion")("UnsupportedByVersion", {
    feature: Schema.String,
    version: ApiVersion
  })
{
  override get message(): string {
    return `${this.feature} is not in API version ${this.version}. Use a later one (DIDWW_API_VERSION).`
  }
}

/**
 * @since 0.1.0
 * @category models
 */
export type DidwwError = typeof DidwwError.Type

/**
 * All of them, as one schema.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DidwwError = Schema.Union(
  Unauthorized,
  Forbidden,
  NotFound,
  InvalidRequest,
  RateLimited,
  RateLimitWaitExceeded,
  ServerError,
  UnexpectedStatus,
  TransportError,
  TimedOut,
  MalformedResponse,
  TokenRefused,
  InvalidExportRequest,
  ReferenceConflict,
  AwaitTimedOut,
  CorruptArchive,
  ArchiveChanged,
  RecordFileConflict,
  CallbackRefused,
  FilterSyntaxError,
  OriginRefused,
  UnsupportedByVersion
)

/**
 * @since 0.1.0
 * @category guards
 */
export const isDidwwError: (u: unknown) => u is DidwwError = Schema.is(DidwwError)

/**
 * What a list can fail with.
 *
 * @since 0.1.0
 * @category models
 */
export type ListError =
  | Unauthorized
  | Forbidden
  | InvalidRequest
  | RateLimited
  | RateLimitWaitExceeded
  | ServerError
  | UnexpectedStatus
  | TransportError
  | TimedOut
  | MalformedResponse
  | TokenRefused

/**
 * What reading one export can fail with.
 *
 * @since 0.1.0
 * @category models
 */
export type GetError = ListError | NotFound

/**
 * What ordering an export can fail with.
 *
 * @since 0.1.0
 * @category models
 */
export type CreateError = ListError | InvalidExportRequest

/**
 * What changing an export can fail with.
 *
 * @since 0.1.0
 * @category models
 */
export type UpdateError = GetError | UnsupportedByVersion

/**
 * What finding or ordering an export can fail with.
 *
 * @since 0.1.0
 * @category models
 */
export type EnsureError = CreateError | ReferenceConflict

/**
 * What waiting for an export can fail with.
 *
 * @since 0.1.0
 * @category models
 */
export type AwaitError = GetError | AwaitTimedOut

/**
 * What downloading an archive can fail with.
 *
 * @since 0.1.0
 * @category models
 */
export type DownloadError = GetError | OriginRefused | ArchiveChanged

/**
 * What reading the records of an archive can fail with.
 *
 * @since 0.1.0
 * @category models
 */
export type RecordsError = DownloadError | CorruptArchive
