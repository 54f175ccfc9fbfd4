/** Keeps a file of records and its checkpoint together. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as PlatformError from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Archived, Progress, Service } from "../../ExportsClient.js"
import type { Options, WriteError, Written } from "../../RecordFile.js"
import * as pull from "../pull.js"
import * as Checkpoint from "./checkpoint.js"

export const write = (
  client: Service,
  fileSystem: FileSystem.FileSystem,
  self: Archived,
  options: Options
): Effect.Effect<Written, WriteError> =>
  Effect.gen(function*() {
    const begun = yield* checkpointOf(fileSystem, self, options.path)
    const size = (yield* fileSystem.exists(options.path)) ? Number((yield* fileSystem.stat(options.path)).size) : 0
    if (size < begun.position) return yield* conflict(self, options.path, "too short")
    if (begun.complete === true) return written(begun)
    const save = saving(fileSystem, options.path)
    // before the file: a file without a checkpoint belongs to somebody else
    if (begun.position === 0) yield* save(begun)
    return yield* Effect.scoped(Effect.flatMap(
      opened(fileSystem, options.path, begun),
      (file) => fill({ client, self, options, file, save, at: begun, saved: begun })
    ))
  })

/** A file that is being written. */
interface Filling {
  readonly client: Service
  readonly self: Archived
  readonly options: Options
  readonly file: FileSystem.File
  readonly save: Save
  /** What the file holds. */
  at: Checkpoint.Checkpoint
  /** What its checkpoint says. */
  saved: Checkpoint.Checkpoint
}

type Save = (checkpoint: Checkpoint.Checkpoint) => Effect.Effect<void, WriteError>

/** Reads the archive, skips the rows that the file holds, and writes the others. */
const fill = (filling: Filling): Effect.Effect<Written, WriteError> =>
  Effect.suspend(() => {
    const { client, options: { checkpointEvery: _, onProgress, path: __, ...options }, save, self } = filling
    let toSkip = filling.at.records + filling.at.rejected
    let last: Progress | undefined
    const rows = client.records(self, {
      ...options,
      onProgress: (progress) => {
        last = progress
        return onProgress?.(progress) ?? Effect.void
      }
    })
    // encodes before the effect, which must not hold rows: a stream keeps the effect until the next full collection
    const take = (batch: ReadonlyArray<CallRecord.Row>): Effect.Effect<void, WriteError> => {
      const fresh = toSkip === 0 ? batch : batch.slice(toSkip)
      toSkip = Math.max(0, toSkip - batch.length)
      return append(filling, last, {
        bytes: encoder.encode(fresh.map(line).join("")),
        rows: fresh.length,
        rejected: fresh.reduce((count, row) => CallRecord.isRejected(row) ? count + 1 : count, 0)
      })
    }
    return pull.runForEach(rows, take).pipe(
      Effect.andThen(Effect.suspend(() =>
        // a file with more rows than the archive is not of this archive
        toSkip > 0 ? archiveChanged(self) : checkpoint(filling, { complete: true })
      )),
      // some of its rows may be wrong, and nobody can say which ones: a damaged archive may look like a short one too
      Effect.tapErrorTag("CorruptArchive", () => save(Checkpoint.start(self.id))),
      Effect.map(() => written(filling.at))
    )
  })

interface Lines {
  readonly bytes: Uint8Array
  readonly rows: number
  readonly rejected: number
}

const append = (
  filling: Filling,
  progress: Progress | undefined,
  { bytes, rejected, rows }: Lines
): Effect.Effect<void, WriteError> =>
  Effect.gen(function*() {
    if (progress !== undefined) yield* identify(filling, progress)
    if (rows === 0) return
    yield* filling.file.writeAll(bytes)
    const { at, options: { checkpointEvery = 20_000 }, saved } = filling
    const next = {
      ...at,
      records: at.records + rows - rejected,
      rejected: at.rejected + rejected,
      position: at.position + bytes.length
    }
    filling.at = next
    if (next.records + next.rejected - saved.records - saved.rejected >= checkpointEvery) yield* checkpoint(filling)
  })

/** The archive tells its ETag before its first row. */
const identify = (filling: Filling, progress: Progress): Effect.Effect<void, DidwwError.ArchiveChanged> => {
  const etag = Option.getOrUndefined(progress.etag)
  if (filling.at.position === 0 && etag !== undefined) filling.at = { ...filling.at, etag }
  return filling.at.etag === undefined || filling.at.etag === etag ? Effect.void : archiveChanged(filling.self)
}

const archiveChanged = (self: Archived): Effect.Effect<never, DidwwError.ArchiveChanged> =>
  Effect.fail(new DidwwError.ArchiveChanged({ exportId: self.id }))

/** Saves what the file holds, once the file itself is on the disk. */
const checkpoint = (filling: Filling, done: { readonly complete?: true } = {}): Effect.Effect<void, WriteError> =>
  Effect.suspend(() => {
    filling.saved = { ...filling.at, ...done }
    return Effect.andThen(filling.file.sync, filling.save(filling.saved))
  })

const encoder = new TextEncoder()

const line = (row: CallRecord.Row): string => `${JSON.stringify(CallRecord.encode(row))}\n`

const written = ({ position, records, rejected }: Checkpoint.Checkpoint): Written => ({
  records,
  rejected,
  size: position
})

const conflict = (self: Archived, path: string, reason: DidwwError.RecordFileConflict["reason"]) =>
  new DidwwError.RecordFileConflict({ path, reason, exportId: self.id })

/** The checkpoint beside the file, or the start of a new file. */
const checkpointOf = (
  fileSystem: FileSystem.FileSystem,
  self: Archived,
  path: string
): Effect.Effect<Checkpoint.Checkpoint, WriteError> =>
  Effect.gen(function*() {
    const checkpointPath = Checkpoint.pathOf(path)
    if (!(yield* fileSystem.exists(checkpointPath))) {
      return (yield* fileSystem.exists(path))
        ? yield* conflict(self, path, "no checkpoint")
        : Checkpoint.start(self.id)
    }
    const found = Schema.decodeEither(Checkpoint.Json)(yield* fileSystem.readFileString(checkpointPath))
    if (Either.isLeft(found)) return yield* conflict(self, path, "unreadable checkpoint")
    return found.right.exportId === self.id ? found.right : yield* conflict(self, path, "another export")
  })

/** Opens the file, and cuts it back to its checkpoint. */
const opened = (
  fileSystem: FileSystem.FileSystem,
  path: string,
  { position }: Checkpoint.Checkpoint
): Effect.Effect<FileSystem.File, PlatformError.PlatformError, Scope.Scope> =>
  Effect.gen(function*() {
    if (position === 0) return yield* fileSystem.open(path, { flag: "w" })
    const file = yield* fileSystem.open(path, { flag: "r+" })
    yield* file.truncate(position)
    yield* file.seek(position, "start")
    return file
  })

/** Replaces the checkpoint whole: a power failure leaves the old one or the new one. */
const saving = (fileSystem: FileSystem.FileSystem, path: string): Save => (checkpoint) =>
  Effect.gen(function*() {
    const next = `${Checkpoint.pathOf(path)}.next`
    const text = yield* Effect.orDie(Schema.encode(Checkpoint.Json)(checkpoint))
    yield* Effect.scoped(Effect.flatMap(
      fileSystem.open(next, { flag: "w" }),
      (file) => Effect.andThen(file.writeAll(encoder.encode(`${text}\n`)), file.sync)
    ))
    yield* fileSystem.rename(next, Checkpoint.pathOf(path))
  })
