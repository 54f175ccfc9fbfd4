/**
 * Reads the text of records that `FileDestination` and the command line write: CSV with the fields of a record as columns, and
 * NDJSON. Decompress a file first. `CallRecord.decodeStream` reads the CSV of an archive.
 *
 * @example
 * ```ts
 * import { RecordText } from "@effect-didww/sync"
 * import { FileSystem } from "@effect/platform"
 * import { Effect, Stream } from "effect"
 *
 * const records = Stream.unwrap(
 *   Effect.map(FileSystem.FileSystem, (files) => RecordText.ndjson(files.stream("calls.ndjson")))
 * )
 * ```
 *
 * @since 0.1.0
 */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import type { CorruptArchive } from "@effect-didww/core/DidwwError"
import type * as Stream from "effect/Stream"
import * as internal from "./internal/recordText.js"

/**
 * The options of a reader.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The columns that are read. Default: all. */
  readonly columns?: ReadonlyArray<CallRecord.Column> | undefined
}

/**
 * Checks whether a line is the header of a CSV that has all fields of inbound or outbound calls as columns.
 *
 * @since 0.1.0
 * @category guards
 */
export const isHeader = (line: string): boolean => internal.headerOf(line) !== undefined

/**
 * Reads CSV. A row that cannot be read becomes a `RejectedRow`. A file with any other header becomes records of an unknown
 * layout, without `exportId` and `rowNumber`. Fails with `CorruptArchive` if the bytes are no text.
 *
 * @since 0.1.0
 * @category readers
 */
export const csv = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  options: Options = {}
): Stream.Stream<CallRecord.Row, E | CorruptArchive, R> => internal.csv(bytes, options)

/**
 * Reads NDJSON. A line that cannot be read becomes a `RejectedRow`.
 *
 * @since 0.1.0
 * @category readers
 */
export const ndjson = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  options: Options = {}
): Stream.Stream<CallRecord.Row, E, R> => internal.ndjson(bytes, options)
