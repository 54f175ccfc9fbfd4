/**
 * The callback that DIDWW sends once an export completes, while the account has an enabled callback secret. It comes at
 * least once, without a number of the attempt: whoever receives it must be idempotent on `id`.
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
import { CallbackRefused } from "./DidwwError.js"
import { ExportId } from "./Export.js"
import * as internal from "./internal/signature.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Callback extends Schema.Schema.Type<typeof Callback> {}

/**
 * @since 0.1.0
 * @category schemas
 */
export const Callback = Schema.Struct({
  id: ExportId,
  type: Schema.Literal("exports"),
  // versions before 2026-04-16 write statuses with a capital
  status: Schema.compose(Schema.Lowercase, Schema.Literal("completed")),
  /** Where the archive is; absent before 2026-04-16. */
  url: Schema.optionalWith(Schema.String, { exact: true })
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
 * The header with the signature.
 *
 * @since 0.1.0
 * @category constants
 */
export const signatureHeader = "x-didww-signature"

/**
 * Signs as DIDWW does: lower-case hex of HMAC-SHA1 over the URL, its port always explicit and nothing else of it
 * changed, and the payload's names and values, sorted by name. For GET the URL is the whole one, payload included. Fails
 * only for a URL that is no http address, and for an empty secret.
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
  /** More than one while a secret is replaced. */
  readonly secrets: NonEmptyReadonlyArray<Redacted.Redacted>
  /** The same as in `Received`. Default: no other member. */
  readonly furtherMembers?: ReadonlyArray<string> | undefined
}): Effect.Effect<void, CallbackRefused> =>
  Effect.flatMap(
    internal.parseUrl(options.url),
    (url) => internal.verify(url, options.payload, options.signature, options)
  )

/**
 * What both forms of a callback are checked against.
 *
 * @since 0.1.0
 * @category models
 */
export interface Received {
  /**
   * The callback URL as DIDWW was given it, to the letter: behind a proxy a server does not see it, and `URL` changes it.
   */
  readonly publicUrl: string
  /** The value of `X-DIDWW-Signature`. */
  readonly signature: string | undefined
  /** More than one while a secret is replaced. */
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
 * The callback of a POST, whose body is a form.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromPost = Effect.fnUntraced(function*(
  received: Received & {
    /** As it came. */
    readonly body: string
  }
): Effect.fn.Return<Callback, CallbackRefused> {
  const payload = yield* internal.members(received.body, "")
  yield* verify({ ...received, url: received.publicUrl, payload })
  return yield* decode(payload)
})

/**
 * The callback of a GET, whose payload stands in the query, behind what the public URL has in its own.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromGet = Effect.fnUntraced(function*(
  received: Received & {
    /** As it came, still encoded, without its `?`. */
    readonly query: string
  }
): Effect.fn.Return<Callback, CallbackRefused> {
  const url = yield* internal.parseUrl(received.publicUrl)
  const payload = yield* internal.members(received.query, url.query)
  yield* internal.verify({ ...url, query: `?${received.query}` }, payload, received.signature, received)
  return yield* decode(payload)
})
