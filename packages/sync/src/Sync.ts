/**
 * Keeps every call record of accounts in a destination, and knows that none is missing.
 *
 * A run plans, requests what is missing, waits for the exports, and loads them window by window. Run it as often as you like, for
 * example every night: a run that is killed loses nothing, a record is never in the destination twice, and a window that
 * is there is not requested again. One failed window does not stop the others.
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
import type * as Effect from "effect/Effect"
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
 * What a run keeps, and where. Window and zone are those of the last run, unless the options say otherwise.
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
   * The beginning of each `externalReferenceId`, at most 20 letters, digits and `-`. Destinations with the same prefix use the same
   * exports. Default: `sync`.
   */
  readonly prefix?: string | undefined
  /** Archives that are loaded at once. Default: 2. */
  readonly downloads?: number | undefined
  /** How long a run waits for an export. The next run goes on waiting, and requests nothing again. Default: 30 minutes. */
  readonly wait?: Duration.DurationInput | undefined
  /**
   * How long an export may take to appear in the list after its creation. Where no answer came to a request, the list is read after
   * this time, before the request is sent again. Default: 90 seconds.
   */
  readonly listLag?: Duration.DurationInput | undefined
  /** Which windows to request. The run does not count as a success then. Default: all that the plan has. */
  readonly only?: ((subject: Subject) => boolean) | undefined
  /** A receiver of callbacks. Default: none; the list is read until the exports are ready. */
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
  /** The exports that callbacks said are completed. */
  readonly completed: Stream.Stream<ExportId>
}

/**
 * The failures of one window. The next run tries again.
 *
 * @since 0.1.0
 * @category models
 */
export type WindowError = DidwwError.CreateError | DidwwError.AwaitError | DidwwError.RecordsError | DestinationError

/**
 * The failures of a whole run.
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
 * What a run did.
 *
 * @since 0.1.0
 * @category models
 */
export interface Report {
  readonly startedAt: DateTime.Utc
  readonly endedAt: DateTime.Utc
  /** Exports that were requested. */
  readonly created: number
  /** Exports that existed already and were used. */
  readonly adopted: number
  /** Exports that were made twice, as far as the list shows them. */
  readonly wasted: number
  /** The windows that are complete now, and were not before or were replaced. */
  readonly committed: ReadonlyArray<Manifest>
  /** Rows that came late: those that a replaced window has more than before. */
  readonly late: number
  /** Windows whose exports are not ready. The next run goes on with them. */
  readonly waiting: ReadonlyArray<Subject>
  readonly failed: ReadonlyArray<Failure>
  readonly failedAccounts: ReadonlyArray<AccountFailure>
  /** The audits that were made, and how many of their windows differ. */
  readonly audits: ReadonlyArray<{ readonly subject: Subject; readonly differing: number }>
  /** The plan after the run. */
  readonly plan: Plan.Plan
}

/**
 * What happens during a run.
 *
 * - `Planned`: the run begins.
 * - `Requested`: an export was created. `Adopted`: an export of an earlier run, or of another destination, is used.
 * - `Foreign`: the reference belongs to an export of another request. The next generation is requested.
 * - `Ready`: the archive exists. `Gone`: it exists no more. The next generation is requested.
 * - `Loading`: rows so far. `Committed`: the window is complete. `Audited`: a whole month was compared.
 * - `Waiting`: the export is not ready, and the run waits no longer.
 * - `Failed`: a window failed. `AccountFailed`: so did everything of an account.
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
 * Makes the plan of the next run, and requests nothing. Window and zone are those of the last run, unless the options say otherwise.
 *
 * @since 0.1.0
 * @category plans
 */
export const plan = (
  options: Plan.Rules & {
    readonly destination: SyncDestination
    /** Those of the accounts that the destination keeps. Default: all. */
    readonly accounts?: ReadonlyArray<string> | undefined
    /** Those of the types that the destination keeps. Default: all. */
    readonly types?: ReadonlyArray<ExportType> | undefined
  }
): Effect.Effect<Plan.Plan, DestinationError> => standing.plan(options)

/**
 * Runs once. Fails with `DestinationInUse`, and requests nothing, while another run keeps the same destination. Failures of windows
 * and accounts are in the report.
 *
 * @since 0.1.0
 * @category runs
 */
export const run = (options: Options): Effect.Effect<Report, SyncError> => internal.run(options, () => undefined)

/**
 * Runs once, and streams what happens. The last event has the report.
 *
 * @since 0.1.0
 * @category runs
 */
export const events = (options: Options): Stream.Stream<Event, SyncError> => events_.of(options)

/**
 * Runs again and again, whenever the cron says so, and streams what happens. A run that fails as a whole is logged, and the next
 * one comes on time.
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
  /** When the last run ended that left no failure. */
  readonly lastSuccess: DateTime.Utc | undefined
  /** The records that are complete. */
  readonly records: number
}

/**
 * Says how complete a destination is, without a request.
 *
 * @since 0.1.0
 * @category plans
 */
export const status = (
  options: Plan.Rules & { readonly destination: SyncDestination }
): Effect.Effect<Status, DestinationError> => standing.status(options)

/**
 * Acknowledges losses: the lost windows among the given ones count as complete from now on. The destination keeps note of it.
 * Succeeds with the windows that were acknowledged.
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
 * Asks for windows that the destination has: the next run requests each of them once more, in the next generation. Leaves out
 * windows that DIDWW has deleted. Fails with `DestinationInUse` during a run. Succeeds with the windows that were asked for.
 *
 * @since 0.1.0
 * @category plans
 */
export const again = (
  destination: SyncDestination,
  isMeant: (subject: Subject) => boolean
): Effect.Effect<ReadonlyArray<Subject>, DestinationError> => asked.again(destination, isMeant)

/**
 * Asks for audits: the next run compares each of these months with one more export of the whole month. Leaves out months
 * that are not whole in the destination, and those that DIDWW has deleted. Fails with `DestinationInUse` during a run.
 * Succeeds with the months that were asked for, whose keys end in `.audit`.
 *
 * @since 0.1.0
 * @category plans
 */
export const auditAgain = (
  destination: SyncDestination,
  isMeant: (subject: Subject) => boolean
): Effect.Effect<ReadonlyArray<Subject>, DestinationError> => asked.audits(destination, isMeant)

/**
 * Deletes the windows that ended before a time, for ever. They do not count as lost: the destination keeps records from that time
 * on. Fails with `DestinationInUse` during a run. Succeeds with the manifests of the deleted windows.
 *
 * @since 0.1.0
 * @category runs
 */
export const prune = (
  destination: SyncDestination,
  before: DateTime.Utc
): Effect.Effect<ReadonlyArray<Manifest>, DestinationError> => pruning.prune(destination, before)

/**
 * Verifies a destination, and streams what it looks at and what it finds. The last event has the report. It may run while a sync
 * runs. The destination keeps note of the windows that are verified, for certificates.
 *
 * @since 0.1.0
 * @category verifications
 */
export const verify = (options: Verification.Options): Stream.Stream<Verification.Event, DestinationError> =>
  verifications.of(options)
