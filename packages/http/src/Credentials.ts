/**
 * How requests are authenticated. Secrets stay `Redacted` up to the header.
 *
 * @example
 * ```ts
 * import { Credentials } from "@effect-didww/http"
 * import * as Config from "effect/Config"
 *
 * const key = Config.map(Config.redacted("DIDWW_API_KEY"), Credentials.apiKey)
 *
 * // tokens that can only read, minted from the key when they are needed
 * const token = Config.map(
 *   Config.redacted("DIDWW_API_KEY"),
 *   (key) => Credentials.bearer(key, { scope: "read", lifetime: "5 minutes" })
 * )
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

/**
 * An API key, or tokens that are minted from one.
 *
 * @since 0.1.0
 * @category models
 */
export type Credentials = ApiKey | Bearer

/**
 * An API key, or an effect that reads one. Use an effect for a key that is replaced while the program runs: the client reads
 * it at the first use, and once again after a 401. The client does not show the effect's failure, which may hold the key.
 *
 * @since 0.1.0
 * @category models
 */
export type Key = Redacted.Redacted | Effect.Effect<Redacted.Redacted, unknown>

/**
 * An API key, sent as `Api-Key` to the API's origin only. API version 2026-11-19 takes only tokens: for this version the
 * client mints them from the key, as with `bearer`.
 *
 * @since 0.1.0
 * @category models
 */
export interface ApiKey {
  readonly _tag: "ApiKey"
  readonly key: Effect.Effect<Redacted.Redacted, unknown>
}

/**
 * Tokens, minted from an API key. The key is sent to the token service only, and a token to the API's origin only.
 *
 * @since 0.1.0
 * @category models
 */
export interface Bearer extends TokenRequest {
  readonly _tag: "Bearer"
  readonly key: Effect.Effect<Redacted.Redacted, unknown>
}

/**
 * The properties that the client requests for a token.
 *
 * @since 0.1.0
 * @category models
 */
export interface TokenRequest {
  readonly scope: "full" | "read"
  readonly audience: string
  /** DIDWW keeps it between one minute and one hour. */
  readonly lifetime: Duration.Duration
}

/**
 * The options of `bearer`.
 *
 * @since 0.1.0
 * @category models
 */
export interface BearerOptions {
  /** `read` cannot create or change exports. Default: `full`. */
  readonly scope?: "full" | "read" | undefined
  /** Default: `api.didww.com`, in the sandbox too. */
  readonly audience?: string | undefined
  /** Default: 15 minutes. */
  readonly lifetime?: Duration.DurationInput | undefined
}

/**
 * Authenticates with an API key. White space around the key, which files and variables often have, is removed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const apiKey = (key: Key): Credentials => ({ _tag: "ApiKey", key: read(key) })

/**
 * Authenticates with tokens. The client mints a token at the first use, and renews it before it expires, once for all fibers.
 * When a token is refused, the client replaces it and sends the request again, once.
 *
 * @since 0.1.0
 * @category constructors
 */
export const bearer = (key: Key, options: BearerOptions = {}): Credentials => ({
  _tag: "Bearer",
  key: read(key),
  scope: options.scope ?? "full",
  audience: options.audience ?? "api.didww.com",
  lifetime: Duration.decode(options.lifetime ?? "15 minutes")
})

const read = (key: Key): Effect.Effect<Redacted.Redacted, unknown> =>
  Redacted.isRedacted(key) ? Effect.succeed(key) : key
