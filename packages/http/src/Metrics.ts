/**
 * The metrics of the client, for an application that reads or exports them.
 *
 * @example
 * ```ts
 * import { Metrics } from "@effect-didww/http"
 * import * as Effect from "effect/Effect"
 * import * as Metric from "effect/Metric"
 *
 * const retries = Effect.map(Metric.value(Metrics.retries), ({ count }) => count)
 * ```
 *
 * @since 0.1.0
 */
import type * as Metric from "effect/Metric"
import * as internal from "./internal/request/metrics.js"

/**
 * How long attempts took, in seconds, with OpenTelemetry's name and attributes: `http.client.request.duration`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const requestDuration: Metric.Metric.Histogram<number> = internal.requestDuration

/**
 * How long requests waited for a place in the rate limit, in seconds: `didww_client_rate_limit_wait`. Requests that did not
 * wait are not included.
 *
 * @since 0.1.0
 * @category metrics
 */
export const rateLimitWait: Metric.Metric.Histogram<number> = internal.rateLimitWait

/**
 * Requests sent, with each attempt counted: `didww_client_requests`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const requests: Metric.Metric.Counter<number> = internal.requests

/**
 * Requests that were sent again: `didww_client_retries`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const retries: Metric.Metric.Counter<number> = internal.retries

/**
 * Records read from archives: `didww_client_rows` with `outcome` `record`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const recordRows: Metric.Metric.Counter<number> = internal.recordRows

/**
 * Rows of archives that could not be read: `didww_client_rows` with `outcome` `rejected`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const rejectedRows: Metric.Metric.Counter<number> = internal.rejectedRows
