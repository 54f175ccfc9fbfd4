/**
 * The manifest of a window proves what a destination holds of the window, and which export it came from.
 *
 * @example
 * ```ts
 * import { Manifest } from "@effect-didww/sync"
 * import * as Schema from "effect/Schema"
 *
 * const decode = Schema.decode(Schema.parseJson(Manifest.Manifest))
 * ```
 *
 * @since 0.1.0
 */
import * as Export from "@effect-didww/core/Export"
import * as ExportRequest from "@effect-didww/core/ExportRequest"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import * as json from "./internal/json.js"

/**
 * The time range of one pull: a calendar day or a calendar month of a zone, or any other period.
 *
 * @since 0.1.0
 * @category models
 */
export interface Window extends Schema.Schema.Type<typeof Window> {}

/**
 * The schema of a window.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Window = Schema.Struct({
  /** The first instant. */
  from: Schema.DateTimeUtc,
  /** The first instant after the window. */
  to: Schema.DateTimeUtc,
  /** The name: `2026-10-01` for a day, `2026-10` for a month, `2026-10-01T06:00:00Z_2026-10-01T07:00:00Z` for any other. */
  key: Schema.NonEmptyString
}).annotations({ identifier: "@effect-didww/sync/Window" })

/**
 * The subject of a pull: one window of one type of one account. Two pulls of the same subject replace each other.
 *
 * @since 0.1.0
 * @category models
 */
export interface Subject extends Schema.Schema.Type<typeof Subject> {}

/**
 * The schema of a subject.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Subject = Schema.Struct({
  /** The name of the account: lower-case letters, digits, `_` and `-`, beginning with a letter. */
  account: Schema.String.pipe(Schema.pattern(/^[a-z][a-z0-9_-]*$/)),
  exportType: Export.ExportType,
  window: Window,
  /** Counts the requests for the same window, from 1. A later generation replaces an earlier one. */
  generation: Schema.Int.pipe(Schema.positive())
}).annotations({ identifier: "@effect-didww/sync/Subject" })

/**
 * The manifest of a complete window.
 *
 * @since 0.1.0
 * @category models
 */
export interface Manifest extends Schema.Schema.Type<typeof Manifest> {}

/**
 * The schema of a manifest. A file of an unknown `version` is refused, and not misread.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Manifest = Schema.Struct({
  version: Schema.Literal(1),
  subject: Subject,
  /** The request that created the export, without its callback: the URL of a callback may hold a token. */
  request: ExportRequest.ExportRequest,
  exportId: Export.ExportId,
  /** When DIDWW created the export. The export has no calls that were recorded later. */
  requestedAt: Schema.DateTimeUtc,
  /** The archive's ETag, if the server gave one. */
  etag: Schema.optionalWith(Schema.String, { exact: true }),
  /** The SHA-256 of the archive's bytes, in lower-case hex. */
  archiveSha256: Schema.String,
  /** The archive's size in bytes. */
  archiveBytes: Schema.NonNegativeInt,
  /** The API version that answered, if the server said it. */
  apiVersion: Schema.optionalWith(Schema.String, { exact: true }),
  /** Records in the destination. */
  records: Schema.NonNegativeInt,
  /** Rows that could not be read. */
  rejected: Schema.NonNegativeInt,
  /** Lines of the file that the rejected rows took. */
  rejectedLines: Schema.NonNegativeInt,
  /** Texts in which a character that the destination cannot hold was replaced with U+FFFD. */
  replacedTexts: Schema.NonNegativeInt,
  /** The exact sum of each column of money, by the column's key, as a decimal number. Durations are sums of seconds. */
  sums: Schema.Record({ key: Schema.String, value: Schema.String }),
  /** The first and the last time in each column of times, by the column's key. */
  times: Schema.Record({
    key: Schema.String,
    value: Schema.Struct({ first: Schema.DateTimeUtc, last: Schema.DateTimeUtc })
  }),
  /**
   * The sum of the hashes of all rows of the archive, in 16 digits of hex. The order of the rows does not matter. The sum of a month
   * is the sum of its days.
   */
  rowsHash: Schema.String,
  /** The generation before this one. */
  previous: Schema.optionalWith(
    Schema.Struct({
      exportId: Export.ExportId,
      requestedAt: Schema.DateTimeUtc,
      /** Records and rejected rows. */
      rows: Schema.NonNegativeInt,
      rowsHash: Schema.String
    }),
    { exact: true }
  ),
  /** When the window was completed. */
  completedAt: Schema.DateTimeUtc,
  /** The data file below the destination's root, its size in bytes and its SHA-256. A table has none. */
  file: Schema.optionalWith(
    Schema.Struct({
      path: Schema.String,
      bytes: Schema.NonNegativeInt,
      sha256: Schema.String,
      /** The SHA-256 of the file of rejected rows, if there is one. */
      rejectedSha256: Schema.optionalWith(Schema.String, { exact: true }),
      /** Whether the archive is kept beside the data. Default: false. */
      keepsArchive: Schema.optionalWith(Schema.Boolean, { exact: true })
    }),
    { exact: true }
  ),
  /** The SHA-256 of the manifest without this member. `seal` sets it. */
  digest: Schema.optionalWith(Schema.String, { exact: true })
}).annotations({ identifier: "@effect-didww/sync/Manifest" })

/**
 * Sets the digest of a manifest. A destination seals each manifest that it stores.
 *
 * @since 0.1.0
 * @category seals
 */
export const seal = (manifest: Manifest): Manifest => ({ ...manifest, digest: digestOf(manifest) })

/**
 * Checks whether a manifest is unchanged since it was sealed. A manifest without a digest is not sealed.
 *
 * @since 0.1.0
 * @category seals
 */
export const isSealed = (manifest: Manifest): boolean => manifest.digest === digestOf(manifest)

const encode = Schema.encodeSync(Manifest)

const digestOf = ({ digest: _, ...manifest }: Manifest): string =>
  createHash("sha256").update(json.canonical(encode(manifest))).digest("hex")
