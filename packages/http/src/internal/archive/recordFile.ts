/** Keeps a file of records, its checkpoint and its lock together. */
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
import * as Lease from "./lease.js"

/** A path, and the export whose records belong there. */
interface Target {
  readonly fileSystem: FileSystem.FileSystem
  readonly self: Archived
  readonly path: string
}

type Failure = WriteError | Lease.LeaseTaken

export const write = (
  client: Service,
  fileSystem: FileSystem.FileSystem,
  self: Archived,
  options: Options
): Effect.Effect<Written, WriteError> =>
  Effect.gen(function*() {
    const target: Target = { fileSystem, self, path: options.path }
    // a complete file needs no lock, so its folder may be read-only. Failures are taken seriously once the lock is held
    const found = yield* Effect.option(checkpointOf(target))
    if (Option.isSome(found) && found.value.complete !== undefined) return yield* believed(target, found.value)
    return yield* Effect.catchTag(
      Lease.holding(fileSystem, `${options.path}.lock`, (lease) => proceed(client, target, options, lease)),
      "LeaseTaken",
      ({ holder }) => inUse(target, holder)
    )
  })

/** Continues the file where its checkpoint says, as its only writer. */
const proceed = (
  client: Service,
  target: Target,
  options: Options,
  lease: Lease.Lease
): Effect.Effect<Written, Failure> =>
  Effect.gen(function*() {
    const { fileSystem, path } = target
    const begun = yield* checkpointOf(target)
    if (begun.complete !== undefined) return yield* believed(target, begun)
    const size = (yield* fileSystem.exists(path)) ? Number((yield* fileSystem.stat(path)).size) : 0
    if (size < begun.position) return yield* conflict(target, "too short")
    if (lease.replaced !== undefined) {
      yield* fileSystem.remove(Checkpoint.nextPathOf(path, lease.replaced), { force: true })
    }
    const save = saving(target, lease)
    // before the file: a file without a checkpoint belongs to somebody else
    if (begun.position === 0) yield* save(begun)
    return yield* Effect.scoped(Effect.flatMap(
      opened(target, begun),
      (file) => fill({ client, target, options, lease, file, save, at: begun, saved: begun })
    ))
  })

/** A file that is being written. */
interface Filling {
  readonly client: Service
  readonly target: Target
  readonly options: Options
  readonly lease: Lease.Lease
  readonly file: FileSystem.File
  readonly save: Save
  /** What the file holds. */
  at: Checkpoint.Checkpoint
  /** What its checkpoint says. */
  saved: Checkpoint.Checkpoint
}

type Save = (checkpoint: Checkpoint.Checkpoint) => Effect.Effect<void, Failure>

/** Reads the archive, skips the rows that the file holds, and writes the others. */
const fill = (filling: Filling): Effect.Effect<Written, Failure> =>
  Effect.suspend(() => {
    const { client, options: { checkpointEvery: _, onProgress, path: __, ...options }, save, target: { self } } =
      filling
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
    const take = (batch: ReadonlyArray<CallRecord.Row>): Effect.Effect<void, Failure> => {
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
        toSkip > 0 ? archiveChanged(self) : complete(filling)
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
): Effect.Effect<void, Failure> =>
  Effect.gen(function*() {
    if (progress !== undefined) yield* identify(filling, progress)
    if (rows === 0) return
    yield* filling.lease.check
    // a write goes on after an interruption, and must not do so without the lock
    yield* Effect.uninterruptible(Effect.andThen(unchanged(filling), filling.file.writeAll(bytes)))
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
  return filling.at.etag === undefined || filling.at.etag === etag ? Effect.void : archiveChanged(filling.target.self)
}

const archiveChanged = (self: Archived): Effect.Effect<never, DidwwError.ArchiveChanged> =>
  Effect.fail(new DidwwError.ArchiveChanged({ exportId: self.id }))

/** Fails if the file has not the size that this run gave it: another program writes to it, without a look at the lock. */
const unchanged = ({ at, file, target }: Filling): Effect.Effect<void, WriteError> =>
  Effect.flatMap(file.stat, ({ size }) => Number(size) === at.position ? Effect.void : conflict(target, "changed"))

/** Saves what the file holds, once the file itself is on the disk. */
const checkpoint = (filling: Filling): Effect.Effect<void, Failure> =>
  Effect.suspend(() => {
    filling.saved = filling.at
    return Effect.andThen(filling.file.sync, filling.save(filling.saved))
  })

/** Saves that the file is complete, with the hash of its end as it is on the disk. */
const complete = (filling: Filling): Effect.Effect<void, Failure> =>
  Effect.gen(function*() {
    yield* unchanged(filling)
    filling.at = { ...filling.at, complete: yield* endOf(filling.file, filling.at.position) }
    yield* checkpoint(filling)
  })

/** The hash stands for this much of a file's end. */
const endLength = 64 * 1024

/** The SHA-256 of the end of a file. */
const endOf = (file: FileSystem.File, size: number): Effect.Effect<string, PlatformError.PlatformError> =>
  Effect.gen(function*() {
    const bytes = new Uint8Array(Math.min(size, endLength))
    yield* file.seek(size - bytes.length, "start")
    let length = 0
    while (length < bytes.length) {
      const read = Number(yield* file.read(bytes.subarray(length)))
      // the file has become shorter, and the hash will tell
      if (read === 0) break
      length += read
    }
    const hash = yield* Effect.promise(() => crypto.subtle.digest("SHA-256", bytes))
    return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("")
  })

/** What a complete file holds, if its size and its end are those that its checkpoint says. */
const believed = (target: Target, checkpoint: Checkpoint.Checkpoint): Effect.Effect<Written, WriteError> =>
  Effect.scoped(Effect.gen(function*() {
    const { fileSystem, path } = target
    const { complete, position } = checkpoint
    if (!(yield* fileSystem.exists(path))) return yield* conflict(target, "too short")
    const file = yield* fileSystem.open(path, { flag: "r" })
    const size = Number((yield* file.stat).size)
    if (size < position) return yield* conflict(target, "too short")
    const isUnchanged = size === position && (yield* endOf(file, size)) === complete
    return isUnchanged ? written(checkpoint) : yield* conflict(target, "changed")
  }))

const encoder = new TextEncoder()

const line = (row: CallRecord.Row): string => `${CallRecord.toLine(row)}\n`

const written = ({ position, records, rejected }: Checkpoint.Checkpoint): Written => ({
  records,
  rejected,
  size: position
})

const conflict = (
  { path, self }: Target,
  reason: DidwwError.RecordFileConflict["reason"]
): Effect.Effect<never, DidwwError.RecordFileConflict> =>
  Effect.fail(new DidwwError.RecordFileConflict({ path, reason, exportId: self.id }))

const inUse = (
  { path, self }: Target,
  holder: Lease.Holder | undefined
): Effect.Effect<never, DidwwError.RecordFileConflict> =>
  Effect.fail(
    new DidwwError.RecordFileConflict({
      path,
      reason: "in use",
      exportId: self.id,
      writer: { since: holder?.since, host: holder?.place?.host, processId: holder?.place?.processId }
    })
  )

/** The checkpoint beside the file, or the start of a new file. */
const checkpointOf = (target: Target): Effect.Effect<Checkpoint.Checkpoint, WriteError> =>
  Effect.gen(function*() {
    const { fileSystem, path, self } = target
    const checkpointPath = Checkpoint.pathOf(path)
    if (!(yield* fileSystem.exists(checkpointPath))) {
      return (yield* fileSystem.exists(path))
        ? yield* conflict(target, "no checkpoint")
        : Checkpoint.start(self.id)
    }
    const found = Schema.decodeEither(Checkpoint.Json)(yield* fileSystem.readFileString(checkpointPath))
    if (Either.isLeft(found)) return yield* conflict(target, "unreadable checkpoint")
    return found.right.exportId === self.id ? found.right : yield* conflict(target, "another export")
  })

/** Opens the file, and cuts it back to its checkpoint. */
const opened = (
  { fileSystem, path }: Target,
  { position }: Checkpoint.Checkpoint
): Effect.Effect<FileSystem.File, PlatformError.PlatformError, Scope.Scope> =>
  Effect.gen(function*() {
    // its end is read at the end
    if (position === 0) return yield* fileSystem.open(path, { flag: "w+" })
    const file = yield* fileSystem.open(path, { flag: "r+" })
    yield* file.truncate(position)
    yield* file.seek(position, "start")
    return file
  })

/** Replaces the checkpoint whole: a power failure leaves the old one or the new one. */
const saving = ({ fileSystem, path }: Target, lease: Lease.Lease): Save => {
  // somebody may have planted a link at a path that can be guessed, and `wx` follows no link
  const next = Checkpoint.nextPathOf(path, lease.owner)
  return (checkpoint) =>
    Effect.gen(function*() {
      const text = yield* Effect.orDie(Schema.encode(Checkpoint.Json)(checkpoint))
      yield* Effect.scoped(Effect.flatMap(
        fileSystem.open(next, { flag: "wx" }),
        (file) => Effect.andThen(file.writeAll(encoder.encode(`${text}\n`)), file.sync)
      ))
      yield* lease.check
      yield* fileSystem.rename(next, Checkpoint.pathOf(path))
    }).pipe(Effect.onError(() => Effect.ignore(fileSystem.remove(next))), Effect.uninterruptible)
}
