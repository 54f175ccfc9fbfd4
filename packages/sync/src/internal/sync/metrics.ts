/** The metrics of runs, and how they are updated. */
import type { ExportType } from "@effect-didww/core/Export"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { Labels, State } from "../../Metrics.js"
import type { Plan } from "../../Plan.js"
import type { Report } from "../../Sync.js"
import { rowsOf } from "../pull/totals.js"

export const exports = (outcome: string): Metric.Metric.Counter<number> =>
  Metric.tagged(
    Metric.counter("didww_sync_exports", { description: "Exports that runs used", incremental: true }),
    "outcome",
    outcome
  )

const labeled = <Type, In, Out>(
  metric: Metric.Metric<Type, In, Out>,
  { account, exportType }: Labels
): Metric.Metric<Type, In, Out> => metric.pipe(Metric.tagged("account", account), Metric.tagged("type", exportType))

export const rows = (labels: Labels): Metric.Metric.Counter<number> =>
  labeled(Metric.counter("didww_sync_rows", { description: "Rows that became complete", incremental: true }), labels)

export const windows = (labels: Labels, state: State): Metric.Metric.Gauge<number> =>
  Metric.tagged(
    labeled(Metric.gauge("didww_sync_windows", { description: "Windows by their state" }), labels),
    "state",
    state
  )

const time = (name: string, description: string): Metric.Metric.Gauge<number> => Metric.gauge(name, { description })

export const completeUntil = (labels: Labels): Metric.Metric.Gauge<number> =>
  labeled(time("didww_sync_complete_until_seconds", "Complete before this time, in seconds since 1970"), labels)

export const nextLoss = (labels: Labels): Metric.Metric.Gauge<number> =>
  labeled(time("didww_sync_next_loss_seconds", "The time of the next loss, in seconds since 1970"), labels)

export const lastSuccess = time("didww_sync_last_success_seconds", "The end of the last run without a failure")

const seconds = (at: DateTime.Utc | undefined): number => at === undefined ? 0 : DateTime.toEpochMillis(at) / 1000

interface Window {
  readonly account: string
  readonly exportType: ExportType
}

/** Counts a run, and shows the state that it left. */
export const update = (report: Report, isClean: boolean): Effect.Effect<void> =>
  Effect.gen(function*() {
    yield* Metric.update(exports("created"), report.created)
    yield* Metric.update(exports("adopted"), report.adopted)
    yield* Metric.update(exports("wasted"), report.wasted)
    for (const manifest of report.committed) yield* Metric.update(rows(manifest.subject), rowsOf(manifest))
    const all = statesOf(report)
    for (const track of report.plan.tracks) {
      const isMine = ({ account, exportType }: Window): boolean =>
        account === track.account && exportType === track.exportType
      for (const [state, found] of all) yield* Metric.update(windows(track, state), found.filter(isMine).length)
      yield* Metric.update(completeUntil(track), seconds(track.completeUntil))
      yield* Metric.update(nextLoss(track), seconds(track.nextLoss?.at))
    }
    if (isClean) yield* Metric.update(lastSuccess, seconds(report.endedAt))
  })

const statesOf = (
  { failed, plan }: { readonly failed: Report["failed"]; readonly plan: Plan }
): ReadonlyArray<readonly [State, ReadonlyArray<Window>]> => [
  ["missing", plan.pulls.filter(({ reason }) => reason === "missing").map(({ subject }) => subject)],
  ["waiting", plan.waiting],
  ["overdue", plan.overdue],
  ["suspicious", plan.suspicious],
  ["provisional", plan.provisional],
  ["disputed", plan.disputed],
  ["lost", plan.lost.filter(({ isAcknowledged }) => !isAcknowledged)],
  ["failed", failed.map(({ subject }) => subject)]
]
