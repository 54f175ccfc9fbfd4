/** How much of an archive a file of records holds. */
import * as Export from "@effect-didww/core/Export"
import * as Schema from "effect/Schema"

/**
 * How much of an archive a file of records holds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Checkpoint extends Schema.Schema.Type<typeof Checkpoint> {}

/**
 * The content of the file beside a file of records, as JSON on one line.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Checkpoint = Schema.Struct({
  /** The version of this format. Another version is refused and not misread. */
  version: Schema.Literal(1),
  exportId: Export.ExportId,
  /** The archive's ETag, once it is known. Another ETag means another archive. */
  etag: Schema.optionalWith(Schema.String, { exact: true }),
  /** Records that the file certainly holds. */
  records: Schema.NonNegativeInt,
  /** Rejected rows that the file certainly holds. */
  rejected: Schema.NonNegativeInt,
  /** Bytes of the file that hold these rows. Bytes behind them are cut off. */
  position: Schema.NonNegativeInt,
  /** The archive was read to its end, so the file is complete. The SHA-256 of the last 64 KiB of the file, as hex digits. */
  complete: Schema.optionalWith(Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)), { exact: true })
}).annotations({ identifier: "@effect-didww/http/Checkpoint" })

export const Json: Schema.Schema<Checkpoint, string> = Schema.parseJson(Checkpoint)

/** The checkpoint before the first record. */
export const start = (exportId: Export.ExportId): Checkpoint => ({
  version: 1,
  exportId,
  records: 0,
  rejected: 0,
  position: 0
})

/** The path of a file's checkpoint. */
export const pathOf = (path: string): string => `${path}.checkpoint`

/** The path where a writer makes the next checkpoint. No other writer has this id, and nobody can guess the path. */
export const nextPathOf = (path: string, writer: string): string => `${pathOf(path)}.${writer}`
