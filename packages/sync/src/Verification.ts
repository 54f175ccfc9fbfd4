/**
 * Verifications: what a destination has, compared with its manifests, with itself, and with the archives that still exist.
 *
 * A verification may run while a sync runs. It compares each finding with the newest manifest before it reports it. It never
 * deletes anything.
 *
 * @example
 * ```ts
 * import { type Destination, Sync, Verification } from "@effect-didww/sync"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * // reads a seventh of the windows, another one each day
 * const daily = (destination: Destination.SyncDestination) =>
 *   Sync.verify({ destination, sample: { part: 1, of: 7 } }).pipe(
 *     Stream.filterMap(Verification.finding),
 *     Stream.runForEach(({ message, remedy }) => Effect.logWarning(`${message} To mend it: ${remedy}.`))
 *   )
 * ```
 *
 * @since 0.1.0
 */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type { ExportType } from "@effect-didww/core/Export"
import type * as ExportsClient from "@effect-didww/http/ExportsClient"
import type * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SyncDestination } from "./Destination.js"
import { Subject, Window } from "./Manifest.js"
import type * as Plan from "./Plan.js"

/**
 * What is wrong.
 *
 * - `missing`: a window is not there although a run was successful after it, or its data are gone.
 * - `short`: fewer records are there than were loaded. `doubled`: more. `changed`: as many, but others.
 * - `damaged`: the data or their manifest cannot be read, or the manifest was changed.
 * - `stray`: data that belong to no manifest.
 * - `late`: the closing audit found other calls although the window was loaded again, or calls are outside their window.
 * - `duplicate`: the same record is in two windows. Several attempts of one call in one window are no duplicates.
 * - `archiveChanged`: DIDWW has other bytes now than were loaded.
 *
 * @since 0.1.0
 * @category models
 */
export type Class = typeof Class.Type

/**
 * The schema of a class.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Class = Schema.Literal(
  "missing",
  "short",
  "doubled",
  "changed",
  "damaged",
  "stray",
  "late",
  "duplicate",
  "archiveChanged"
)

/**
 * One thing that is wrong.
 *
 * @since 0.1.0
 * @category models
 */
export interface Finding extends Schema.Schema.Type<typeof Finding> {}

/**
 * The schema of a finding. A stray has no window.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Finding = Schema.Struct({
  class: Class,
  account: Schema.optionalWith(Subject.fields.account, { exact: true }),
  exportType: Schema.optionalWith(Subject.fields.exportType, { exact: true }),
  window: Schema.optionalWith(Window, { exact: true }),
  /** The second window of a duplicate. */
  other: Schema.optionalWith(Window, { exact: true }),
  /** The file, the table or the archive. */
  place: Schema.String,
  expected: Schema.optionalWith(Schema.String, { exact: true }),
  found: Schema.optionalWith(Schema.String, { exact: true }),
  /** Where the data are since they were taken out of the readers' sight. */
  quarantine: Schema.optionalWith(Schema.String, { exact: true }),
  /** The command that mends it, or what to do. */
  remedy: Schema.String,
  /** What is wrong, in words. */
  message: Schema.String
}).annotations({ identifier: "@effect-didww/sync/Finding" })

/**
 * A part of the windows. `{ part: 1, of: 7 }` is a seventh. It is another one each day of UTC, so that seven days read everything.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sample {
  readonly part: number
  readonly of: number
}

/**
 * What to verify.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Plan.Rules {
  readonly destination: SyncDestination
  /** The clients of the accounts whose archives are asked for, by name. Default: no archive is asked for. */
  readonly accounts?: Readonly<Record<string, ExportsClient.Service>> | undefined
  /** The windows to read, and to ask for. Duplicates are not looked for then. Default: all. */
  readonly sample?: Sample | undefined
  /** Whether to download the archives that still exist and to hash them. Default: only their sizes and ETags are compared. */
  readonly deep?: boolean | undefined
  /**
   * Whether to take a window out of the readers' sight if its data are not those that were loaded, so that the next run loads it
   * again. A window that DIDWW no longer has stays where it is. Default: false.
   */
  readonly quarantine?: boolean | undefined
  /** The bytes that the search for duplicates may use. With fewer it reads the records more often. Default: 64 MiB. */
  readonly memory?: number | undefined
}

/**
 * What a verification looks at: the data of a window, its archive, or its records beside those of the other windows.
 *
 * @since 0.1.0
 * @category models
 */
export type Check = "data" | "archive" | "duplicates"

/**
 * What happens during a verification.
 *
 * - `Looked`: a window was looked at, as one of `total`.
 * - `Found`: something is wrong.
 * - `Unasked`: the archives of an account could not be asked for any longer.
 * - `Ended`: the last event, with the report.
 *
 * @since 0.1.0
 * @category models
 */
export type Event =
  | {
    readonly _tag: "Looked"
    readonly check: Check
    readonly account: string
    readonly exportType: ExportType
    readonly window: Window
    readonly number: number
    readonly total: number
  }
  | { readonly _tag: "Found"; readonly finding: Finding }
  | { readonly _tag: "Unasked"; readonly account: string; readonly error: DidwwError.DownloadError }
  | { readonly _tag: "Ended"; readonly report: Report }

/**
 * What a verification did.
 *
 * @since 0.1.0
 * @category models
 */
export interface Report {
  readonly startedAt: DateTime.Utc
  readonly endedAt: DateTime.Utc
  /** The windows that were looked at, by check. */
  readonly looked: Readonly<Record<Check, number>>
  /** The findings, by class. */
  readonly findings: Readonly<Record<Class, number>>
  /** The accounts whose archives could not be asked for. */
  readonly unasked: ReadonlyArray<string>
}

/**
 * The finding of an event, if it has one.
 *
 * @since 0.1.0
 * @category getters
 */
export const finding = (event: Event): Option.Option<Finding> =>
  event._tag === "Found" ? Option.some(event.finding) : Option.none()
