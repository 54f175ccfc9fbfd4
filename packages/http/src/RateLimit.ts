/**
 * Limits how fast requests start, in this process. Never more than `limit` requests start within any `interval`, first
 * come, first served.
 *
 * DIDWW allows 20 requests a second for each key. Each attempt of a request takes one place before it is sent. A 429 pauses
 * all requests that use the same key, for as long as the answer says, or for one second.
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
import * as variable from "./internal/request/variable.js"

/**
 * A place in a rate limit: the request may be sent now.
 *
 * @since 0.1.0
 * @category models
 */
export interface Permit {
  /**
   * Run this effect when the response arrives: by then the server has counted the request. A request may be held up on its
   * way, and the limiter takes that into account.
   */
  readonly arrived: Effect.Effect<void>
}

/**
 * A rate limit that many requests share.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limiter {
  /** Waits for a place among the requests of this key. An interrupted wait takes no place. */
  readonly take: (key: Redacted.Redacted) => Effect.Effect<Permit, DidwwError.RateLimitWaitExceeded>
  /** Takes a place if one is free now, without a wait. Optional: without it each request uses `take`. */
  readonly tryTake?: (key: Redacted.Redacted) => Effect.Effect<Option.Option<Permit>>
  /** Gives no place to requests of this key before the time is over. */
  readonly pause: (key: Redacted.Redacted, duration: Duration.Duration) => Effect.Effect<void>
}

/**
 * The options of a limiter.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Requests within any interval, at least 1. `Infinity`, or more than a million, means no limit. Default: 20. */
  readonly limit?: number | undefined
  /** Default: one second. */
  readonly interval?: Duration.DurationInput | undefined
  /** A request that gets no place in this time fails with `RateLimitWaitExceeded`. Default: requests wait for ever. */
  readonly maxWait?: Duration.DurationInput | undefined
}

/**
 * Makes a limiter.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Limiter> => internal.make(options)

/**
 * The limiter in force. With `undefined` each client makes its own, of 20 requests a second. A limiter around a call, or
 * outside of it, replaces the one that the client was built with.
 *
 * @since 0.1.0
 * @category tags
 */
export class RateLimit extends Context.Reference<RateLimit>()<"@effect-didww/http/RateLimit", Limiter | undefined>(
  "@effect-didww/http/RateLimit",
  { defaultValue: () => undefined }
) {}

/**
 * Provides one limiter with these options.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<RateLimit> => Layer.effect(RateLimit, make(options))

/**
 * The options from the environment: `DIDWW_RATE_LIMIT` (requests), `DIDWW_RATE_INTERVAL` and `DIDWW_RATE_MAX_WAIT`
 * (durations such as `1 second`). Each may be unset or blank.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<Options> = Config.all({
  limit: variable.whole("DIDWW_RATE_LIMIT", 1),
  interval: variable.duration("DIDWW_RATE_INTERVAL", "more than zero"),
  maxWait: variable.duration("DIDWW_RATE_MAX_WAIT", "zero")
})

/**
 * Provides one limiter with the options of a `Config`. Default: `config`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Config.Config<Options> = config
): Layer.Layer<RateLimit, ConfigError.ConfigError> => Layer.effect(RateLimit, Effect.flatMap(options, make))

/**
 * Removes the client's limit. DIDWW's own limit remains.
 *
 * @since 0.1.0
 * @category layers
 */
export const none: Layer.Layer<RateLimit> = layer({ limit: Infinity })
