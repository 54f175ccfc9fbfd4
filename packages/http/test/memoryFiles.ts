/** A folder in memory that several simulated processes share. Each step of a process can be held up. */
import { Error as PlatformError, FileSystem } from "@effect/platform"
import { Effect, Option } from "effect"

export type Folder = Map<string, { content: Uint8Array }>

const failing = (reason: PlatformError.SystemErrorReason, method: string) =>
  Effect.fail(new PlatformError.SystemError({ reason, module: "FileSystem", method }))

/** The folder as one process sees it. `step` runs before each of its operations. */
export const make = (folder: Folder, step: Effect.Effect<void>): FileSystem.FileSystem => {
  const stepped = <A, E>(operation: () => Effect.Effect<A, E>) => Effect.andThen(step, Effect.suspend(operation))
  // an open file stays the same one when its name is given to another
  const opened = (entry: { content: Uint8Array }): FileSystem.File => {
    let position = 0
    const unused = Effect.dieMessage("unused")
    return {
      [FileSystem.FileTypeId]: FileSystem.FileTypeId,
      fd: FileSystem.FileDescriptor(1),
      stat: unused,
      sync: unused,
      read: () => unused,
      truncate: () => unused,
      write: () => unused,
      seek: () => Effect.sync(() => FileSystem.Size(position = 0)),
      readAlloc: () =>
        stepped(() => {
          position = entry.content.length
          return Effect.succeed(position === 0 ? Option.none() : Option.some(entry.content.slice()))
        }),
      writeAll: (buffer) =>
        stepped(() => {
          const content = new Uint8Array(Math.max(entry.content.length, position + buffer.length))
          content.set(entry.content)
          content.set(buffer, position)
          entry.content = content
          return Effect.void
        })
    }
  }
  return FileSystem.makeNoop({
    open: (path, { flag } = {}) =>
      stepped(() => {
        const entry = folder.get(path)
        if (flag !== "wx") return entry === undefined ? failing("NotFound", "open") : Effect.succeed(opened(entry))
        if (entry !== undefined) return failing("AlreadyExists", "open")
        const created = { content: new Uint8Array() }
        folder.set(path, created)
        return Effect.succeed(opened(created))
      }),
    remove: (path) => stepped(() => folder.delete(path) ? Effect.void : failing("NotFound", "remove")),
    rename: (from, to) =>
      stepped(() => {
        const entry = folder.get(from)
        if (entry === undefined) return failing("NotFound", "rename")
        folder.delete(from)
        folder.set(to, entry)
        return Effect.void
      })
  })
}
