/** The files that a run writes before they take their names, and those that an earlier run left behind. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { createHash, randomBytes } from "node:crypto"
import { hostname } from "node:os"

const pattern = /^\.didww-exports-(?<place>[0-9a-f]{8})-(?<process>\d+)-(?<run>[0-9a-f]{8})-[0-9a-f]{8}\.part$/

const hex = (): string => randomBytes(4).toString("hex")

/** Tells this process from one that had the same number before. */
const run = hex()

/** Where process numbers mean the same: the host and, in a container on it, the container. */
const placeOf = (files: FileSystem.FileSystem): Effect.Effect<string> =>
  Effect.map(
    Effect.orElseSucceed(files.readLink("/proc/self/ns/pid"), () => ""),
    (namespace) => createHash("sha256").update(`${hostname()} ${namespace}`).digest("hex").slice(0, 8)
  )

/** A new name for a file of this process in a folder. Its length does not depend on the name that the file takes later. */
export const path = (folder: string): Effect.Effect<string, never, FileSystem.FileSystem> =>
  Effect.gen(function*() {
    const place = yield* placeOf(yield* FileSystem.FileSystem)
    return `${folder}/.didww-exports-${place}-${process.pid}-${run}-${hex()}.part`
  })

/** Removes the files of dead processes from a folder, as far as that is allowed. */
export const removeFrom = (folder: string): Effect.Effect<void, never, FileSystem.FileSystem> =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    const place = yield* placeOf(files)
    const names = yield* Effect.orElseSucceed(files.readDirectory(folder), () => [])
    yield* Effect.forEach(names, (name) => {
      const groups = pattern.exec(name)?.groups
      if (groups === undefined || groups.run === run) return Effect.void
      const path = `${folder}/${name}`
      return groups.place === place && !isAlive(Number(groups.process))
        ? Effect.ignore(files.remove(path))
        : Effect.ignore(Effect.whenEffect(files.remove(path), isOld(files, path)))
    }, { discard: true })
  })

/** A process on another host cannot be asked whether it runs. Every one that runs writes more often than this. */
const longest = Duration.days(1)

const isOld = (files: FileSystem.FileSystem, path: string): Effect.Effect<boolean, PlatformError> =>
  Effect.zipWith(
    files.stat(path),
    Clock.currentTimeMillis,
    ({ mtime }, now) => Option.exists(mtime, (time) => now - time.getTime() > Duration.toMillis(longest))
  )

/** Whether a process on this host runs. This process itself has another `run` if the number is its own. */
const isAlive = (id: number): boolean => {
  if (id === process.pid) return false
  try {
    return process.kill(id, 0)
  } catch (error) {
    // a process of another user is alive, and cannot be signaled
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}
