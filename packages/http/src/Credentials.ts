/**
 * What proves to DIDWW who asks. Secrets stay `Redacted` up to the header.
 *
 * @example
 * ```ts
 * import { Credentials } from "@effect-didww/http"
 * import * as Config from "effect/Config"
 *
 * const credentials = Config.map(Config.redacted("DIDWW_API_KEY"), Credentials.apiKey)
 * ```
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"

/**
 * @since 0.1.0
 * @category models
 */
export type Credentials = ApiKey

/**
 * An API key, sent as `Api-Key` to the API's origin and nowhere else.
 *
 * @since 0.1.0
 * @category models
 */
export interface ApiKey {
  readonly _tag: "ApiKey"
  readonly key: Redacted.Redacted
}

/**
 * White space around the key, as files and variables like to add it, is dropped.
 *
 * @since 0.1.0
 * @category constructors
 */
export const apiKey = (key: Redacted.Redacted): Credentials => ({
  _tag: "ApiKey",
  key: Redacted.make(Redacted.value(key).trim())
})
