/**
 * Plans what to request of DIDWW, and when. A plan is a pure function of the manifests, the ledger and the time.
 *
 * DIDWW has the records of the current month of UTC and of the two months before it. A plan takes this time, removes what the
 * destination has, and cuts the rest into windows. It knows no "last run": a missed window stays planned until it is loaded, or
 * until DIDWW has deleted it.
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
  /** Keeps the window that contains this instant, and all later ones. Default: everything that DIDWW has at the first run. */
  readonly since?: DateTime.Utc | undefined
  /** The length of a window. Default: `day`. */
  readonly window?: "day" | "month" | undefined
  /** The zone whose days and months are windows. Default: UTC. */
  readonly zone?: DateTime.TimeZone | undefined
  /**
   * How long after its end a window is first requested, at least 10 minutes. It is provisional until it settles. Default: 2 hours.
   */
  readonly provisionalAfter?: Duration.DurationInput | undefined
  /** How long after its end a window settles. DIDWW may record calls of the window until then. Default: 26 hours. */
  readonly settleAfter?: Duration.DurationInput | undefined
  /** How long after its request a window with suspiciously few rows is requested again. Default: 24 hours. */
  readonly confirmAfter?: Duration.DurationInput | undefined
  /** How long after its request an export is overdue. Default: 6 hours. */
  readonly overdueAfter?: Duration.DurationInput | undefined
  /** Whether each month is compared with one export of the whole month, from 3 days after its end. Default: true. */
  readonly audit?: boolean | undefined
}

/**
 * The documents of a destination's ledger. `Sync` reads them.
 *
 * @since 0.1.0
 * @category models
 */
export interface State extends state.State {}

/**
 * The input of a plan.
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
 * - `missing`: the destination does not have the window.
 * - `settled`: the destination has a provisional window, which has settled.
 * - `suspicious`: the window has no rows, or too few.
 * - `audit`: the export of the whole month has other rows.
 * - `again`: an earlier run began to replace the window, or somebody asked for it.
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
  /** The request that an earlier run sent, or was about to send. */
  readonly intent: state.Intent | undefined
  /** The manifest of the window, if the destination has it. */
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
  /** The windows to compare with the export. */
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
  /** When the state ends. For a lost window, when DIDWW deleted it. */
  readonly at: DateTime.Utc
}

/**
 * A window that DIDWW deleted before the destination had it, or before it settled.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lost extends Standing {
  readonly isAcknowledged: boolean
}

/**
 * How complete an account and a type are.
 *
 * @since 0.1.0
 * @category models
 */
export interface Track {
  readonly account: string
  readonly exportType: ExportType
  /** The instant from which records are kept. */
  readonly since: DateTime.Utc
  /** Every record before this instant is in the destination, or its loss is acknowledged. */
  readonly completeUntil: DateTime.Utc
  /** How many missing windows DIDWW deletes next, and when. `undefined` if no window is missing. */
  readonly nextLoss: { readonly at: DateTime.Utc; readonly windows: number } | undefined
}

/**
 * The windows to request, and the state of the others.
 *
 * @since 0.1.0
 * @category models
 */
export interface Plan {
  /** The windows to request, sorted by deadline and then by time. */
  readonly pulls: ReadonlyArray<PlannedPull>
  readonly audits: ReadonlyArray<PlannedAudit>
  /**
   * Whether all requests must go out before any download. It is true if DIDWW deletes a planned window within 72 hours. An archive
   * lives longer.
   */
  readonly isUrgent: boolean
  readonly tracks: ReadonlyArray<Track>
  /** Windows that are too young to be requested. */
  readonly waiting: ReadonlyArray<Standing>
  /** Windows whose exports are not ready `overdueAfter` their requests. They stay planned. */
  readonly overdue: ReadonlyArray<Standing>
  /** Windows with suspiciously few rows. They are requested again later. */
  readonly suspicious: ReadonlyArray<Standing>
  /** Windows that were loaded before they settled. They are replaced later. */
  readonly provisional: ReadonlyArray<Standing>
  /** Windows that were requested again after an audit, and still differ from it. */
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
