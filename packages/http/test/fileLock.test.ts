import { FileLock } from "@effect-didww/http"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { advance } from "./clock.js"

const temporary = Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())

describe("FileLock", () => {
  it.scoped("is refused while another one has it, names its process, and is free after its scope", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls.lock`
      const scope = yield* Scope.make()
      const first = yield* Scope.extend(FileLock.acquire(path), scope)
      yield* first.check
      const error = yield* Effect.flip(FileLock.acquire(path))
      assert.deepInclude(error, { _tag: "FileLocked", path, processId: process.pid })
      assert.include(error.message, `process ${process.pid} on `)
      yield* first.check
      yield* Scope.close(scope, Exit.void)
      yield* FileLock.acquire(path)
    }).pipe(Effect.provide(NodeContext.layer)))

  it.scoped("ends with its scope where its owner cannot be interrupted", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls.lock`
      yield* Effect.uninterruptible(Effect.scoped(FileLock.acquire(path)))
      assert.isFalse(existsSync(path))
    }).pipe(Effect.provide(NodeContext.layer)))

  it.scoped("check fails once another process has taken the lock over", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls.lock`
      const lock = yield* FileLock.acquire(path)
      const text = readFileSync(path, "utf8")
      writeFileSync(path, text.replace(/"owner":"[0-9a-f]{32}"/, `"owner":"${"0".repeat(32)}"`))
      // `check` trusts its last renewal for ten seconds
      yield* advance("11 seconds")
      assert.strictEqual((yield* Effect.flip(lock.check))._tag, "FileLocked")
    }).pipe(Effect.provide(NodeContext.layer)))

  it.scoped("a folder that is absent is a failure of the file system", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(FileLock.acquire(`${yield* temporary}/absent/calls.lock`))
      assert.deepInclude(error, { _tag: "SystemError", reason: "NotFound" })
    }).pipe(Effect.provide(NodeContext.layer)))
})
