/**
 * Webhooks: the callback that DIDWW sends when an export completes, if the account has an enabled callback secret. Delivery is
 * at least once, and no attempt has a number: make your handler idempotent by `id`.
 *
 * @example
 * ```ts
 * import { Callback } from "@effect-didww/core"
 * import * as Redacted from "effect/Redacted"
 *
 * const received = (body: string, signature: string | undefined) =>
 *   Callback.fromPost({
 *     publicUrl: "https://example.com/didww",
 *     secrets: [Redacted.make("the callback secret")],
 *     body,
 *     signature
 *   })
 * ```
 *
 * @since 0.1.0
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { ExportId } from "./Export.js"
import * as internal from "./internal/callback/signature.js"
import { CallbackRefused } from "./internal/errors/callback.js"
import { compose, exact } from "./internal/schema.js"

export { CallbackRefused } from "./internal/errors/callback.js"

/**
 * The callback of a completed export.
 *
 * @since 0.1.0
 * @category models
 */
export interface Callback extends Schema.Schema.Type<typeof Callback> {}

/**
 * The schema of a callback.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Callback = Schema.Struct({
  id: ExportId,
  type: Schema.Literal("exports"),
  // versions before 2026-04-16 write a status with a capital
  status: compose(Schema.Lowercase, Schema.Literal("completed")),
  /** Where the archive is. Absent before 2026-04-16. */
  url: exact(Schema.String)
}).annotations({ identifier: "@effect-didww/core/Callback" })

/**
 * The members of a callback by name, decoded.
 *
 * @since 0.1.0
 * @category models
 */
export interface Payload {
  readonly [name: string]: string
}

/**
 * The name of the header with the signature.
 *
 * @since 0.1.0
 * @category constants
 */
export const signatureHeader = "x-didww-signature"

/**
 * Signs as DIDWW does: HMAC-SHA1 over the URL and over the names and values of the payload, sorted by name, in lower-case hex.
 * The port of the URL is always explicit, and the rest of the URL unchanged. For GET the URL is the whole one, payload included.
 * Fails for an empty secret, and for a URL that is not http or https.
 *
 * @since 0.1.0
 * @category signing
 */
export const sign = (options: {
  readonly url: string
  readonly payload: Payload
  readonly secret: Redacted.Redacted
}): Effect.Effect<string, CallbackRefused> => internal.sign(options.url, options.payload, options.secret)

/**
 * Verifies a signature. Succeeds if one of the secrets made it, and if the payload has no member but `id`, `type`, `status`,
 * `url` and those in `furtherMembers`. A signature has 40 lower-case hex digits. Compares in constant time.
 *
 * @since 0.1.0
 * @category signing
 */
export const verify = (options: {
  readonly url: string
  readonly payload: Payload
  readonly signature: string | undefined
  /** Several secrets while one replaces the other. */
  readonly secrets: NonEmptyReadonlyArray<Redacted.Redacted>
  /** The same as in `VerifyOptions`. Default: no other member. */
  readonly furtherMembers?: ReadonlyArray<string> | undefined
}): Effect.Effect<void, CallbackRefused> =>
  Effect.flatMap(
    internal.parseUrl(options.url),
    (url) => internal.verify(url, options.payload, options.signature, options)
  )

/**
 * The options that a callback by either method is verified with.
 *
 * @since 0.1.0
 * @category models
 */
export interface VerifyOptions {
  /**
   * The callback URL exactly as DIDWW was given it. A server behind a proxy does not see it, and the class `URL` changes it.
   */
  readonly publicUrl: string
  /** The value of `X-DIDWW-Signature`. */
  readonly signature: string | undefined
  /** Several secrets while one replaces the other. */
  readonly secrets: NonEmptyReadonlyArray<Redacted.Redacted>
  /**
   * Names of members to accept beside `id`, `type`, `status` and `url`, for the day when DIDWW adds one. The signature joins
   * names and values without separators, so each name that you add is one that a forger can use. The members of the public
   * URL's own query need no entry. Default: no other member.
   */
  readonly furtherMembers?: ReadonlyArray<string> | undefined
}

const decodePayload = Schema.decodeUnknown(Callback)

const decode = (payload: Payload): Effect.Effect<Callback, CallbackRefused> =>
  Effect.mapError(decodePayload(payload), () => new CallbackRefused({ reason: "malformed payload" }))

/**
 * Verifies and decodes a callback by POST, whose body is a form.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromPost = Effect.fnUntraced(function*(
  received: VerifyOptions & {
    /** The body as it came. */
    readonly body: string
  }
): Effect.fn.Return<Callback, CallbackRefused> {
  const payload = yield* internal.members(received.body, "")
  yield* verify({ ...received, url: received.publicUrl, payload })
  return yield* decode(payload)
})

/**
 * Verifies and decodes a callback by GET, whose payload stands in the query, behind the public URL's own query.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromGet = Effect.fnUntraced(function*(
  received: VerifyOptions & {
    /** The query as it came, still encoded, without its `?`. */
    readonly query: string
  }
): Effect.fn.Return<Callback, CallbackRefused> {
  const url = yield* internal.parseUrl(received.publicUrl)
  const payload = yield* internal.members(received.query, url.query)
  yield* internal.verify({ ...url, query: `?${received.query}` }, payload, received.signature, received)
  return yield* decode(payload)
})
