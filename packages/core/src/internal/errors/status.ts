/** Failures by the status of the answer. */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { after, answered, retryAfter, said, sentence } from "./words.js"

const noReason = "no reason given."

/**
 * 401: the credentials were refused, or cannot be sent at all (`attempts` is 0). The same key or token is never tried again. A
 * fresh token, or a key that was replaced meanwhile, was tried once.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>("@effect-didww/core/Unauthorized")("Unauthorized", {
  ...answered,
  status: Schema.optional(Schema.Int),
  /** Which credentials. Default: `key`. */
  credentials: Schema.optional(Schema.Literal("key", "token"))
}) {
  override get message(): string {
    return sentence(
      this.status === undefined ? "The credentials were not sent:" : "DIDWW refused the credentials (401):",
      said(this) ?? noReason,
      this.credentials === "token"
        ? "A fresh token was refused too. Check the token's audience, this machine's clock, and that the API (DIDWW_API_URL) and the token service (DIDWW_TOKEN_URL) belong together."
        : "Check the API key (DIDWW_API_KEY), and that it belongs to this environment: production and sandbox have different keys. An account on API version 2026-11-19 accepts bearer tokens only."
    )
  }
}

/**
 * 403: the credentials are valid, but do not allow this.
 *
 * @since 0.1.0
 * @category errors
 */
export class Forbidden extends Schema.TaggedError<Forbidden>("@effect-didww/core/Forbidden")("Forbidden", answered) {
  override get message(): string {
    return sentence(
      "DIDWW does not allow this (403):",
      said(this) ?? noReason,
      this.errors.some(({ code }) => code === "insufficient_scope")
        ? "Request a token with scope full."
        : "Ask for the permission."
    )
  }
}

/**
 * 404: the export does not exist, or no longer. Completed exports are deleted after a month.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotFound extends Schema.TaggedError<NotFound>("@effect-didww/core/NotFound")("NotFound", answered) {
  override get message(): string {
    return sentence(
      "DIDWW has no such export (404):",
      said(this) ?? noReason,
      "Completed exports are deleted after a month."
    )
  }
}

/**
 * 400 or 422: the server names each problem, and may repeat values of the request. Or the query was refused before it was sent
 * (`attempts` is 0).
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>("@effect-didww/core/InvalidRequest")(
  "InvalidRequest",
  { ...answered, status: Schema.optional(Schema.Int) }
) {
  override get message(): string {
    const problems = this.errors.map(({ code, detail, pointer, title }) =>
      sentence(detail ?? title ?? "no reason given", pointer && `at ${pointer}`, code && `(code ${code})`)
    )
    return sentence(
      this.status === undefined ? "The request was not sent:" : `DIDWW refused the request (${this.status}):`,
      problems.length === 0 ? noReason : `${problems.join("; ")}.`
    )
  }
}

/**
 * 429, for longer than the client retries.
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
      `DIDWW rate limited the request (429) ${after(this)}.`,
      this.retryAfter && `It asked to wait ${Duration.format(this.retryAfter)}.`,
      "Lower the client's rate limit if other programs use the same key, or allow more retries."
    )
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
      said(this),
      "Try later.",
      this.requestId && `Request id: ${this.requestId}.`
    )
  }
}

/**
 * A status that DIDWW does not document here, such as a redirect. Redirects are never followed.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnexpectedStatus extends Schema.TaggedError<UnexpectedStatus>("@effect-didww/core/UnexpectedStatus")(
  "UnexpectedStatus",
  { ...answered, ...retryAfter }
) {
  override get message(): string {
    const isRedirect = this.status === 0 || (this.status >= 300 && this.status < 400)
    return sentence(
      isRedirect
        ? `The server answered with a redirect (${this.status}). Redirects are not followed, so that no other server gets the key.`
        : `The server answered ${this.status} ${after(this)}.`,
      said(this),
      "Check the API's URL (DIDWW_API_URL)."
    )
  }
}
