/**
 * Writes the records of an archive to a file. A program can be killed at any time and started again: each row is in the file
 * once.
 *
 * The file has one line of JSON for each row: an encoded `CallRecord.Row`, rejected rows included. `_tag` tells them apart.
 * Beside the file stands its checkpoint, at `path` + `.checkpoint`. At the start the file is cut back to its checkpoint, the
 * archive is read again, and the rows that the file holds are skipped. Rows are written and synced first. Then the checkpoint
 * is replaced by a rename. Rows that are lost in between are written again. After `CorruptArchive` the next run begins anew,
 * because some of the rows may be wrong.
 *
 * A complete file is left as it is, and costs no request. `write` first compares its size and its last 64 KiB with its
 * checkpoint.
 *
 * A file has one writer at a time. While `write` runs, a lock stands beside the file, at `path` + `.lock`. A second writer
 * fails with `RecordFileConflict`, reason `in use`. The lock of a process that died on the same machine is replaced at once.
 * Any other lock is replaced after 30 to 45 seconds without a sign of life. A process that was stopped for so long notices
 * that, and fails with the same error.
 *
 * Provide `NodeFiles` on Node: then no file is written through a symbolic link that another user planted.
 *
 * @example
 * ```ts
 * import { ExportRequest } from "@effect-didww/core"
 * import { ExportsClient, RecordFile } from "@effect-didww/http"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 *
 * const lastMonth = Effect.gen(function*() {
 *   const client = yield* ExportsClient.ExportsClient
 *   const month = ExportRequest.lastMonth(yield* DateTime.now)
 *   const externalReferenceId = `inbound-${DateTime.formatIsoDateUtc(month.from)}`
 *   const requested = yield* client.ensure(ExportRequest.cdrIn({ ...month, externalReferenceId }))
 *   return yield* RecordFile.write(yield* client.awaitCompleted(requested), { path: `${externalReferenceId}.ndjson` })
 * })
 * ```
 *
 * @since 0.1.0
 */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type { Archived, Progress, RecordsOptions } from "./ExportsClient.js"
import { ExportsClient } from "./ExportsClient.js"
import * as internal from "./internal/archive/recordFile.js"

export { Checkpoint } from "./internal/archive/checkpoint.js"

/**
 * The options of `write`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends RecordsOptions {
  readonly path: string
  /** Rows between two checkpoints, at least 1. At most so many rows are written again after a kill. Default: 20,000. */
  readonly checkpointEvery?: number | undefined
  /**
   * Runs for each batch of rows, and the next batch waits for it. It counts the rows that the file holds already, too.
   * Default: nothing.
   */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
}

/**
 * What a file holds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Written {
  readonly records: number
  /** Rows that could not be read. They are in the file too. */
  readonly rejected: number
  /** Bytes. */
  readonly size: number
}

/**
 * The errors of `write`. `RecordFileConflict`: the path holds something else, or another run writes to it. `ArchiveChanged`:
 * the archive is no longer the one that the file was begun with.
 *
 * @since 0.1.0
 * @category models
 */
export type WriteError = DidwwError.RecordsError | DidwwError.RecordFileConflict | PlatformError.PlatformError

/**
 * Writes the records of a completed export to a file, or continues a file that was begun before.
 *
 * @since 0.1.0
 * @category destinations
 */
export const write = (
  self: Archived,
  options: Options
): Effect.Effect<Written, WriteError, ExportsClient | FileSystem.FileSystem> =>
  Effect.flatMap(
    Effect.all([ExportsClient, FileSystem.FileSystem]),
    ([client, fileSystem]) => internal.write(client, fileSystem, self, options)
  )
