/**
 * What proves to DIDWW who asks. Secrets stay `Redacted` up to the header.
 *
 * @example
 * ```ts
 * import { Credentials } from "@effect-didww/http"
 * import * as Config from "effect/Config"
 *
 * const key = Config.map(Config.redacted("DIDWW_API_KEY"), Credentials.apiKey)
 *
 * // tokens that can read and no more, minted from the key as they are needed
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
 * @since 0.1.0
 * @category models
 */
export type Credentials = ApiKey | Bearer

/**
 * An API key; or an effect that reads one, for keys that are replaced while a program runs: it is read on first use, and
 * once again after a 401. What it fails with is not shown: it may hold the key.
 *
 * @since 0.1.0
 * @category models
 */
export type Key = Redacted.Redacted | Effect.Effect<Redacted.Redacted, unknown>

/**
 * An API key, sent as `Api-Key` to the API's origin and nowhere else. API version 2026-11-19 takes tokens only: there the
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
 * Tokens, minted from an API key: the key goes to the token service and nowhere else, a token to the API's origin.
 *
 * @since 0.1.0
 * @category models
 */
export interface Bearer extends TokenRequest {
  readonly _tag: "Bearer"
  readonly key: Effect.Effect<Redacted.Redacted, unknown>
}

/**
 * What a token is asked to be.
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
 * White space around the key, as files and variables like to add it, is dropped.
 *
 * @since 0.1.0
 * @category constructors
 */
export const apiKey = (key: Key): Credentials => ({ _tag: "ApiKey", key: read(key) })

/**
 * Tokens are minted on first use, renewed before they expire, for all fibers at once. A token that is refused is replaced
 * and the request sent again, once.
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
