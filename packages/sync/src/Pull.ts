/**
 * One pull: from a request to the records in a destination. Run it again after a failure or a kill, as often as you like: the
 * export is requested once, and each row is in the destination once.
 *
 * A pull asks its destination before it requests anything. A window that is complete costs no request. The archive is hashed
 * while it is read, and the window becomes visible only after the archive has proved to be whole.
 *
 * @example
 * ```ts
 * import { ExportRequest } from "@effect-didww/core"
 * import { FileDestination, Pull } from "@effect-didww/sync"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 *
 * const lastMonth = Effect.gen(function*() {
 *   const calls = yield* FileDestination.directory("calls", { format: "ndjson.gz" })
 *   const month = ExportRequest.lastMonth(yield* DateTime.now)
 *   const externalReferenceId = `calls-${DateTime.formatIsoDateUtc(month.from)}`
 *   return yield* Pull.run(ExportRequest.cdrIn({ ...month, externalReferenceId }), calls)
 * })
 * ```
 *
 * @since 0.1.0
 */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type * as ExportRequest from "@effect-didww/core/ExportRequest"
import type * as ExportsClient from "@effect-didww/http/ExportsClient"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Destination, DestinationError } from "./Destination.js"
import { utc } from "./internal/calendar.js"
import * as internal from "./internal/pull/run.js"
import { windowOf } from "./internal/pull/subject.js"
import { type Manifest, Subject } from "./Manifest.js"

/**
 * The options that complete the subject of a pull.
 *
 * @since 0.1.0
 * @category models
 */
export interface SubjectOptions {
  /** The name of the account. Default: `default`. */
  readonly account?: string | undefined
  /** Counts the requests for the same window, from 1. A later one replaces the records of an earlier one. Default: 1. */
  readonly generation?: number | undefined
  /** The zone whose days and months are windows. Default: UTC. */
  readonly zone?: DateTime.TimeZone | undefined
}

/**
 * The options of a pull.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends SubjectOptions, Omit<ExportsClient.RecordsOptions, "exportType" | "onBytes"> {
  /** How to wait until DIDWW has made the export. Default: the defaults of `awaitCompleted`. */
  readonly await?: ExportsClient.AwaitOptions | undefined
}

/**
 * The name of the account cannot be part of a path, or looks like a number there. Nothing was requested.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidAccount extends Schema.TaggedError<InvalidAccount>("@effect-didww/sync/InvalidAccount")(
  "InvalidAccount",
  { account: Schema.String }
) {
  override get message(): string {
    return `${
      JSON.stringify(this.account)
    } is not a valid account name. Use lower-case letters, digits, _ and -, and ` +
      "begin with a letter."
  }
}

/**
 * The failures of a pull: those of the client, and those of the destination.
 *
 * @since 0.1.0
 * @category models
 */
export type PullError =
  | DidwwError.EnsureError
  | DidwwError.AwaitError
  | DidwwError.RecordsError
  | DestinationError
  | InvalidAccount

/**
 * The subject of a request. If the request's period is a day or a month of the zone, that is the window. Otherwise the
 * period itself is the window.
 *
 * @since 0.1.0
 * @category constructors
 */
export const subjectOf = (request: ExportRequest.ExportRequest, options: SubjectOptions = {}): Subject => ({
  account: options.account ?? "default",
  exportType: request.exportType,
  window: windowOf(request, options.zone ?? utc),
  generation: options.generation ?? 1
})

/**
 * Brings the records of a request to a destination, and succeeds with the manifest. If the window is complete, it
 * succeeds with its manifest at once, without a request. Fails with `DestinationConflict` if the window holds the
 * records of another request.
 *
 * @since 0.1.0
 * @category pulls
 */
export const run = <R extends ExportRequest.ExportRequest & ExportRequest.Referenced>(
  request: R,
  destination: Destination,
  options: Options = {}
): Effect.Effect<Manifest, PullError, ExportsClient.ExportsClient> =>
  Effect.suspend(() => {
    const subject = subjectOf(request, options)
    return Schema.is(Subject.fields.account)(subject.account)
      ? internal.run(request, subject, destination, options)
      : new InvalidAccount({ account: subject.account })
  })
