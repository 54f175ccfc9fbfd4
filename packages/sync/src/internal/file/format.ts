/** How the records of one window become the bytes of one file. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { Source } from "../../Destination.js"
import type { Subject } from "../../Manifest.js"

/**
 * A format of files.
 *
 * @since 0.1.0
 * @category models
 */
export interface Format {
  /** The ending of a file's name, without the dot: `ndjson`, `csv.gz`, `parquet`. */
  readonly extension: string
  /** Whether a file can grow behind the bytes that it has. A file of another format begins anew after a kill. */
  readonly isResumable: boolean
  /** Whether the destination compresses the bytes with gzip. */
  readonly isGzipped: boolean
  /** Begins a file, or goes on with one. */
  readonly start: (target: Target) => Encoder
  /** Reads a whole file again, with any failure of its own. Default: `Sync.verify` finds no records that came twice. */
  readonly read?: ((path: string) => Stream.Stream<CallRecord.Row, unknown, FileSystem.FileSystem>) | undefined
  /** Counts the records of a file that may be damaged, without reading all of it. Default: counts what `read` reads. */
  readonly count?: ((path: string) => Effect.Effect<number, unknown, FileSystem.FileSystem>) | undefined
}

/**
 * The file that an encoder writes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Target {
  readonly subject: Subject
  readonly source: Source
  /** Whether the file has records already. */
  readonly isContinued: boolean
}

/**
 * Records of one archive in order. All have the same layout.
 *
 * @since 0.1.0
 * @category models
 */
export interface Batch {
  readonly records: ReadonlyArray<CallRecord.CallRecord>
  /** The number of each record among the rows of the archive, from 1. Rejected rows have numbers too. */
  readonly rowNumbers: ReadonlyArray<number>
}

/**
 * A record that a format cannot hold.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rejection {
  readonly record: CallRecord.CallRecord
  /** The record as a rejected row, with the reason. */
  readonly row: CallRecord.RejectedRow
}

/**
 * What an encoder makes of a batch.
 *
 * @since 0.1.0
 * @category models
 */
export interface Encoded {
  /** The bytes that are ready. A format that is resumable gives all bytes of the batch. */
  readonly bytes: ReadonlyArray<Uint8Array>
  /** The records that are not in the file. */
  readonly rejected: ReadonlyArray<Rejection>
}

/**
 * Writes one file.
 *
 * @since 0.1.0
 * @category models
 */
export interface Encoder {
  readonly push: (batch: Batch) => Encoded
  /** Gives the last bytes. `facts` are those that are known only at the end. */
  readonly end: (facts: Facts) => ReadonlyArray<Uint8Array>
  /** How many texts had a character that the format cannot hold, and U+FFFD in its place. Default: none. */
  readonly replacedTexts?: (() => number) | undefined
}

/**
 * What is known of an archive once it was read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Facts {
  /** The API version that answered, if the server said it. */
  readonly apiVersion?: string | undefined
}
