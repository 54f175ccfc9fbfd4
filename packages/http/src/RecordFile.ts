/**
 * The records of an archive as a file that a program can be killed over: each row is in it once, however often the program
 * begins again.
 *
 * One line of JSON for each row, `CallRecord.Row` encoded, rejected rows too: `_tag` tells them apart. Beside the file stands
 * its `Checkpoint`, at `path` + `.checkpoint`. On start the file is cut back to what the checkpoint says, the archive is read
 * again, and the rows that the file has are passed by. Rows are written and synced first, then the checkpoint is replaced, by
 * a rename: whatever is lost in between is written again. A file that is complete is left as it is, without a request. After
 * `CorruptArchive` the next run begins anew, because some of the rows may be wrong.
 *
 * One process at a time may write to a path.
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
 *   const ordered = yield* client.ensure(ExportRequest.cdrIn({ ...month, externalReferenceId }))
 *   return yield* RecordFile.write(yield* client.awaitCompleted(ordered), { path: `${externalReferenceId}.ndjson` })
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

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends RecordsOptions {
  readonly path: string
  /** Rows between two checkpoints, at least 1: so many are written again at the most. Default: 20,000. */
  readonly checkpointEvery?: number | undefined
  /** Runs with each chunk of rows, those that the file has already included, and is waited for. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
}

/**
 * What the file holds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Written {
  readonly records: number
  /** Rows that are no records; they are in the file too. */
  readonly rejected: number
  /** Bytes. */
  readonly size: number
}

/**
 * `RecordFileConflict`: the path holds something else, which was left alone. `ArchiveChanged`: the archive is no longer the
 * one that the file was begun with.
 *
 * @since 0.1.0
 * @category models
 */
export type Error = DidwwError.RecordsError | DidwwError.RecordFileConflict | PlatformError.PlatformError

/**
 * Writes the records of a completed export, or goes on with it.
 *
 * @since 0.1.0
 * @category sinks
 */
export const write = (
  self: Archived,
  options: Options
): Effect.Effect<Written, Error, ExportsClient | FileSystem.FileSystem> =>
  Effect.flatMap(
    Effect.all([ExportsClient, FileSystem.FileSystem]),
    ([client, fileSystem]) => internal.write(client, fileSystem, self, options)
  )

/**
 * Where the checkpoint of a file is.
 *
 * @since 0.1.0
 * @category accessors
 */
export const checkpointPath = (path: string): string => internal.checkpointPath(path)
