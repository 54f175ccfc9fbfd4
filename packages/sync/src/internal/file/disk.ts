/** The steps on a disk that the files of a destination need. Their failures are those of the destination. */
import type * as PlatformError from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import { createHash, type Hash, randomUUID } from "node:crypto"
import { statfs } from "node:fs"
import { type DestinationError, DestinationFailed } from "../../Destination.js"

/** A file system, and the name of the destination for failures. */
export interface Disk {
  readonly files: FileSystem.FileSystem
  readonly place: string
}

type Step<A> = Effect.Effect<A, DestinationFailed>

/** Call records hold phone numbers, so only their owner may read them. */
const ofOwner = { file: 0o600, folder: 0o700 }

const reasons: Readonly<Record<string, DestinationFailed["reason"]>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EACCES: "denied",
  EPERM: "denied",
  EROFS: "denied"
}

/** The platform's message may hold more than the code, so that only the code is kept. */
export const failed = ({ place }: Disk) => (error: PlatformError.PlatformError): DestinationFailed => {
  const code = Predicate.hasProperty(error.cause, "code") && Predicate.isString(error.cause.code)
    ? error.cause.code
    : undefined
  const isDenied = error._tag === "SystemError" && error.reason === "PermissionDenied"
  return new DestinationFailed({ place, reason: reasons[code ?? ""] ?? (isDenied ? "denied" : "other"), code })
}

const step = <A, R>(disk: Disk, effect: Effect.Effect<A, PlatformError.PlatformError, R>) =>
  Effect.mapError(effect, failed(disk))

const isAbsent = (error: PlatformError.PlatformError): boolean =>
  error._tag === "SystemError" && error.reason === "NotFound"

const unlessAbsent = <A>(disk: Disk, effect: Effect.Effect<A, PlatformError.PlatformError>): Step<A | undefined> =>
  step(disk, Effect.catchIf(effect, isAbsent, () => Effect.succeed(undefined)))

/** The folder of a path. */
export const folderOf = (path: string): string => /^(.*)[/\\]/s.exec(path)?.[1] ?? "."

/** The name of a path in its folder. */
export const nameOf = (path: string): string => /[^/\\]*$/.exec(path)?.[0] ?? path

/** `undefined` if no file is there. */
export const sizeOf = (disk: Disk, path: string): Step<number | undefined> =>
  unlessAbsent(disk, Effect.map(disk.files.stat(path), ({ size }) => Number(size)))

/** Whether something that is no folder is at a path. */
export const isFile = (disk: Disk, path: string): Step<boolean> =>
  Effect.map(
    unlessAbsent(disk, disk.files.stat(path)),
    (info) => info !== undefined && info.type !== "Directory"
  )

/** `undefined` if no file is there. */
export const read = (disk: Disk, path: string): Step<string | undefined> =>
  unlessAbsent(disk, disk.files.readFileString(path))

/** `undefined` if a file is there, but its text is not what it should be. */
export const unlessUnreadable = <A>(
  self: Effect.Effect<A, DestinationError>
): Effect.Effect<A | undefined, DestinationError> =>
  Effect.catchTag(self, "DestinationConflict", () => Effect.succeed(undefined))

/** The names in a folder, sorted. A folder that is absent has none. */
export const list = (disk: Disk, path: string): Step<ReadonlyArray<string>> =>
  Effect.map(unlessAbsent(disk, disk.files.readDirectory(path)), (names = []) => names.toSorted())

/** The paths of all files and folders below a folder, with `/` between their names. A folder that is absent has none. */
export const tree = (disk: Disk, path: string): Step<ReadonlyArray<string>> =>
  Effect.map(
    unlessAbsent(disk, disk.files.readDirectory(path, { recursive: true })),
    (paths = []) => paths.map((path) => path.replaceAll("\\", "/")).toSorted()
  )

export const remove = (disk: Disk, path: string): Step<void> => step(disk, disk.files.remove(path, { force: true }))

/** A new name outlasts a power cut only once its folder is synced. Where folders cannot be synced, nothing can be done. */
const syncFolder = ({ files }: Disk, path: string): Effect.Effect<void> =>
  Effect.ignore(Effect.scoped(Effect.flatMap(files.open(folderOf(path), { flag: "r" }), ({ sync }) => sync)))

/** Makes a folder, and those above it. */
export const makeFolder = (disk: Disk, path: string): Step<void> =>
  Effect.gen(function*() {
    if ((yield* sizeOf(disk, path)) !== undefined) return
    if (folderOf(path) !== path) yield* makeFolder(disk, folderOf(path))
    // another run may have made it meanwhile
    yield* step(disk, disk.files.makeDirectory(path, { recursive: true, mode: ofOwner.folder }))
    yield* syncFolder(disk, path)
  })

/** Fails if no file can get a name in a folder. A folder that is absent is made in the one above it. */
export const demandWritable = (disk: Disk, folder: string): Step<void> =>
  Effect.flatMap(sizeOf(disk, folder), (size) =>
    size === undefined && folderOf(folder) !== folder
      ? demandWritable(disk, folderOf(folder))
      : step(disk, disk.files.access(folder, { writable: true })))

/** Moves a file over another one in the same file system. */
export const move = (disk: Disk, from: string, to: string): Step<void> =>
  Effect.andThen(step(disk, disk.files.rename(from, to)), syncFolder(disk, to))

const encoder = new TextEncoder()

/** Replaces a file whole: a reader, a kill and a power cut see the old text or the new one. */
export const replace = (disk: Disk, path: string, text: string, next: string = `${path}.next`): Step<void> =>
  Effect.scoped(Effect.gen(function*() {
    const file = yield* step(disk, disk.files.open(next, { flag: "w", mode: ofOwner.file }))
    yield* step(disk, Effect.andThen(file.writeAll(encoder.encode(text)), file.sync))
  })).pipe(Effect.andThen(move(disk, next, path)))

/** Replaces a file that several runs may replace at once. */
export const replaceShared = (disk: Disk, path: string, text: string): Step<void> =>
  Effect.suspend(() => replace(disk, path, text, `${path}.${randomUUID()}.next`))

/** A file that grows. */
export interface Output {
  readonly write: (bytes: Uint8Array) => Step<void>
  readonly sync: Step<void>
  /** Its bytes so far. */
  readonly size: () => number
  /** The SHA-256 of these bytes. */
  readonly sha256: () => string
}

/** Opens a file to write it anew, or behind the bytes that a hash was made of. Everything behind them is cut off. */
export const open = (
  disk: Disk,
  path: string,
  begun: Begun = { hash: createHash("sha256"), bytes: 0 }
): Effect.Effect<Output, DestinationFailed, Scope.Scope> =>
  Effect.gen(function*() {
    const { hash } = begun
    let size = begun.bytes
    const file = yield* step(disk, disk.files.open(path, { flag: size === 0 ? "w" : "r+", mode: ofOwner.file }))
    if (size > 0) {
      yield* step(disk, file.truncate(size))
      yield* file.seek(size, "start")
    }
    return {
      write: (bytes) =>
        Effect.map(step(disk, file.writeAll(bytes)), () => {
          hash.update(bytes)
          size = size + bytes.length
        }),
      sync: step(disk, file.sync),
      size: () => size,
      sha256: () => hash.copy().digest("hex")
    }
  })

/** The first bytes of a file. */
export interface Begun {
  readonly bytes: number
  readonly hash: Hash
}

/** Hashes the first bytes of a file, by default all. `undefined` if the file is absent or shorter. */
export const hashed = (disk: Disk, path: string, bytes?: number): Step<Begun | undefined> =>
  unlessAbsent(
    disk,
    Effect.scoped(Effect.gen(function*() {
      const hash = createHash("sha256")
      const file = yield* disk.files.open(path, { flag: "r" })
      let left = bytes ?? Infinity
      let size = 0
      while (left > 0) {
        const piece = yield* file.readAlloc(Math.min(left, 1 << 20))
        if (Option.isNone(piece)) break
        hash.update(piece.value)
        size = size + piece.value.length
        left = left - piece.value.length
      }
      return bytes === undefined || size === bytes ? { bytes: size, hash } : undefined
    }))
  )

/** The least free space in bytes, unless the options say otherwise. */
export const leastFreeSpace = 16 << 20

/** Fails if less space is free for files in a folder, as far as that can be known. */
export const demand = ({ place }: Pick<Disk, "place">, folder: string, bytes: number): Step<void> =>
  Effect.flatMap(
    Effect.async<number>((resume) =>
      statfs(folder, (error, found) => resume(Effect.succeed(error === null ? found.bavail * found.bsize : Infinity)))
    ),
    (free) =>
      free >= bytes ? Effect.void : Effect.fail(new DestinationFailed({ place, reason: "full", code: "ENOSPC" }))
  )
