/**
 * Plans: what to request of DIDWW, and when. A plan is pure: manifests, the ledger's documents and the time make it.
 *
 * DIDWW has the current month of UTC and the two months before it. What can be had is a set of times, and so is what a
 * destination has. A plan is the difference, cut into windows. No plan knows a "last run": a window that was missed stays
 * planned until it is there, or until DIDWW has deleted it.
 *
 * @example
 * ```ts
 * import { FileDestination, Plan } from "@effect-didww/sync"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 *
 * const missing = Effect.gen(function*() {
 *   const calls = yield* FileDestination.directory("calls", { format: "ndjson.gz" })
 *   const plan = Plan.make({
 *     tracks: [{ account: "acme", exportType: "cdr_in" }],
 *     manifests: yield* calls.manifests,
 *     now: yield* DateTime.now
 *   })
 *   return plan.pulls.map(({ subject }) => subject.window.key)
 * })
 * ```
 *
 * @since 0.1.0
 */
import type { ExportType } from "@effect-didww/core/Export"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as internal from "./internal/sync/plan.js"
import type * as state from "./internal/sync/state.js"
import type { Manifest, Subject, Window } from "./Manifest.js"

/**
 * The rules of a plan.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rules {
  /** Keeps the window that has this instant, and all later ones. Default: all that DIDWW has at the first run. */
  readonly since?: DateTime.Utc | undefined
  /** Default: `day`. */
  readonly window?: "day" | "month" | undefined
  /** The zone whose days and months are windows. Default: UTC. */
  readonly zone?: DateTime.TimeZone | undefined
  /**
   * How long after its end a window is first requested. Until it settles, it is provisional. At least 10 minutes. Default: 2 hours.
   */
  readonly provisionalAfter?: Duration.DurationInput | undefined
  /** How long after its end a window settles: calls of the window may be recorded until then. Default: 26 hours. */
  readonly settleAfter?: Duration.DurationInput | undefined
  /** How long after its request a window with suspiciously few rows is requested again. Default: 24 hours. */
  readonly confirmAfter?: Duration.DurationInput | undefined
  /** How long after its request an export is overdue. Default: 6 hours. */
  readonly overdueAfter?: Duration.DurationInput | undefined
  /** Whether each month is compared with one export of the whole month, from 3 days after its end. Default: true. */
  readonly audit?: boolean | undefined
}

/**
 * What the ledger of a destination says. `Sync` reads it.
 *
 * @since 0.1.0
 * @category models
 */
export interface State extends state.State {}

/**
 * What a plan is made of.
 *
 * @since 0.1.0
 * @category models
 */
export interface Input extends Rules {
  /** The accounts, and the types of each. */
  readonly tracks: ReadonlyArray<Pick<Track, "account" | "exportType">>
  /** The manifests of the destination. */
  readonly manifests: ReadonlyArray<Manifest>
  /** Default: an empty ledger. */
  readonly state?: State | undefined
  readonly now: DateTime.Utc
}

/**
 * Why a window is requested.
 *
 * - `missing`: the destination does not have it.
 * - `settled`: the destination has a provisional one.
 * - `suspicious`: it had no rows, or few.
 * - `audit`: the export of the whole month has other rows.
 * - `again`: an earlier run began to replace it, or somebody asked for it.
 *
 * @since 0.1.0
 * @category models
 */
export type Reason = "missing" | "settled" | "suspicious" | "audit" | "again"

/**
 * A pull to run.
 *
 * @since 0.1.0
 * @category models
 */
export interface PlannedPull {
  readonly subject: Subject
  readonly reason: Reason
  /** DIDWW deletes the records at this instant. */
  readonly deadline: DateTime.Utc
  /** The intent that an earlier run left behind. */
  readonly intent: state.Intent | undefined
  /** What the destination has now. */
  readonly manifest: Manifest | undefined
}

/**
 * A closing audit to run: one export of a whole month.
 *
 * @since 0.1.0
 * @category models
 */
export interface PlannedAudit {
  /** Its window is the month. The key ends in `.audit`. */
  readonly subject: Subject
  readonly deadline: DateTime.Utc
  readonly intent: state.Intent | undefined
  /** The windows of the month that are compared. */
  readonly manifests: ReadonlyArray<Manifest>
}

/**
 * A window of an account and a type.
 *
 * @since 0.1.0
 * @category models
 */
export interface Standing {
  readonly account: string
  readonly exportType: ExportType
  readonly window: Window
  /** When the state ends, or for a lost window when it began. */
  readonly at: DateTime.Utc
}

/**
 * A window that DIDWW deleted before the destination had it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lost extends Standing {
  readonly isAcknowledged: boolean
}

/**
 * How far an account and a type are kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface Track {
  readonly account: string
  readonly exportType: ExportType
  /** Kept from this instant on. */
  readonly since: DateTime.Utc
  /** Every record before this instant is in the destination, or its loss is acknowledged. */
  readonly completeUntil: DateTime.Utc
  /** The windows that DIDWW deletes next, if any of them is missing. */
  readonly nextLoss: { readonly at: DateTime.Utc; readonly windows: number } | undefined
}

/**
 * What to do, and the state of everything else.
 *
 * @since 0.1.0
 * @category models
 */
export interface Plan {
  /** By their deadlines, then by time. */
  readonly pulls: ReadonlyArray<PlannedPull>
  readonly audits: ReadonlyArray<PlannedAudit>
  /** Whether all requests must go out before any download, because a month is deleted within 72 hours. An archive lives longer. */
  readonly isUrgent: boolean
  readonly tracks: ReadonlyArray<Track>
  /** Windows that are too young to be requested. */
  readonly waiting: ReadonlyArray<Standing>
  /** Windows whose export was requested, and is not ready after `overdueAfter`. They stay planned. */
  readonly overdue: ReadonlyArray<Standing>
  /** Windows with suspiciously few rows that are requested again later. */
  readonly suspicious: ReadonlyArray<Standing>
  /** Windows that are replaced once they settle. */
  readonly provisional: ReadonlyArray<Standing>
  /** Windows that still differ from the export of the whole month after they were requested again. */
  readonly disputed: ReadonlyArray<Standing>
  readonly lost: ReadonlyArray<Lost>
}

/**
 * Makes a plan.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (input: Input): Plan => internal.make(input)
