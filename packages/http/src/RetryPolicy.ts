/**
 * Says what is tried again, when, and for how long. A policy is data; a layer replaces the default one wherever it is
 * provided.
 *
 * The client tries again after 408, 425, 429, each 5xx but 501, a transport failure, and an attempt that took too long. It
 * does not try again after a failure that the same request would meet again, such as 401 or a malformed answer. A create
 * request is tried again only after a 429, or when no connection was made: after any other failure the export may exist.
 *
 * @example
 * ```ts
 * import { RetryPolicy } from "@effect-didww/http"
 * import * as Layer from "effect/Layer"
 * import * as Schedule from "effect/Schedule"
 *
 * const patient = RetryPolicy.layer({ maxAttempts: 8, totalTimeout: "10 minutes" })
 *
 * const steady = Layer.succeed(
 *   RetryPolicy.RetryPolicy,
 *   RetryPolicy.fromSchedule(Schedule.intersect(Schedule.spaced("2 seconds"), Schedule.recurs(10)))
 * )
 * ```
 *
 * @since 0.1.0
 */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schedule from "effect/Schedule"
import * as variable from "./internal/request/variable.js"

/**
 * What further attempts cost all requests of a client together, so that they do not flood a server that is down. Each
 * further attempt takes from one bucket. When the bucket is empty, a failure is final at once. Successes fill it again.
 *
 * @since 0.1.0
 * @category models
 */
export interface Budget {
  /** What the full bucket holds. It is full at first. */
  readonly capacity: number
  /** Taken for a further attempt, and given back when that attempt succeeds. */
  readonly retryCost: number
  /** The same, after an attempt that took too long. */
  readonly timeoutCost: number
  /** Given back for a success at the first attempt. */
  readonly successRefund: number
}

/**
 * A policy with all of its values.
 *
 * @since 0.1.0
 * @category models
 */
export interface Policy {
  /** Requests in all for one page or one export, the first one included. */
  readonly maxAttempts: number
  /** The n-th wait is random, between zero and `baseDelay` times two to the power of n - 1. */
  readonly baseDelay: Duration.Duration
  /** No wait is longer, except one that the server asks for. */
  readonly maxDelay: Duration.Duration
  /** The server's `Retry-After` is the least that a wait takes. If it is longer than this, the request fails at once. */
  readonly maxRetryAfter: Duration.Duration
  /** For one attempt, its body included. */
  readonly attemptTimeout: Duration.Duration
  /** For all attempts together, waits included. */
  readonly totalTimeout: Duration.Duration
  readonly budget: Budget
  /** If given, it decides on the waits and their number, in place of `baseDelay` and `maxDelay`. */
  readonly schedule?: Schedule.Schedule<unknown, DidwwError.DidwwError> | undefined
}

/**
 * The options of a policy.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Default: 5. */
  readonly maxAttempts?: number | undefined
  /** Default: 250 milliseconds. */
  readonly baseDelay?: Duration.DurationInput | undefined
  /** Default: 20 seconds. */
  readonly maxDelay?: Duration.DurationInput | undefined
  /** Default: one minute. */
  readonly maxRetryAfter?: Duration.DurationInput | undefined
  /** Default: 30 seconds. */
  readonly attemptTimeout?: Duration.DurationInput | undefined
  /** Default: 3 minutes. */
  readonly totalTimeout?: Duration.DurationInput | undefined
  /** Default: a capacity of 500, 5 for a further attempt, 10 after a timeout, 1 for a success. */
  readonly budget?: { readonly [K in keyof Budget]?: Budget[K] | undefined } | undefined
}

/**
 * Makes a policy, with the defaults for what is missing.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Policy => ({
  maxAttempts: options.maxAttempts ?? 5,
  baseDelay: Duration.decode(options.baseDelay ?? "250 millis"),
  maxDelay: Duration.decode(options.maxDelay ?? "20 seconds"),
  maxRetryAfter: Duration.decode(options.maxRetryAfter ?? "1 minute"),
  attemptTimeout: Duration.decode(options.attemptTimeout ?? "30 seconds"),
  totalTimeout: Duration.decode(options.totalTimeout ?? "3 minutes"),
  budget: {
    capacity: options.budget?.capacity ?? 500,
    retryCost: options.budget?.retryCost ?? 5,
    timeoutCost: options.budget?.timeoutCost ?? 10,
    successRefund: options.budget?.successRefund ?? 1
  }
})

/**
 * Makes a policy whose waits, and their number, are those of a schedule. The schedule's input is the failures. `Retry-After`
 * is still the least that a wait takes, and a failure that is not tried again by default is not tried again here.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromSchedule = (
  schedule: Schedule.Schedule<unknown, DidwwError.DidwwError>,
  options: Omit<Options, "baseDelay" | "maxDelay"> = {}
): Policy => ({ ...make({ maxAttempts: Infinity, ...options }), schedule })

/**
 * The policy in force. A policy around a call, or outside of it, replaces the one that the client was built with.
 *
 * @since 0.1.0
 * @category tags
 */
export class RetryPolicy
  extends Context.Reference<RetryPolicy>()<"@effect-didww/http/RetryPolicy", Policy>("@effect-didww/http/RetryPolicy", {
    defaultValue: () => make()
  })
{}

/**
 * Provides a policy with these options.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<RetryPolicy> => Layer.succeed(RetryPolicy, make(options))

/**
 * The options from the environment: `DIDWW_RETRY_MAX_ATTEMPTS`, `DIDWW_RETRY_BASE_DELAY`, `DIDWW_RETRY_MAX_DELAY`,
 * `DIDWW_RETRY_MAX_RETRY_AFTER`, `DIDWW_RETRY_ATTEMPT_TIMEOUT`, `DIDWW_RETRY_TOTAL_TIMEOUT` (durations such as
 * `20 seconds`), and `DIDWW_RETRY_BUDGET` (the budget's capacity). Each may be unset or blank.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<Options> = Config.map(
  Config.all({
    maxAttempts: variable.whole("DIDWW_RETRY_MAX_ATTEMPTS", 1),
    baseDelay: variable.duration("DIDWW_RETRY_BASE_DELAY", "zero"),
    maxDelay: variable.duration("DIDWW_RETRY_MAX_DELAY", "zero"),
    maxRetryAfter: variable.duration("DIDWW_RETRY_MAX_RETRY_AFTER", "zero"),
    attemptTimeout: variable.duration("DIDWW_RETRY_ATTEMPT_TIMEOUT", "more than zero"),
    totalTimeout: variable.duration("DIDWW_RETRY_TOTAL_TIMEOUT", "more than zero"),
    capacity: variable.whole("DIDWW_RETRY_BUDGET", 0)
  }),
  ({ capacity, ...options }) => ({ ...options, budget: { capacity } })
)

/**
 * Provides a policy with the options of a `Config`. Default: `config`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Config.Config<Options> = config
): Layer.Layer<RetryPolicy, ConfigError.ConfigError> => Layer.effect(RetryPolicy, Effect.map(options, make))

/**
 * Makes one attempt for everything. The timeouts stay.
 *
 * @since 0.1.0
 * @category layers
 */
export const none: Layer.Layer<RetryPolicy> = layer({ maxAttempts: 1 })
