/**
 * Files as destinations: a single file, or a directory that DuckDB and other readers of Hive's layout read.
 *
 * A file gets its final name only when it is complete. Until then it grows under another name. A text file continues
 * where it stopped, even after a kill. The manifest is written last. Only the owner can read the files (mode 0600).
 *
 * Each record has the fields of its type, then `extra`, and then `exportId` and `rowNumber`, which together identify
 * the record. NDJSON leaves out nulls, and money is a decimal number in a string. CSV has times in ISO 8601, plain
 * decimal numbers and `extra` as JSON. A file of an unknown layout has the columns of its header as text. In NDJSON
 * they are in `columns`. Rejected rows are in a separate file.
 *
 * @example
 * ```ts
 * import { FileDestination } from "@effect-didww/sync"
 *
 * const calls = FileDestination.directory("calls", { format: "csv.gz", keepArchive: true })
 * const invoice = FileDestination.file("invoice-42.ndjson")
 * ```
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type { Destination, DestinationError, SyncDestination } from "./Destination.js"
import * as destinations from "./internal/file/destination.js"
import * as directories from "./internal/file/directory.js"
import type { Format } from "./internal/file/format.js"
import { formats } from "./internal/file/text.js"

export type { Batch, Encoded, Encoder, Facts, Format, Rejection, Target } from "./internal/file/format.js"

/**
 * The text formats. The module `Parquet` has another format.
 *
 * @since 0.1.0
 * @category models
 */
export type TextFormat = keyof typeof formats

/**
 * The text formats, named by the endings of their files.
 *
 * @since 0.1.0
 * @category constants
 */
export const textFormats: ReadonlyArray<TextFormat> = Struct.keys(formats)

/**
 * The ending of a file's name names no format. Nothing was requested.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnknownFormat extends Schema.TaggedError<UnknownFormat>("@effect-didww/sync/UnknownFormat")(
  "UnknownFormat",
  {
    path: Schema.String,
    /** The known endings. An option gives any other format. */
    known: Schema.Array(Schema.String)
  }
) {
  override get message(): string {
    return this.path.endsWith(".parquet")
      ? `${this.path} needs an option: \`format: Parquet.format\`, of the module @effect-didww/sync/Parquet.`
      : `The ending of ${this.path} names no format. Known endings: ${this.known.join(", ")}.`
  }
}

/**
 * The options of both kinds of destinations.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Whether to keep the verified archive too, as it was downloaded. Default: false. */
  readonly keepArchive?: boolean | undefined
  /**
   * Rows between two checkpoints, at least 1. At most so many rows are written again after a kill. A gzip has a member for each
   * checkpoint. Default: 20,000.
   */
  readonly checkpointEvery?: number | undefined
  /**
   * The least free space in bytes. With less, nothing is requested. It is never less than the size of the file that is
   * replaced. Default: 16 MiB.
   */
  readonly freeSpace?: number | undefined
}

/**
 * The options of a single file.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileOptions extends Options {
  /** Default: the ending of the file's name decides. */
  readonly format?: TextFormat | Format | undefined
}

/**
 * Makes a destination of one file, which holds one window. Fails with `UnknownFormat` if the name has no known ending and no
 * format is given.
 *
 * An unfinished file is `NAME.part`. Beside the file stand its manifest, `NAME.manifest.json`, its rejected rows as
 * NDJSON, `NAME.rejected`, if there are any, and with `keepArchive` the archive, `NAME.archive`. No glob that ends in the
 * ending of a format finds these.
 *
 * @since 0.1.0
 * @category constructors
 */
export const file = (
  path: string,
  options: FileOptions = {}
): Effect.Effect<Destination, UnknownFormat, FileSystem.FileSystem> =>
  Effect.gen(function*() {
    const format = options.format === undefined ? formatOfFile(path) : named(options.format)
    if (format === undefined) {
      return yield* new UnknownFormat({ path, known: [...textFormats, "parquet"].map((ending) => `.${ending}`) })
    }
    return destinations.file(yield* FileSystem.FileSystem, path, { ...options, format })
  })

const named = (format: TextFormat | Format): Format => typeof format === "string" ? formats[format] : format

const formatOfFile = (path: string): Format | undefined =>
  Object.values(formats).find(({ extension }) => path.endsWith(`.${extension}`))

/**
 * The options of a directory.
 *
 * @since 0.1.0
 * @category models
 */
export interface DirectoryOptions extends Options {
  /** The format of all files of the directory. */
  readonly format: TextFormat | Format
}

/**
 * Makes a destination of a directory. Each window of each type of each account is one file, which a newer generation replaces
 * in one step:
 *
 * - `account=acme/type=cdr_in/date=2026-10-01/records.csv` for a day of UTC, `month=2026-10` for a month, `date_local=` and
 *   `month_local=` for those of another zone, and `period=` for any other period.
 * - `_didww/` for everything else: manifests, checkpoints, unfinished files, rejected rows and kept archives.
 *   `_didww/read.sql` reads the records with DuckDB.
 *
 * Begin the globs of other readers with `account=*`. A window that overlaps a complete window of another kind, or
 * one that another run has open, is refused, because its calls would count twice.
 *
 * @since 0.1.0
 * @category constructors
 */
export const directory = (
  root: string,
  options: DirectoryOptions
): Effect.Effect<SyncDestination, never, FileSystem.FileSystem> =>
  Effect.map(
    FileSystem.FileSystem,
    (files) => destinations.directory(files, root, { ...options, format: named(options.format) })
  )

/**
 * Reads the format of a directory: the extension of its files, such as `ndjson.gz`. It is `undefined` before the first run.
 *
 * @since 0.1.0
 * @category getters
 */
export const formatOf = (root: string): Effect.Effect<string | undefined, DestinationError, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) => directories.formatOf({ files, place: root }, root))
