import * as NodeFiles from "@effect-didww/http/NodeFiles"
import { Error as PlatformError, FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Exit } from "effect"
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { open } from "node:fs/promises"

const encoder = new TextEncoder()

const flags = ["r+", "w", "w+", "wx", "wx+", "a", "a+", "ax", "ax+"] as const

/** A folder, Node's file system, and the one under test. */
const files = Effect.gen(function*() {
  const node = yield* FileSystem.FileSystem
  return { node, folder: yield* node.makeTempDirectoryScoped(), tested: NodeFiles.make(node) }
}).pipe(Effect.provide(NodeFileSystem.layer))

/** Opens a file and writes to it. */
const write = (files: FileSystem.FileSystem, path: string, flag: FileSystem.OpenFlag) =>
  Effect.scoped(Effect.flatMap(files.open(path, { flag }), (file) => file.writeAll(encoder.encode("new"))))

const failing = (code: string) =>
  new PlatformError.SystemError({
    reason: "Unknown",
    module: "FileSystem",
    method: "sync",
    pathOrDescriptor: 18,
    cause: { code }
  })

/** Replaces `sync` of each file that a file system opens. */
const syncing = (
  node: FileSystem.FileSystem,
  sync: FileSystem.File["sync"]
): FileSystem.FileSystem => ({
  ...node,
  open: (path, options) =>
    Effect.map(node.open(path, options), (file) => Object.defineProperty(file, "sync", { value: sync }))
})

describe("NodeFiles", () => {
  it.scopedLive("open does for each flag what Node does, with and without a file", () =>
    Effect.gen(function*() {
      const { folder, node, tested } = yield* files
      for (const flag of flags) {
        for (const content of [undefined, "old content"]) {
          const [one, other] = [`${folder}/${flag}-node`, `${folder}/${flag}-tested`]
          if (content !== undefined) [one, other].forEach((path) => writeFileSync(path, content))
          const reasons = yield* Effect.forEach([write(node, one, flag), write(tested, other, flag)], (self) =>
            Effect.either(Effect.mapError(self, (error) =>
              error._tag === "SystemError" ? error.reason : error._tag)))
          assert.deepStrictEqual(reasons[1], reasons[0], flag)
          assert.strictEqual(existsSync(other), existsSync(one))
          if (existsSync(one)) {
            assert.strictEqual(readFileSync(other, "utf8"), readFileSync(one, "utf8"), flag)
          }
          ;[one, other].forEach((path) =>
            rmSync(path, { force: true })
          )
        }
      }
    }))

  it.scopedLive("open for writing refuses a link to a file, and leaves the file as it is", () =>
    Effect.gen(function*() {
      const { folder, tested } = yield* files
      writeFileSync(`${folder}/precious`, "old content")
      symlinkSync(`${folder}/precious`, `${folder}/link`)
      symlinkSync(`${folder}/missing`, `${folder}/dangling`)
      for (const flag of flags) {
        for (const name of ["link", "dangling"]) {
          const error = yield* Effect.flip(write(tested, `${folder}/${name}`, flag))
          assert.strictEqual(error._tag === "SystemError" && error.pathOrDescriptor, `${folder}/${name}`)
        }
        assert.strictEqual(readFileSync(`${folder}/precious`, "utf8"), "old content")
        assert.isFalse(existsSync(`${folder}/missing`))
      }
      assert.strictEqual(yield* tested.readFileString(`${folder}/link`), "old content")
    }))

  it.scopedLive("open for writing refuses a link that is planted while it opens the file", () =>
    Effect.gen(function*() {
      const { folder, node } = yield* files
      const path = `${folder}/calls.ndjson`
      writeFileSync(`${folder}/precious`, "old content")
      const tested = NodeFiles.make({
        ...node,
        open: (path, options) =>
          Effect.suspend(() => {
            rmSync(path, { force: true })
            symlinkSync(`${folder}/precious`, path)
            return node.open(path, options)
          })
      })
      for (const flag of flags) {
        for (const isThere of [true, false]) {
          rmSync(path, { force: true })
          if (isThere) writeFileSync(path, "of this program")
          // no file and `r+`: the link is all that there is to open
          if (!isThere && flag === "r+") continue
          assert.isTrue(Either.isLeft(yield* Effect.either(write(tested, path, flag))), flag)
          assert.strictEqual(readFileSync(`${folder}/precious`, "utf8"), "old content", flag)
        }
      }
    }))

  it.scopedLive("open follows a link to a device", () =>
    Effect.gen(function*() {
      const { folder, tested } = yield* files
      symlinkSync("/dev/null", `${folder}/device`)
      for (const flag of ["a", "w", "r+"] as const) yield* write(tested, `${folder}/device`, flag)
    }))

  it.scopedLive("an error of an open file names its path and keeps its cause", () =>
    Effect.gen(function*() {
      const { folder, tested } = yield* files
      const path = `${folder}/calls.ndjson`
      writeFileSync(path, "")
      const error = yield* Effect.flip(write(tested, path, "r"))
      assert.include(error.message, `(${path})`)
      assert.propertyVal(error.cause, "code", "EBADF")
    }))

  it.scopedLive("sync succeeds where the file system does not support it, and reports every other failure", () =>
    Effect.gen(function*() {
      const { folder, node } = yield* files
      for (
        const [code, succeeds] of [["EINVAL", true], ["ENOSYS", true], ["ENOTSUP", true], ["EIO", false], [
          "ENOSPC",
          false
        ]] as const
      ) {
        const tested = NodeFiles.make(syncing(node, Effect.fail(failing(code))))
        const opened = tested.open(`${folder}/synced`, { flag: "w" })
        const exit = yield* Effect.exit(Effect.scoped(Effect.flatMap(opened, (file) => file.sync)))
        assert.strictEqual(Exit.isSuccess(exit), succeeds, code)
      }
    }))

  it.scopedLive("rename syncs the folder, and succeeds where a folder cannot be synced", () =>
    Effect.gen(function*() {
      const { folder, tested } = yield* files
      const handle = Object.getPrototypeOf(
        yield* Effect.acquireRelease(Effect.promise(() => open(folder)), (file) => Effect.promise(() => file.close()))
      )
      const original = handle.sync
      const synced: Array<boolean> = []
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          handle.sync = async function(this: { stat: () => Promise<{ isDirectory: () => boolean }> }) {
            synced.push((await this.stat()).isDirectory())
            return Promise.reject(new Error("EINVAL"))
          }
        }),
        () => Effect.sync(() => handle.sync = original)
      )
      writeFileSync(`${folder}/from`, "content")
      yield* tested.rename(`${folder}/from`, `${folder}/to`)
      assert.deepStrictEqual(synced, [true])
      assert.strictEqual(readFileSync(`${folder}/to`, "utf8"), "content")
    }))
})
