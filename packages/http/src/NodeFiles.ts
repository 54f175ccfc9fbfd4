/**
 * Files on Node that are opened through no link and that outlast a power cut. This module needs Node, so the package's
 * index does not export it.
 *
 * `layer` changes four things of a `FileSystem`:
 *
 * - `open` for writing does not follow a symbolic link to a file, as with `O_NOFOLLOW`, on every system. A link that
 *   somebody plants at a path cannot redirect the writes. Links to devices and pipes, such as `/dev/stdout`, are followed.
 * - `rename` also syncs the folder, so that the new name outlasts a power cut.
 * - `sync` does nothing where the file system does not support it.
 * - An error of an open file names its path.
 *
 * @example
 * ```ts
 * import { ExportsClient, RecordFile } from "@effect-didww/http"
 * import * as NodeFiles from "@effect-didww/http/NodeFiles"
 * import * as Effect from "effect/Effect"
 *
 * const write = (archived: ExportsClient.Archived) =>
 *   RecordFile.write(archived, { path: "calls.ndjson" }).pipe(Effect.provide(NodeFiles.layer))
 * ```
 *
 * @since 0.1.0
 */
/// <reference types="node" />
import * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import { type Stats } from "node:fs"
import { lstat, open as openFile, stat } from "node:fs/promises"
import { dirname } from "node:path"

/**
 * Changes a file system of Node as the module says.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (files: FileSystem.FileSystem): FileSystem.FileSystem =>
  FileSystem.make({
    ...files,
    open: (path, options) => Effect.map(opened(files, path, options), (file) => named(file, path)),
    rename: (from, to) => Effect.andThen(files.rename(from, to), syncFolder(dirname(to)))
  })

/**
 * Changes the file system of Node that is provided to it.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<FileSystem.FileSystem, never, FileSystem.FileSystem> = Layer.effect(
  FileSystem.FileSystem,
  Effect.map(FileSystem.FileSystem, make)
)

type Opened = Effect.Effect<FileSystem.File, PlatformError.PlatformError, Scope.Scope>

/** For a path that nothing is at. Exclusive: a link that is planted meanwhile is not followed. */
const creating = { w: "wx", "w+": "wx+", a: "ax", "a+": "ax+", "r+": "r+" } as const

/** For a path that something is at. Truncates nothing, because the file may turn out to be another one. */
const keeping = { w: "r+", "w+": "r+", a: "a", "a+": "a+", "r+": "r+" } as const

const opened = (files: FileSystem.FileSystem, path: string, options: FileSystem.OpenFileOptions = {}): Opened => {
  const { flag = "r" } = options
  if (flag === "r" || flag === "wx" || flag === "wx+" || flag === "ax" || flag === "ax+") {
    return files.open(path, options)
  }
  return Effect.gen(function*() {
    const before = yield* statOf(lstat, path)
    if (before === undefined) return yield* files.open(path, { ...options, flag: creating[flag] })
    const end = before.isSymbolicLink() ? yield* statOf(stat, path) : before
    if (end === undefined || (end !== before && end.isFile())) return yield* Effect.fail(linked(path))
    const file = yield* files.open(path, { ...options, flag: keeping[flag] })
    const info = yield* file.stat
    // a link may have been planted meanwhile
    if (info.type === "File" && !isOf(before, info)) return yield* Effect.fail(linked(path))
    if (info.type === "File" && (flag === "w" || flag === "w+")) yield* file.truncate(0)
    return file
  })
}

/** What is at a path, if it can be known. */
const statOf = (get: (path: string) => Promise<Stats>, path: string): Effect.Effect<Stats | undefined> =>
  Effect.orElseSucceed(Effect.tryPromise(() => get(path)), () => undefined)

/** Whether an open file is what was at the path. A link is never the file that it leads to. */
const isOf = (before: Stats, { dev, ino }: FileSystem.File.Info): boolean =>
  before.dev === dev && before.ino === Option.getOrUndefined(ino)

const linked = (path: string): PlatformError.SystemError =>
  new PlatformError.SystemError({
    reason: "BadResource",
    module: "FileSystem",
    method: "open",
    syscall: "open",
    pathOrDescriptor: path,
    description: "ELOOP: a symbolic link leads to the file",
    cause: { code: "ELOOP" }
  })

/** A folder that cannot be synced, as on Windows, is no failure: the file has its new name already. */
const syncFolder = (path: string): Effect.Effect<void> =>
  Effect.ignore(Effect.tryPromise(async () => {
    const folder = await openFile(path, "r")
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }))

const unsupported: ReadonlyArray<unknown> = ["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]

const isUnsupported = (error: PlatformError.PlatformError): boolean =>
  Predicate.hasProperty(error.cause, "code") && unsupported.includes(error.cause.code)

/** Names the path in place of the number of the open file. */
const named = (file: FileSystem.File, path: string): FileSystem.File => {
  const naming = Effect.mapError((error: PlatformError.PlatformError): PlatformError.PlatformError =>
    error._tag === "SystemError"
      // a spread leaves out the cause of an error
      ? new PlatformError.SystemError({ ...error, cause: error.cause, pathOrDescriptor: path })
      : error
  )
  return {
    [FileSystem.FileTypeId]: FileSystem.FileTypeId,
    fd: file.fd,
    stat: naming(file.stat),
    seek: (offset, from) => file.seek(offset, from),
    sync: naming(Effect.catchIf(file.sync, isUnsupported, () => Effect.void)),
    read: (buffer) => naming(file.read(buffer)),
    readAlloc: (size) => naming(file.readAlloc(size)),
    truncate: (length) => naming(file.truncate(length)),
    write: (buffer) => naming(file.write(buffer)),
    writeAll: (buffer) => naming(file.writeAll(buffer))
  }
}
