/** The file that a path of the user leads to. A link stays a link, but a link that another user planted is not followed. */
import { type PlatformError, SystemError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"
import { constants, type Stats } from "node:fs"
import { lstat, readlink, stat } from "node:fs/promises"
import { dirname, isAbsolute } from "node:path"

/** More links than the system follows. */
const mostLinks = 40

/** Gives the path of the file. The file may not exist yet. A device or a pipe keeps the path that leads to it. */
export const resolve = (path: string): Effect.Effect<string, PlatformError> => follow(path, path, mostLinks)

const follow = (path: string, given: string, links: number): Effect.Effect<string, PlatformError> =>
  Effect.gen(function*() {
    const link = yield* statOf(lstat, path)
    if (link?.isSymbolicLink() !== true) return path
    const there = yield* statOf(stat, path)
    // /dev/stdout is a link whose text is no path
    if (there !== undefined && !there.isFile()) return path
    const folder = yield* statOf(stat, dirname(path))
    if (links === 0 || (folder !== undefined && isPlanted(link, folder, process.getuid?.()))) {
      return yield* refused(given)
    }
    const text = yield* Effect.orElse(Effect.tryPromise(() => readlink(path)), () => refused(given))
    // not normalized: the folder may be a link itself, so `..` means what the system says
    return yield* follow(isAbsolute(text) ? text : `${dirname(path)}/${text}`, given, links - 1)
  })

/**
 * Whether a link in a folder that everybody can write to is somebody else's. Linux refuses the same links where
 * `fs.protected_symlinks` is on.
 */
export const isPlanted = (
  link: Pick<Stats, "uid">,
  folder: Pick<Stats, "uid" | "mode">,
  user: number | undefined
): boolean => {
  const isShared = (folder.mode & sticky) !== 0 && (folder.mode & constants.S_IWOTH) !== 0
  return isShared && link.uid !== user && link.uid !== folder.uid
}

/** The bit of a folder whose entries only their owners can remove. Node has no name for it. */
const sticky = 0o1000

const statOf = (get: (path: string) => Promise<Stats>, path: string): Effect.Effect<Stats | undefined> =>
  Effect.orElseSucceed(Effect.tryPromise(() => get(path)), () => undefined)

const refused = (path: string): Effect.Effect<never, PlatformError> =>
  Effect.fail(
    new SystemError({
      reason: "BadResource",
      module: "FileSystem",
      method: "open",
      pathOrDescriptor: path,
      cause: { code: "ELOOP" }
    })
  )
