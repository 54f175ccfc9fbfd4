/** A disk on which a process dies at its n-th system call. */
import { Error, FileSystem } from "@effect/platform"
import { Effect } from "effect"

interface Calls {
  made: number
  /** From this call on nothing happens any more. */
  readonly last: number
}

export const calls = (last: number): Calls => ({ made: 0, last })

const dead = new Error.SystemError({ reason: "Unknown", module: "FileSystem", method: "any", pathOrDescriptor: "dead" })

/** An open file of which some methods are others. A spread would lose those of its prototype. */
export const changed = (file: FileSystem.File, changes: Partial<FileSystem.File>): FileSystem.File => ({
  [FileSystem.FileTypeId]: FileSystem.FileTypeId,
  fd: file.fd,
  stat: file.stat,
  sync: file.sync,
  seek: (offset, from) => file.seek(offset, from),
  read: (buffer) => file.read(buffer),
  readAlloc: (size) => file.readAlloc(size),
  truncate: (length) => file.truncate(length),
  write: (buffer) => file.write(buffer),
  writeAll: (buffer) => file.writeAll(buffer),
  ...changes
})

/** The same file system until the process dies. The call at which it dies writes half of its bytes, or does nothing. */
export const crashing = (files: FileSystem.FileSystem, calls: Calls): FileSystem.FileSystem => {
  const counted = <A, R>(
    call: Effect.Effect<A, Error.PlatformError, R>,
    half: Effect.Effect<unknown, Error.PlatformError> = Effect.void
  ): Effect.Effect<A, Error.PlatformError, R> =>
    Effect.suspend(() => {
      calls.made++
      return calls.made < calls.last
        ? call
        : calls.made === calls.last
        ? Effect.andThen(half, Effect.fail(dead))
        : Effect.fail(dead)
    })
  const file = (self: FileSystem.File): FileSystem.File =>
    changed(self, {
      stat: counted(self.stat),
      sync: counted(self.sync),
      readAlloc: (size) => counted(self.readAlloc(size)),
      truncate: (length) => counted(self.truncate(length)),
      writeAll: (buffer) => counted(self.writeAll(buffer), self.writeAll(buffer.subarray(0, buffer.length >> 1)))
    })
  return FileSystem.make({
    ...files,
    open: (path, options) => Effect.map(counted(files.open(path, options)), file),
    makeDirectory: (path, options) => counted(files.makeDirectory(path, options)),
    remove: (path, options) => counted(files.remove(path, options)),
    rename: (from, to) => counted(files.rename(from, to)),
    stat: (path) => counted(files.stat(path)),
    readDirectory: (path, options) => counted(files.readDirectory(path, options)),
    readFile: (path) => counted(files.readFile(path))
  })
}
