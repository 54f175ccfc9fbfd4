import { DidwwError, Export, ExportRequest } from "@effect-didww/core"
import { ExportsClient, RecordFile, RetryPolicy } from "@effect-didww/http"
import { Account, Fault, Simulator } from "@effect-didww/simulator"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Deferred, Effect, Either, Exit, Option, Schema } from "effect"
import { spawnSync } from "node:child_process"
import { hostname } from "node:os"
import * as Checkpoint from "../src/internal/archive/checkpoint.js"
import { assertWritten } from "./calls.js"
import { inTime, setTime } from "./clock.js"
import { FastCheck, propertyScoped } from "./property.js"
import { connected, requestCount, seen } from "./setup.js"

const now = DateTime.unsafeMake("2026-11-25T12:00:00Z")
const request = ExportRequest.cdrIn({ ...ExportRequest.lastMonth(now), externalReferenceId: "calls" })

const archives = { rows: 2000, seed: 4, badRows: 0.01 }
const account = Account.make([])

/** A completed export, and its archive. */
const completed = Effect.gen(function*() {
  yield* setTime(now)
  const client = yield* ExportsClient.ExportsClient
  const one = yield* inTime(Effect.flatMap(client.ensure(request), (one) => client.awaitCompleted(one)))
  const simulator = yield* Simulator.Simulator
  const record = (yield* simulator.exports).find(({ id }) => id === one.id)
  return { one, archive: simulator.archive(Option.getOrThrow(Option.fromNullable(record))) }
})

const temporary = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())

const isDownload = ({ url }: Simulator.ReceivedRequest): boolean => url.endsWith(".csv.gz")

const downloading = (fault: (number: number) => Fault.Fault | undefined) => {
  let number = 0
  return connected({
    account,
    archives,
    faults: (request) => isDownload(request) ? fault(++number) : undefined
  })
}

const whole = downloading(() => undefined)

describe("RecordFile", () => {
  it.scoped("holds each row once, in order, rejected rows too, and says how many", () =>
    Effect.gen(function*() {
      const { archive, one } = yield* completed
      const path = `${yield* temporary}/calls.ndjson`
      const written = yield* RecordFile.write(one, { path })
      yield* assertWritten(path, archive)
      assert.isAbove(written.rejected, 0)
      assert.strictEqual(written.records + written.rejected, 2000)
      const fs = yield* FileSystem.FileSystem
      assert.strictEqual(Number((yield* fs.stat(path)).size), written.size)
    }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))

  it.scoped("leaves a complete file as it is, without a request", () =>
    Effect.gen(function*() {
      const { one } = yield* completed
      const path = `${yield* temporary}/calls.ndjson`
      const first = yield* RecordFile.write(one, { path })
      const before = yield* requestCount
      assert.deepStrictEqual(yield* RecordFile.write(one, { path }), first)
      assert.strictEqual(yield* requestCount, before)
    }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))

  const stops = FastCheck.array(FastCheck.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 })
  propertyScoped(
    "ends with the same file when it is stopped anywhere, any number of times",
    [stops, FastCheck.integer({ min: 1, max: 700 })],
    (places, checkpointEvery) =>
      Effect.gen(function*() {
        const { archive, one } = yield* completed
        const path = `${yield* temporary}/calls.ndjson`
        for (const place of places) {
          const exit = yield* Effect.exit(RecordFile.write(one, {
            path,
            checkpointEvery,
            // within a batch that was written, or before it
            onProgress: ({ rows }) => rows > place * 1900 ? Effect.interrupt : Effect.void
          }))
          assert.isTrue(Exit.isInterrupted(exit))
          // a process that dies within a line leaves half of one
          const fs = yield* FileSystem.FileSystem
          yield* fs.writeFileString(path, "{\"_tag\":\"Cdr", { flag: "a" })
        }
        yield* RecordFile.write(one, { path, checkpointEvery })
        yield* assertWritten(path, archive)
      }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)),
    { numRuns: Number(process.env.RUNS ?? 4), timeout: 120_000 }
  )

  it.scoped("keeps the rows before the damage of an archive, and begins anew in the next run", () =>
    Effect.gen(function*() {
      const { archive, one } = yield* completed
      const path = `${yield* temporary}/calls.ndjson`
      const error = yield* Effect.flip(RecordFile.write(one, { path, checkpointEvery: 1 }))
      assert.deepInclude(error, { _tag: "CorruptArchive", reason: "truncated" })
      assert.isAbove(Number((yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.stat(path))).size), 0)
      const checkpoint = Schema.decodeSync(Checkpoint.Json)(
        yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(Checkpoint.pathOf(path)))
      )
      assert.strictEqual(checkpoint.records, 0)
      yield* RecordFile.write(one, { path })
      yield* assertWritten(path, archive)
    }).pipe(
      Effect.provide(downloading((number) => number === 1 ? Fault.truncated(20_000) : undefined)),
      Effect.provide(NodeContext.layer)
    ))

  propertyScoped(
    "begins anew after a flipped bit, and keeps no row that the bit changed",
    [FastCheck.integer({ min: 0, max: 2 ** 30 })],
    (bit) =>
      Effect.gen(function*() {
        const { archive, one } = yield* completed
        const path = `${yield* temporary}/calls.ndjson`
        const exit = yield* Effect.either(RecordFile.write(one, { path, checkpointEvery: 1 }))
        if (Either.isLeft(exit)) assert.deepInclude(exit.left, { _tag: "CorruptArchive" })
        yield* RecordFile.write(one, { path })
        yield* assertWritten(path, archive)
      }).pipe(
        Effect.provide(downloading((number) => number === 1 ? Fault.flippedBit(bit) : undefined)),
        Effect.provide(NodeContext.layer)
      ),
    { numRuns: Number(process.env.RUNS ?? 4), timeout: 120_000 }
  )

  const conflicts: Record<
    string,
    readonly [files: Readonly<Record<string, string>>, reason: DidwwError.RecordFileConflict["reason"]]
  > = {
    "a file without a checkpoint": [{ "calls.ndjson": "precious\n" }, "no checkpoint"],
    "a checkpoint of another export": [{
      "calls.ndjson": "precious\n",
      "calls.ndjson.checkpoint": Schema.encodeSync(Checkpoint.Json)(Checkpoint.start(Export.ExportId.make("other")))
    }, "another export"],
    "an unreadable checkpoint": [
      { "calls.ndjson": "precious\n", "calls.ndjson.checkpoint": "{\"version\":2}" },
      "unreadable checkpoint"
    ]
  }
  for (const [name, [files, reason]] of Object.entries(conflicts)) {
    it.scoped(`leaves ${name} alone`, () =>
      Effect.gen(function*() {
        const { one } = yield* completed
        const directory = yield* temporary
        const fs = yield* FileSystem.FileSystem
        yield* Effect.forEach(Object.entries(files), ([name, text]) => fs.writeFileString(`${directory}/${name}`, text))
        const before = yield* requestCount
        const error = yield* Effect.flip(RecordFile.write(one, { path: `${directory}/calls.ndjson` }))
        assert.deepInclude(error, { _tag: "RecordFileConflict", reason })
        assert.strictEqual(yield* requestCount, before)
        for (const [name, text] of Object.entries(files)) {
          assert.strictEqual(yield* fs.readFileString(`${directory}/${name}`), text)
        }
      }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))
  }

  it.scoped("fails with RecordFileConflict when the file has lost rows", () =>
    Effect.gen(function*() {
      const { one } = yield* completed
      const path = `${yield* temporary}/calls.ndjson`
      yield* RecordFile.write(one, { path })
      const fs = yield* FileSystem.FileSystem
      yield* fs.truncate(path, 100)
      assert.deepInclude(yield* Effect.flip(RecordFile.write(one, { path })), { reason: "too short" })
    }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))

  propertyScoped(
    "fails with RecordFileConflict when a byte of the last 64 KiB of a complete file is another one",
    [FastCheck.integer({ min: 1, max: 64 * 1024 }), FastCheck.integer({ min: 1, max: 255 })],
    (fromEnd, change) =>
      Effect.gen(function*() {
        const { one } = yield* completed
        const path = `${yield* temporary}/calls.ndjson`
        yield* RecordFile.write(one, { path })
        const fs = yield* FileSystem.FileSystem
        const bytes = yield* fs.readFile(path)
        bytes[bytes.length - fromEnd]! ^= change
        yield* fs.writeFile(path, bytes)
        const before = yield* requestCount
        const error = yield* Effect.flip(RecordFile.write(one, { path }))
        assert.deepInclude(error, { _tag: "RecordFileConflict", reason: "changed" })
        assert.strictEqual(yield* requestCount, before)
        assert.deepStrictEqual(yield* fs.readFile(path), bytes)
      }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)),
    { numRuns: Number(process.env.RUNS ?? 4), timeout: 120_000 }
  )

  it.scoped("fails with RecordFileConflict when a complete file has become longer", () =>
    Effect.gen(function*() {
      const { one } = yield* completed
      const path = `${yield* temporary}/calls.ndjson`
      yield* RecordFile.write(one, { path })
      const fs = yield* FileSystem.FileSystem
      yield* fs.writeFileString(path, "{}\n", { flag: "a" })
      assert.deepInclude(yield* Effect.flip(RecordFile.write(one, { path })), { reason: "changed" })
    }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))

  for (
    const [name, change] of [
      ["longer", (fs: FileSystem.FileSystem, path: string) => fs.writeFileString(path, "foreign", { flag: "a" })],
      ["shorter", (fs: FileSystem.FileSystem, path: string) => fs.truncate(path, 100)]
    ] as const
  ) {
    it.scoped(`writes nothing more when another program makes the file ${name}`, () =>
      Effect.gen(function*() {
        const { archive, one } = yield* completed
        const path = `${yield* temporary}/calls.ndjson`
        const fs = yield* FileSystem.FileSystem
        let changed: Uint8Array | undefined
        const error = yield* Effect.flip(RecordFile.write(one, {
          path,
          checkpointEvery: 100,
          onProgress: ({ rows }) =>
            rows < 1000 || changed !== undefined ? Effect.void : Effect.orDie(Effect.gen(function*() {
              yield* change(fs, path)
              changed = yield* fs.readFile(path)
            }))
        }))
        assert.deepInclude(error, { _tag: "RecordFileConflict", reason: "changed" })
        assert.deepStrictEqual(yield* fs.readFile(path), changed)
        if (name === "shorter") {
          return assert.deepInclude(yield* Effect.flip(RecordFile.write(one, { path })), { reason: "too short" })
        }
        // the foreign bytes are behind the checkpoint
        yield* RecordFile.write(one, { path })
        yield* assertWritten(path, archive)
      }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))
  }

  it.scoped("refuses a second writer, says who the first is, and lets the first one end", () =>
    Effect.gen(function*() {
      const { archive, one } = yield* completed
      const path = `${yield* temporary}/calls.ndjson`
      const second = yield* Deferred.make<unknown>()
      const since = yield* DateTime.now
      const context = yield* Effect.context<ExportsClient.ExportsClient | FileSystem.FileSystem>()
      const before = yield* requestCount
      yield* RecordFile.write(one, {
        path,
        onProgress: () =>
          Effect.flip(RecordFile.write(one, { path })).pipe(
            Effect.provide(context),
            Effect.orDie,
            Effect.intoDeferred(second)
          )
      })
      const error = yield* Deferred.await(second)
      assert.instanceOf(error, DidwwError.RecordFileConflict)
      assert.deepInclude(error, { reason: "in use", path })
      assert.strictEqual(error.writer?.processId, process.pid)
      assert.strictEqual(error.writer?.host, hostname())
      assert.deepStrictEqual(error.writer?.since, since)
      assert.strictEqual(yield* requestCount, before + 1)
      yield* assertWritten(path, archive)
    }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))

  it.scoped("stops as soon as it has lost its lock", () =>
    Effect.gen(function*() {
      const { one } = yield* completed
      const path = `${yield* temporary}/calls.ndjson`
      const fs = yield* FileSystem.FileSystem
      const error = yield* inTime(Effect.flip(RecordFile.write(one, {
        path,
        onProgress: () => Effect.andThen(Effect.orDie(fs.remove(`${path}.lock`, { force: true })), Effect.never)
      })))
      assert.deepInclude(error, { _tag: "RecordFileConflict", reason: "in use" })
      assert.strictEqual(Number((yield* fs.stat(path)).size), 0)
    }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))

  it.scoped("leaves only the file and its checkpoint, also after a run that died", () =>
    Effect.gen(function*() {
      const { archive, one } = yield* completed
      const directory = yield* temporary
      const path = `${directory}/calls.ndjson`
      const fs = yield* FileSystem.FileSystem
      // a process that dies leaves its lock and an unfinished checkpoint
      const copied: Array<readonly [name: string, content: string]> = []
      yield* Effect.exit(RecordFile.write(one, {
        path,
        onProgress: () =>
          Effect.orDie(Effect.gen(function*() {
            const lock = yield* fs.readFileString(`${path}.lock`)
            const { pid } = spawnSync(process.execPath, ["-e", ""])
            const dead = JSON.parse(lock)
            copied.push(["calls.ndjson.lock", JSON.stringify({ ...dead, place: { ...dead.place, processId: pid } })])
            copied.push([`calls.ndjson.checkpoint.${dead.owner}`, "half a"])
            return yield* Effect.interrupt
          }))
      }))
      yield* Effect.forEach(copied, ([name, content]) => fs.writeFileString(`${directory}/${name}`, content))
      yield* RecordFile.write(one, { path })
      yield* assertWritten(path, archive)
      assert.deepStrictEqual(
        (yield* fs.readDirectory(directory)).toSorted(),
        ["calls.ndjson", "calls.ndjson.checkpoint"]
      )
    }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))

  it.scoped("writes its checkpoint and its lock through no planted link", () =>
    Effect.gen(function*() {
      const { archive, one } = yield* completed
      const directory = yield* temporary
      const path = `${directory}/calls.ndjson`
      const fs = yield* FileSystem.FileSystem
      yield* fs.writeFileString(`${directory}/precious`, "old content")
      yield* fs.symlink(`${directory}/precious`, `${path}.checkpoint.next`)
      yield* RecordFile.write(one, { path, checkpointEvery: 100 })
      yield* assertWritten(path, archive)
      yield* fs.symlink(`${directory}/precious`, `${path}.lock`)
      yield* fs.remove(Checkpoint.pathOf(path))
      yield* fs.remove(path)
      const error = yield* inTime(Effect.flip(RecordFile.write(one, { path })))
      assert.deepInclude(error, { _tag: "RecordFileConflict", reason: "in use" })
      assert.strictEqual(yield* fs.readFileString(`${directory}/precious`), "old content")
    }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))

  it.scoped("reads a complete file in a folder that it may not write to", () =>
    Effect.gen(function*() {
      const { one } = yield* completed
      const path = `${yield* temporary}/calls.ndjson`
      const written = yield* RecordFile.write(one, { path })
      const fs = yield* FileSystem.FileSystem
      const readOnly: FileSystem.FileSystem = {
        ...fs,
        open: (path, options) => options?.flag === "r" ? fs.open(path, options) : Effect.dieMessage("read-only")
      }
      const again = RecordFile.write(one, { path })
      assert.deepStrictEqual(yield* Effect.provideService(again, FileSystem.FileSystem, readOnly), written)
    }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))

  it.scoped("fails with ArchiveChanged when the file has more rows than the archive", () =>
    Effect.gen(function*() {
      const { one } = yield* completed
      const path = `${yield* temporary}/calls.ndjson`
      const fs = yield* FileSystem.FileSystem
      yield* fs.writeFileString(path, "{}\n".repeat(2001))
      const checkpoint = { ...Checkpoint.start(one.id), records: 2001, position: 3 * 2001 }
      yield* fs.writeFileString(Checkpoint.pathOf(path), Schema.encodeSync(Checkpoint.Json)(checkpoint))
      assert.strictEqual((yield* Effect.flip(RecordFile.write(one, { path })))._tag, "ArchiveChanged")
      assert.strictEqual(yield* fs.readFileString(path), "{}\n".repeat(2001))
    }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))

  it.scoped("fails with ArchiveChanged when the archive is another one than at the start", () =>
    Effect.gen(function*() {
      const { one } = yield* completed
      const path = `${yield* temporary}/calls.ndjson`
      yield* Effect.flip(RecordFile.write(one, { path, checkpointEvery: 1 }))
      const fs = yield* FileSystem.FileSystem
      const before = yield* fs.readFileString(path)
      const error = yield* Effect.flip(RecordFile.write(one, { path, checkpointEvery: 1 }))
      assert.strictEqual(error._tag, "ArchiveChanged")
      assert.strictEqual(yield* fs.readFileString(path), before)
      assert.strictEqual((yield* seen).filter(isDownload).length, 2)
    }).pipe(
      Effect.provide(
        downloading((number) => number === 1 ? Fault.cut(20_000) : Fault.headers({ etag: "\"another\"" }))
      ),
      Effect.provide(RetryPolicy.none),
      Effect.provide(NodeContext.layer)
    ))

  it.scoped("fails with the file system's own error when the directory does not exist", () =>
    Effect.gen(function*() {
      const { one } = yield* completed
      const error = yield* Effect.flip(RecordFile.write(one, { path: `${yield* temporary}/nowhere/calls.ndjson` }))
      assert.deepInclude(error, { _tag: "SystemError", reason: "NotFound" })
    }).pipe(Effect.provide(whole), Effect.provide(NodeContext.layer)))
})
