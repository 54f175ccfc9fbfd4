/** How the records of one window become the bytes of one file. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
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
 * Writes one file.
 *
 * @since 0.1.0
 * @category models
 */
export interface Encoder {
  /** Gives the bytes that are ready. A format that is resumable gives all bytes of the batch. */
  readonly push: (batch: Batch) => ReadonlyArray<Uint8Array>
  /** Gives the last bytes. */
  readonly end: () => ReadonlyArray<Uint8Array>
}
