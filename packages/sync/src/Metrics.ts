/**
 * The metrics of `Sync`. Each run updates them when it ends. An application can read them, or export them with OpenTelemetry.
 *
 * @example
 * ```ts
 * import { Metrics } from "@effect-didww/sync"
 * import * as Effect from "effect/Effect"
 * import * as Metric from "effect/Metric"
 *
 * const requested = Effect.map(Metric.value(Metrics.exports("created")), ({ count }) => count)
 * ```
 *
 * @since 0.1.0
 */
import type { ExportType } from "@effect-didww/core/Export"
import type * as Metric from "effect/Metric"
import * as internal from "./internal/sync/metrics.js"

/**
 * The state of a window: a state of the plan, or `failed` in the last run.
 *
 * @since 0.1.0
 * @category models
 */
export type State =
  | ("missing" | "waiting" | "overdue" | "suspicious" | "provisional" | "disputed" | "lost")
  | "failed"

/**
 * An account and a type.
 *
 * @since 0.1.0
 * @category models
 */
export interface Labels {
  readonly account: string
  readonly exportType: ExportType
}

/**
 * Counts the exports of runs: `didww_sync_exports` with `outcome`. `wasted` are second exports of the same window.
 *
 * @since 0.1.0
 * @category metrics
 */
export const exports = (outcome: "created" | "adopted" | "wasted"): Metric.Metric.Counter<number> =>
  internal.exports(outcome)

/**
 * Counts the rows of loaded windows, rejected rows included: `didww_sync_rows` with `account` and `type`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const rows = (labels: Labels): Metric.Metric.Counter<number> => internal.rows(labels)

/**
 * The number of windows in a state after the last run: `didww_sync_windows` with `account`, `type` and `state`. Acknowledged losses
 * do not count.
 *
 * @since 0.1.0
 * @category metrics
 */
export const windows = (labels: Labels, state: State): Metric.Metric.Gauge<number> => internal.windows(labels, state)

/**
 * The time before which every record is in the destination, in seconds since 1970: `didww_sync_complete_until_seconds` with
 * `account` and `type`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const completeUntil = (labels: Labels): Metric.Metric.Gauge<number> => internal.completeUntil(labels)

/**
 * The time at which DIDWW deletes the next missing window, in seconds since 1970: `didww_sync_next_loss_seconds` with `account`
 * and `type`. 0 if no window is missing.
 *
 * @since 0.1.0
 * @category metrics
 */
export const nextLoss = (labels: Labels): Metric.Metric.Gauge<number> => internal.nextLoss(labels)

/**
 * The end of the last run that left no failure, in seconds since 1970: `didww_sync_last_success_seconds`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const lastSuccess: Metric.Metric.Gauge<number> = internal.lastSuccess
