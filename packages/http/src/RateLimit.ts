/**
 * How fast, in this process: never more than `limit` requests start within any `interval`, first come, first served.
 *
 * DIDWW allows 20 a second for each key. A request takes its place before it is sent, each attempt one; a 429 pauses all
 * who share the key, for as long as it says, or for a second.
 *
 * A layer is one limiter: keep it in a `const` to share it between clients. Without a layer each client has its own.
 *
 * @example
 * ```ts
 * import { RateLimit } from "@effect-didww/http"
 *
 * const half = RateLimit.layer({ limit: 10, interval: "1 second" })
 * ```
 *
 * @since 0.1.0
 */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as internal from "./internal/limit/slidingWindow.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Limiter {
  /**
   * Waits for a place among the requests of this key. Interrupted, it takes none. What it gives is to be run when the answer
   * comes: only then it is certain that the request has arrived, which can be long after it was sent.
   */
  readonly take: (key: Redacted.Redacted) => Effect.Effect<Effect.Effect<void>, DidwwError.RateLimitWaitExceeded>
  /** The same where there is a place at once; none where it would have to wait. A limiter may go without. */
  readonly tryTake?: (key: Redacted.Redacted) => Effect.Effect<Option.Option<Effect.Effect<void>>>
  /** Nobody with this key gets a place before the time is over. */
  readonly pause: (key: Redacted.Redacted, duration: Duration.Duration) => Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Requests within any interval, at least 1; `Infinity`, or over a million, for no limit. Default: 20. */
  readonly limit?: number | undefined
  /** Default: one second. */
  readonly interval?: Duration.DurationInput | undefined
  /** A request that gets no place in this time fails with `RateLimitWaitExceeded`. Default: none. */
  readonly maxWait?: Duration.DurationInput | undefined
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Limiter> => internal.make(options)

/**
 * The limiter in force; `undefined` lets each client make its own, of 20 a second. A limiter around one call, or
 * outside, beats the one that a client was built with.
 *
 * @since 0.1.0
 * @category tags
 */
export class RateLimit extends Context.Reference<RateLimit>()<"@effect-didww/http/RateLimit", Limiter | undefined>(
  "@effect-didww/http/RateLimit",
  { defaultValue: () => undefined }
) {}

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<RateLimit> => Layer.effect(RateLimit, make(options))

/**
 * `DIDWW_RATE_LIMIT` (requests), `DIDWW_RATE_INTERVAL` and `DIDWW_RATE_MAX_WAIT` (durations such as `1 second`); each
 * may be missing.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (): Layer.Layer<RateLimit, ConfigError.ConfigError> =>
  Layer.effect(RateLimit, Effect.flatMap(config, make))

/**
 * What `layerConfig` reads.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<Options> = Config.all({
  limit: Config.withDefault(Config.integer("DIDWW_RATE_LIMIT"), undefined),
  interval: Config.withDefault(Config.duration("DIDWW_RATE_INTERVAL"), undefined),
  maxWait: Config.withDefault(Config.duration("DIDWW_RATE_MAX_WAIT"), undefined)
})

/**
 * No limit. DIDWW still has its own.
 *
 * @since 0.1.0
 * @category layers
 */
export const none: Layer.Layer<RateLimit> = layer({ limit: Infinity })
