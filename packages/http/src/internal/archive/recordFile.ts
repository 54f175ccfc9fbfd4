/** A file of records and its checkpoint, kept together. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as Checkpoint from "@effect-didww/core/Checkpoint"
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as PlatformError from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Archived, Progress, Service } from "../../ExportsClient.js"
import type * as RecordFile from "../../RecordFile.js"

export const checkpointPath = (path: string): string => `${path}.checkpoint`

export const write = (
  client: Service,
  fileSystem: FileSystem.FileSystem,
  self: Archived,
  options: RecordFile.Options
): Effect.Effect<RecordFile.Written, RecordFile.Error> =>
  Effect.gen(function*() {
    const begun = yield* checkpointOf(fileSystem, self, options.path)
    const size = (yield* fileSystem.exists(options.path)) ? Number((yield* fileSystem.stat(options.path)).size) : 0
    if (size < begun.position) return yield* conflict(self, options.path, "too short")
    if (begun.complete === true) return written(begun)
    const save = saving(fileSystem, options.path)
    // before the file: one without a checkpoint is somebody else's
    if (begun.position === 0) yield* save(begun)
    return yield* Effect.scoped(Effect.flatMap(
      opened(fileSystem, options.path, begun),
      (file) => fill(client, self, options, begun, file, save)
    ))
  })

const written = ({ position, records, rejected }: Checkpoint.Checkpoint): RecordFile.Written => ({
  records,
  rejected,
  size: position
})

type Save = (checkpoint: Checkpoint.Checkpoint) => Effect.Effect<void, RecordFile.Error>

const fill = (
  client: Service,
  self: Archived,
  { checkpointEvery = 20_000, onProgress, path: _, ...options }: RecordFile.Options,
  begun: Checkpoint.Checkpoint,
  file: FileSystem.File,
  save: Save
): Effect.Effect<RecordFile.Written, RecordFile.Error> =>
  Effect.suspend(() => {
    let at = begun
    let saved = begun
    let toSkip = begun.records + begun.rejected

    const checkpoint = (complete: boolean) =>
      Effect.suspend(() => {
        saved = complete ? { ...at, complete } : at
        return Effect.zipRight(file.sync, save(saved))
      })

    /** The archive tells what it is before its first row. */
    const identified = (progress: Progress): Effect.Effect<void, DidwwError.ArchiveChanged> => {
      const etag = Option.getOrUndefined(progress.etag)
      if (at.position === 0 && etag !== undefined) at = { ...at, etag }
      return at.etag === undefined || at.etag === etag
        ? Effect.void
        : Effect.fail(new DidwwError.ArchiveChanged({ exportId: self.id }))
    }

    let last: Progress | undefined
    const rows = client.records(self, {
      ...options,
      onProgress: (progress) => {
        last = progress
        return onProgress?.(progress) ?? Effect.void
      }
    })
    // encoded before the effect, which must not hold the rows: a stream keeps it until the next full collection
    const take = (chunk: Chunk.Chunk<CallRecord.Row>): Effect.Effect<void, RecordFile.Error> => {
      const fresh = Chunk.drop(chunk, toSkip)
      toSkip = Math.max(0, toSkip - chunk.length)
      return append(
        encoder.encode(Chunk.toReadonlyArray(fresh).map(line).join("")),
        fresh.length,
        Chunk.reduce(fresh, 0, (count, row) => CallRecord.isRejected(row) ? count + 1 : count)
      )
    }
    const append = (bytes: Uint8Array, rows: number, rejected: number): Effect.Effect<void, RecordFile.Error> =>
      Effect.gen(function*() {
        if (last !== undefined) yield* identified(last)
        if (rows === 0) return
        yield* file.writeAll(bytes)
        at = {
          ...at,
          records: at.records + rows - rejected,
          rejected: at.rejected + rejected,
          position: at.position + bytes.length
        }
        const since = at.records + at.rejected - saved.records - saved.rejected
        if (since >= checkpointEvery) yield* checkpoint(false)
      })

    return Stream.runForEachChunk(rows, take).pipe(
      Effect.zipRight(Effect.suspend(() =>
        // a file with more rows than the archive is not this archive's
        toSkip > 0 ? Effect.fail(new DidwwError.ArchiveChanged({ exportId: self.id })) : checkpoint(true)
      )),
      // some of its rows may be wrong, and nobody can say which: a damaged archive may look like a short one too
      Effect.tapErrorTag("CorruptArchive", () => save(Checkpoint.start(self.id))),
      Effect.map(() => written(at))
    )
  })

const encoder = new TextEncoder()

const line = (row: CallRecord.Row): string => `${JSON.stringify(CallRecord.encode(row))}\n`

const conflict = (self: Archived, path: string, reason: DidwwError.RecordFileConflict["reason"]) =>
  new DidwwError.RecordFileConflict({ path, reason, exportId: self.id })

/** What stands beside the file, or the start of a new one. */
const checkpointOf = (
  fileSystem: FileSystem.FileSystem,
  self: Archived,
  path: string
): Effect.Effect<Checkpoint.Checkpoint, RecordFile.Error> =>
  Effect.gen(function*() {
    if (!(yield* fileSystem.exists(checkpointPath(path)))) {
      return (yield* fileSystem.exists(path))
        ? yield* conflict(self, path, "no checkpoint")
        : Checkpoint.start(self.id)
    }
    const checkpoint = Schema.decodeEither(Checkpoint.Json)(yield* fileSystem.readFileString(checkpointPath(path)))
    if (Either.isLeft(checkpoint)) return yield* conflict(self, path, "unreadable checkpoint")
    return checkpoint.right.exportId === self.id
      ? checkpoint.right
      : yield* conflict(self, path, "another export")
  })

/** Cut back to the checkpoint. */
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

/** All of it or what was there before, whenever the power goes. */
const saving = (fileSystem: FileSystem.FileSystem, path: string): Save => (checkpoint) =>
  Effect.gen(function*() {
    const next = `${checkpointPath(path)}.next`
    const text = yield* Effect.orDie(Schema.encode(Checkpoint.Json)(checkpoint))
    yield* Effect.scoped(Effect.flatMap(
      fileSystem.open(next, { flag: "w" }),
      (file) => Effect.zipRight(file.writeAll(encoder.encode(`${text}\n`)), file.sync)
    ))
    yield* fileSystem.rename(next, checkpointPath(path))
  })
