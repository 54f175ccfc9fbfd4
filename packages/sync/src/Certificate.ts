/**
 * Certificates: the proof that a destination has every call record of a month.
 *
 * A certificate holds the sealed manifests of a month's windows, which leave no gap and do not overlap, the totals, and the closing
 * audit. Each link of its chain of SHA-256 has the hash of the link before it, so that a later change of any part shows. Somebody
 * else can check it with the certificate and the destination alone.
 *
 * @example
 * ```ts
 * import { Certificate, type Destination } from "@effect-didww/sync"
 * import * as Effect from "effect/Effect"
 *
 * const october = (destination: Destination.SyncDestination) =>
 *   Effect.gen(function*() {
 *     const certificate = yield* Certificate.make({
 *       destination,
 *       account: "acme",
 *       exportType: "cdr_in",
 *       month: "2026-10"
 *     })
 *     return yield* Certificate.check(certificate, destination)
 *   })
 * ```
 *
 * @since 0.1.0
 */
import * as Export from "@effect-didww/core/Export"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { DestinationError, SyncDestination } from "./Destination.js"
import * as checking from "./internal/certificate/check.js"
import * as internal from "./internal/certificate/make.js"
import { Manifest, Subject } from "./Manifest.js"

/**
 * How much is proved of a month, from the least to the most.
 *
 * - `incomplete`: calls of the month may be missing.
 * - `tiled`: settled windows with sealed manifests cover the month once.
 * - `verified`: the data of all windows were read again, and are as they were loaded. No record is in two windows.
 * - `audited`: one export of the whole month has the same rows.
 *
 * @since 0.1.0
 * @category models
 */
export type Level = typeof Level.Type

/**
 * The schema of a level.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Level = Schema.Literal("incomplete", "tiled", "verified", "audited")

/**
 * A certificate of one account, type and month.
 *
 * @since 0.1.0
 * @category models
 */
export interface Certificate extends Schema.Schema.Type<typeof Certificate> {}

/**
 * The schema of a certificate.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Certificate = Schema.Struct({
  version: Schema.Literal(1),
  account: Subject.fields.account,
  exportType: Subject.fields.exportType,
  /** The month, such as `2026-10`. */
  month: Schema.String.pipe(Schema.pattern(/^\d{4}-(?:0[1-9]|1[0-2])$/)),
  /** The first instant of the month, and the first one after it. */
  from: Schema.DateTimeUtc,
  to: Schema.DateTimeUtc,
  /** A window was requested at least so many hours after its end, unless the audit has the same rows. */
  settleHours: Schema.NonNegative,
  /** When the certificate was made. */
  madeAt: Schema.DateTimeUtc,
  level: Level,
  /** Why the level is not higher. */
  reasons: Schema.Array(Schema.String),
  /** The windows by time. */
  links: Schema.Array(Schema.Struct({
    manifest: Manifest,
    /** When the data were last read, and found as they were loaded. */
    verifiedAt: Schema.optionalWith(Schema.DateTimeUtc, { exact: true }),
    /** The SHA-256 of the link before it and of this one. */
    hash: Schema.String
  })),
  /** What all windows have together. */
  totals: Schema.Struct({
    records: Schema.NonNegativeInt,
    rejected: Schema.NonNegativeInt,
    sums: Schema.Record({ key: Schema.String, value: Schema.String }),
    rowsHash: Schema.String
  }),
  /** The closing audit, if it was made. */
  audit: Schema.optionalWith(
    Schema.Struct({
      exportId: Export.ExportId,
      requestedAt: Schema.DateTimeUtc,
      archiveSha256: Schema.String,
      rows: Schema.NonNegativeInt,
      rowsHash: Schema.String
    }),
    { exact: true }
  ),
  /** The SHA-256 of the last link and of everything else. Keep it elsewhere too: it proves that nobody made another certificate. */
  digest: Schema.String
}).annotations({ identifier: "@effect-didww/sync/Certificate" })

/**
 * The subject of a certificate.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly destination: SyncDestination
  readonly account: string
  readonly exportType: Export.ExportType
  /** A month such as `2026-10`. */
  readonly month: string
  /** The zone of the month. Default: the zone by whose days the destination is kept, or UTC. */
  readonly zone?: DateTime.TimeZone | undefined
  /** How long after its end a window settles, as in `Plan.Rules`. Default: 26 hours. */
  readonly settleAfter?: Duration.DurationInput | undefined
}

/**
 * The month is not written as `2026-10`.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidMonth extends Schema.TaggedError<InvalidMonth>("@effect-didww/sync/InvalidMonth")("InvalidMonth", {
  month: Schema.String
}) {
  override get message(): string {
    return `${JSON.stringify(this.month)} is not a month. Write it as 2026-10.`
  }
}

/**
 * Makes a certificate from the manifests and the ledger. It reads no data: `Sync.verify` does, and the ledger keeps what it found.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<Certificate, DestinationError | InvalidMonth> =>
  Schema.is(Certificate.fields.month)(options.month)
    ? internal.make(options)
    : Effect.fail(new InvalidMonth({ month: options.month }))

/**
 * What a check found.
 *
 * @since 0.1.0
 * @category models
 */
export interface Checked {
  /** The level that holds. It may be higher than the level of the certificate. */
  readonly level: Level
  /** Why the level is not higher. */
  readonly reasons: ReadonlyArray<string>
}

/**
 * Checks a certificate. Trusts only what the certificate says and what the destination holds: it computes all hashes and totals
 * again, reads all data, and looks for records that are in two windows.
 *
 * @since 0.1.0
 * @category checks
 */
export const check = (
  certificate: Certificate,
  destination: SyncDestination
): Effect.Effect<Checked, DestinationError> => checking.check(certificate, destination)

/**
 * Says in one line what a certificate proves.
 *
 * @since 0.1.0
 * @category getters
 */
export const line = ({ account, digest, exportType, level, links, month, totals }: Certificate): string =>
  `${account} ${exportType} ${month}: ${level}, ${links.length} windows, ${totals.records} records, ${totals.rejected} ` +
  `rejected rows, SHA-256 ${digest}`
