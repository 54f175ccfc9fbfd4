/**
 * Keeps every call record of accounts in a destination, and knows that none is missing.
 *
 * A run plans, requests what is missing, waits for the exports, and loads them window by window. Run it once a day, or more often.
 * After a kill the next run continues. A record is never in the destination twice, and a complete window is not requested
 * again. One failed window does not stop the others.
 *
 * @example
 * ```ts
 * import { ExportsClient } from "@effect-didww/http"
 * import { FileDestination, Sync } from "@effect-didww/sync"
 * import * as Effect from "effect/Effect"
 *
 * const nightly = Effect.gen(function*() {
 *   const acme = yield* ExportsClient.ExportsClient
 *   const destination = yield* FileDestination.directory("calls", { format: "ndjson.gz" })
 *   return yield* Sync.run({ accounts: { acme }, destination })
 * })
 * ```
 *
 * @since 0.1.0
 */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type { ExportId, ExportType } from "@effect-didww/core/Export"
import type * as ExportsClient from "@effect-didww/http/ExportsClient"
import type * as Cron from "effect/Cron"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { DestinationError, SyncDestination } from "./Destination.js"
import * as asked from "./internal/sync/asked.js"
import * as events_ from "./internal/sync/events.js"
import * as pruning from "./internal/sync/prune.js"
import * as internal from "./internal/sync/run.js"
import * as scheduling from "./internal/sync/schedule.js"
import * as standing from "./internal/sync/standing.js"
import * as verifications from "./internal/verify/events.js"
import type { Manifest, Subject } from "./Manifest.js"
import type * as Plan from "./Plan.js"
import type { InvalidAccount } from "./Pull.js"
import type * as Verification from "./Verification.js"

/**
 * The accounts to keep, and the destination. Default of `window` and `zone`: those of the last run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Plan.Rules {
  /** The clients of the accounts, by name: lower-case letters, digits, `_` and `-`, beginning with a letter. */
  readonly accounts: Readonly<Record<string, ExportsClient.Service>>
  readonly destination: SyncDestination
  /** Default: `cdr_in` and `cdr_out`. API version 2026-11-19 also has `sms_in` and `sms_out`. */
  readonly types?: ReadonlyArray<ExportType> | undefined
  /**
   * The beginning of each `externalReferenceId`: at most 20 letters, digits and `-`. Destinations with the same prefix share
   * exports. Default: `sync`.
   */
  readonly prefix?: string | undefined
  /** How many archives are loaded at once. Default: 2. */
  readonly downloads?: number | undefined
  /** How long a run waits for an export. The next run goes on waiting, and requests nothing again. Default: 30 minutes. */
  readonly wait?: Duration.DurationInput | undefined
  /**
   * How long a new export may take to appear in DIDWW's list. If a request gets no answer, the run waits for this time and reads
   * the list before it sends the request again. Default: 90 seconds.
   */
  readonly listLag?: Duration.DurationInput | undefined
  /** Chooses the windows to request. A run with this option never counts as a success. Default: all windows of the plan. */
  readonly only?: ((subject: Subject) => boolean) | undefined
  /** A receiver of callbacks. Without one, the run reads the list until the exports are ready. */
  readonly callbacks?: Callbacks | undefined
}

/**
 * A receiver of callbacks, such as `CallbackApp`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Callbacks {
  /** The address that DIDWW calls. */
  readonly url: string
  /** Default: `post`. */
  readonly method?: "get" | "post" | undefined
  /** The exports whose callbacks arrived. */
  readonly completed: Stream.Stream<ExportId>
}

/**
 * The errors of one window. The next run tries again.
 *
 * @since 0.1.0
 * @category models
 */
export type WindowError = DidwwError.CreateError | DidwwError.AwaitError | DidwwError.RecordsError | DestinationError

/**
 * The errors of a whole run.
 *
 * @since 0.1.0
 * @category models
 */
export type SyncError = DestinationError | InvalidAccount

/**
 * A window that failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  readonly subject: Subject
  readonly error: WindowError
}

/**
 * An account that failed as a whole, for example because its key was refused.
 *
 * @since 0.1.0
 * @category models
 */
export interface AccountFailure {
  readonly account: string
  readonly error: WindowError
}

/**
 * The result of a run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Report {
  readonly startedAt: DateTime.Utc
  readonly endedAt: DateTime.Utc
  /** Exports that were requested. */
  readonly created: number
  /** Exports that existed already, and that this run used. */
  readonly adopted: number
  /** Second exports of the same window that the list shows. */
  readonly wasted: number
  /** The windows that this run loaded or replaced. */
  readonly committed: ReadonlyArray<Manifest>
  /** Late rows: how many more rows the replaced windows have than before. */
  readonly late: number
  /** Windows whose exports are not ready. The next run continues with them. */
  readonly waiting: ReadonlyArray<Subject>
  readonly failed: ReadonlyArray<Failure>
  readonly failedAccounts: ReadonlyArray<AccountFailure>
  /** The audits of this run, and how many of their windows differ. */
  readonly audits: ReadonlyArray<{ readonly subject: Subject; readonly differing: number }>
  /** The plan after the run. */
  readonly plan: Plan.Plan
}

/**
 * What happens during a run.
 *
 * - `Planned`: the run begins.
 * - `Requested`: the run created an export.
 * - `Adopted`: the run uses an export of an earlier run or of another destination.
 * - `Foreign`: an export of another request has the reference. The run requests the next generation.
 * - `Ready`: the archive exists.
 * - `Gone`: the archive was deleted. The run requests the next generation.
 * - `Loading`: the rows so far.
 * - `Committed`: the window is complete.
 * - `Audited`: a whole month was compared.
 * - `Waiting`: the export is not ready, and the run stops waiting for it.
 * - `Failed`: a window failed.
 * - `AccountFailed`: an account failed as a whole.
 * - `Ended`: the last event, with the report.
 *
 * @since 0.1.0
 * @category models
 */
export type Event =
  | { readonly _tag: "Planned"; readonly plan: Plan.Plan }
  | {
    readonly _tag: "Requested" | "Adopted" | "Foreign" | "Ready" | "Gone"
    readonly subject: Subject
    readonly exportId: ExportId
  }
  | { readonly _tag: "Loading"; readonly subject: Subject; readonly progress: ExportsClient.Progress }
  | { readonly _tag: "Committed"; readonly manifest: Manifest; readonly reason: Plan.Reason; readonly late: number }
  | { readonly _tag: "Audited"; readonly subject: Subject; readonly differing: number }
  | { readonly _tag: "Waiting"; readonly subject: Subject }
  | { readonly _tag: "Failed" } & Failure
  | { readonly _tag: "AccountFailed" } & AccountFailure
  | { readonly _tag: "Ended"; readonly report: Report }

/**
 * Makes the plan of the next run. Sends no request. Default of `window` and `zone`: those of the last run.
 *
 * @since 0.1.0
 * @category plans
 */
export const plan = (
  options: Plan.Rules & {
    readonly destination: SyncDestination
    /** Some of the accounts that the destination keeps. Default: all. */
    readonly accounts?: ReadonlyArray<string> | undefined
    /** Some of the types that the destination keeps. Default: all. */
    readonly types?: ReadonlyArray<ExportType> | undefined
  }
): Effect.Effect<Plan.Plan, DestinationError> => standing.plan(options)

/**
 * Runs once. Fails with `DestinationInUse` before any request while another run writes to the destination. The report has the
 * failures of windows and accounts.
 *
 * @since 0.1.0
 * @category runs
 */
export const run = (options: Options): Effect.Effect<Report, SyncError> => internal.run(options, () => Effect.void)

/**
 * Runs once, and streams the events. The last one has the report.
 *
 * @since 0.1.0
 * @category runs
 */
export const events = (options: Options): Stream.Stream<Event, SyncError> => events_.of(options)

/**
 * Runs at the times of a cron, and streams the events. Logs the error of a run that fails as a whole, and continues with the next
 * run.
 *
 * @since 0.1.0
 * @category runs
 */
export const schedule = (options: Options, cron: Cron.Cron): Stream.Stream<Event> => scheduling.of(options, cron)

/**
 * The state of a destination.
 *
 * @since 0.1.0
 * @category models
 */
export interface Status {
  readonly plan: Plan.Plan
  /** The end of the last run without a failure. */
  readonly lastSuccess: DateTime.Utc | undefined
  /** The number of records in complete windows. */
  readonly records: number
}

/**
 * Reads how complete a destination is. Sends no request.
 *
 * @since 0.1.0
 * @category plans
 */
export const status = (
  options: Plan.Rules & { readonly destination: SyncDestination }
): Effect.Effect<Status, DestinationError> => standing.status(options)

/**
 * Acknowledges losses. The chosen lost windows count as complete from now on, and the ledger keeps the acknowledgement.
 * Succeeds with the acknowledged windows.
 *
 * @since 0.1.0
 * @category plans
 */
export const acknowledge = (
  destination: SyncDestination,
  isMeant: (lost: Plan.Lost) => boolean,
  rules: Plan.Rules = {}
): Effect.Effect<ReadonlyArray<Plan.Lost>, DestinationError> => standing.acknowledge(destination, isMeant, rules)

/**
 * Asks for complete windows again. The next run requests each of them once more, in the next generation. Leaves out windows that
 * DIDWW has deleted. Fails with `DestinationInUse` during a run. Succeeds with the windows that the next run requests.
 *
 * @since 0.1.0
 * @category plans
 */
export const again = (
  destination: SyncDestination,
  isMeant: (subject: Subject) => boolean
): Effect.Effect<ReadonlyArray<Subject>, DestinationError> => asked.again(destination, isMeant)

/**
 * Asks for audits. The next run compares each chosen month with one more export of the whole month. Leaves out months with missing
 * windows, and months that DIDWW has deleted. Fails with `DestinationInUse` during a run. Succeeds with the months that the next
 * run audits. Their keys end in `.audit`.
 *
 * @since 0.1.0
 * @category plans
 */
export const auditAgain = (
  destination: SyncDestination,
  isMeant: (subject: Subject) => boolean
): Effect.Effect<ReadonlyArray<Subject>, DestinationError> => asked.audits(destination, isMeant)

/**
 * Deletes the windows that ended before a time, for ever. They do not count as lost. Fails with `DestinationInUse` during a run.
 * Succeeds with the manifests of the deleted windows.
 *
 * @since 0.1.0
 * @category runs
 */
export const prune = (
  destination: SyncDestination,
  before: DateTime.Utc
): Effect.Effect<ReadonlyArray<Manifest>, DestinationError> => pruning.prune(destination, before)

/**
 * Verifies a destination, and streams the events. The last one has the report. A verification may run while a sync runs. The ledger
 * keeps its results for certificates.
 *
 * @since 0.1.0
 * @category verifications
 */
export const verify = (options: Verification.Options): Stream.Stream<Verification.Event, DestinationError> =>
  verifications.of(options)
