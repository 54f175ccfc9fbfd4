/**
 * Writes a file that is either complete or as it was before.
 *
 * The content goes to another file in the same folder, which takes the name once all of it is on the disk. Where the
 * folder or a mount forbids that, the content is written into the file that is there: a mount point cannot be replaced,
 * and a user who may write to a file may not be allowed to create one beside it.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { dirname } from "node:path"
import { isatty } from "node:tty"
import { plainLines } from "./internal/text.js"
import * as Leftover from "./Leftover.js"
import { Stdio } from "./Stdio.js"
import { about, code } from "./SystemFailure.js"
import * as Target from "./Target.js"

export type Write = (chunk: string | Uint8Array) => Effect.Effect<void, PlatformError>

type Use<A, E, R> = (write: Write) => Effect.Effect<A, E, R>

export interface Options {
  /** The permissions of a new file. Default: those of every new file of the process. */
  readonly mode?: number | undefined
}

/** Gives `use` a function that writes to the file. Every error names the path as it was given. */
export const write = <A, E, R>(path: string, use: Use<A, E, R>, { mode }: Options = {}): Effect.Effect<
  A,
  E | PlatformError,
  R | Stdio | FileSystem.FileSystem
> =>
  Effect.gen(function*() {
    const files = naming(yield* FileSystem.FileSystem, path)
    const target = yield* Target.resolve(path)
    const there = Option.getOrUndefined(yield* Effect.option(files.stat(target)))
    if (there !== undefined && there.type !== "File") return yield* intoDevice(files, target, use)
    const folder = dirname(target)
    yield* Leftover.removeFrom(folder)
    const place: Place = { files, path, target, there, mode, beside: yield* Leftover.path(folder) }
    return yield* Effect.acquireUseRelease(
      Scope.make(),
      (scope) =>
        Effect.flatMap(
          Effect.either(Scope.extend(created(place), scope)),
          Either.match({
            onLeft: (error) =>
              there !== undefined && forbidsCreation.includes(code(error)) ? intoFile(place, use) : Effect.fail(error),
            onRight: (file) => replacing(place, file, Scope.close(scope, Exit.void), use)
          })
        ),
      // after a success it has another name
      (scope, exit) => Effect.andThen(Scope.close(scope, exit), Effect.ignore(files.remove(place.beside)))
    )
  })

interface Place {
  /** Its errors name `path`. */
  readonly files: FileSystem.FileSystem
  /** As the user gave it. */
  readonly path: string
  /** The file that the path leads to. */
  readonly target: string
  /** What is there before. */
  readonly there: FileSystem.File.Info | undefined
  /** The permissions of a file where nothing is before. */
  readonly mode: number | undefined
  /** A path in the same folder. */
  readonly beside: string
}

const forbidsCreation: ReadonlyArray<string> = ["EACCES", "EPERM", "EROFS"]

const forbidsRename: ReadonlyArray<string> = ["EACCES", "EBUSY", "EPERM", "EXDEV"]

/** Names the path that the user gave, in place of the file that an operation was about. */
const naming = (files: FileSystem.FileSystem, path: string): FileSystem.FileSystem => {
  const named = Effect.mapError(about(path))
  return FileSystem.make({
    ...files,
    open: (path, options) =>
      Effect.map(named(files.open(path, options)), (file) => ({
        ...file,
        sync: named(file.sync),
        truncate: (length) => named(file.truncate(length)),
        writeAll: (buffer) => named(file.writeAll(buffer))
      })),
    rename: (from, to) => named(files.rename(from, to)),
    stat: (path) => named(files.stat(path))
  })
}

const encoder = new TextEncoder()

const writing = (file: FileSystem.File): Write => (chunk) =>
  // platform reports an empty write as a full disk
  chunk.length === 0
    ? Effect.void
    : file.writeAll(typeof chunk === "string" ? encoder.encode(chunk) : chunk)

/** A pipe or a device cannot be replaced. A terminal gets plain lines. */
const intoDevice = <A, E, R>(files: FileSystem.FileSystem, target: string, use: Use<A, E, R>) =>
  Effect.scoped(Effect.flatMap(files.open(target, { flag: "a" }), (file) => {
    const write = writing(file)
    return use((chunk) =>
      write(typeof chunk === "string" && isatty(file.fd) ? plainLines(chunk, { hasColor: false }) : chunk)
    )
  }))

const permissionsOf = ({ mode }: FileSystem.File.Info): number => mode & 0o777

/** Creates the file beside the target. At no time has it more permissions than the target. */
const created = ({ beside, files, mode, there }: Place) => {
  const permissions = there === undefined ? mode : permissionsOf(there)
  return files.open(beside, { flag: "wx", ...(permissions !== undefined && { mode: permissions }) })
}

/** Writes the file beside the target, then renames it. */
const replacing = <A, E, R>(place: Place, file: FileSystem.File, close: Effect.Effect<void>, use: Use<A, E, R>) =>
  Effect.gen(function*() {
    const { beside, files, target, there } = place
    if (there !== undefined) yield* Effect.ignore(own(files, beside, there))
    const result = yield* use(writing(file))
    yield* file.sync
    // Windows renames no open file
    yield* close
    yield* Effect.catchIf(
      files.rename(beside, target),
      (error) => there !== undefined && forbidsRename.includes(code(error)),
      // the whole content is on the disk, so an interruption must not cut it now
      () => Effect.uninterruptible(intoFile(place, (write) => Stream.runForEach(files.stream(beside), write)))
    )
    return result
  })

/** Gives a file the owner, the group and the permissions of another one, as far as the system allows. */
const own = (files: FileSystem.FileSystem, path: string, there: FileSystem.File.Info) =>
  Effect.gen(function*() {
    const now = yield* files.stat(path)
    // -1 changes nothing
    const uid = Option.getOrElse(there.uid, () => -1)
    const gid = Option.getOrElse(there.gid, () => -1)
    if (uid !== Option.getOrUndefined(now.uid) || gid !== Option.getOrUndefined(now.gid)) {
      // only root may change the owner, but every user the group to another one of theirs
      yield* Effect.ignore(Effect.orElse(files.chown(path, uid, gid), () => files.chown(path, -1, gid)))
    }
    // the mask of the process may have taken some of them away
    if (permissionsOf(now) !== permissionsOf(there)) yield* files.chmod(path, permissionsOf(there))
  })

/** Writes into the target. Its old content stays until the first write. */
const intoFile = <A, E, R>({ files, path, target }: Place, use: Use<A, E, R>) =>
  Effect.suspend(() => {
    let isBegun = false
    return Effect.scoped(Effect.gen(function*() {
      const file = yield* files.open(target, { flag: "r+" })
      const write = writing(file)
      const begun = Effect.suspend(() => {
        if (isBegun) return Effect.void
        isBegun = true
        return file.truncate(0)
      })
      const result = yield* use((chunk) => Effect.andThen(begun, write(chunk)))
      yield* begun
      yield* file.sync
      return result
    })).pipe(
      Effect.onError(() =>
        isBegun
          ? Effect.flatMap(Stdio, ({ err }) => err(`didww-exports: ${path} is incomplete: it could not be replaced.`))
          : Effect.void
      )
    )
  })
