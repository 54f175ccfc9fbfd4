import { Fault } from "@effect-didww/simulator"
import { FileDestination, Pull } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, FastCheck, Schedule } from "effect"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { assertWhole, connected, day, pull, read, requestCount, requestOf, sha256, temporary } from "./setup.js"

const formats = ["ndjson", "ndjson.gz", "csv", "csv.gz"] as const

const archives = { rows: 2000, seed: 4, badRows: 0.01 }

const whole = connected({ archives })

describe("Pull", () => {
  for (const format of formats) {
    it.scopedLive(`brings each row once into a file of ${format}, in order, with exact sums`, () =>
      Effect.gen(function*() {
        const path = `${yield* temporary}/calls.${format}`
        const manifest = yield* pull(yield* FileDestination.file(path))
        yield* assertWhole(path, `${path}.rejected`, manifest)
        assert.isAbove(manifest.rejected, 0)
        assert.strictEqual(manifest.apiVersion, "2026-04-16")
      }).pipe(Effect.provide(whole)))
  }

  it.scopedLive("gives the manifest of a complete window without a request", () =>
    Effect.gen(function*() {
      const destination = yield* FileDestination.directory(yield* temporary, { format: "ndjson" })
      const manifest = yield* pull(destination)
      const before = yield* requestCount
      assert.deepStrictEqual(yield* pull(destination), manifest)
      assert.deepStrictEqual(yield* destination.manifests, [manifest])
      assert.strictEqual(yield* requestCount, before)
    }).pipe(Effect.provide(whole)))

  it.scopedLive("stores nothing of the callback", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      const destination = yield* FileDestination.directory(root, { format: "ndjson" })
      const request = {
        ...requestOf(yield* day),
        callback: { url: "https://example.com/didww?token=a-token", method: "post" as const }
      }
      const options = { await: { schedule: Schedule.spaced("1 millis") } }
      const manifest = yield* Pull.run(request, destination, options)
      assert.isUndefined(manifest.request.callback)
      const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      assert.isNotEmpty(files)
      for (const { name, parentPath } of files) {
        assert.notInclude(readFileSync(`${parentPath}/${name}`, "utf8"), "a-token", name)
      }
      assert.deepStrictEqual(yield* Pull.run(request, destination, options), manifest)
    }).pipe(Effect.provide(whole)))

  it.scopedLive("keeps the archive as it was, and everything but data below _didww", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      const destination = yield* FileDestination.directory(root, { format: "csv.gz", keepArchive: true })
      const manifest = yield* pull(destination, { account: "acme" })
      const window = manifest.subject.window.key
      const { path = "" } = manifest.file ?? {}
      assert.strictEqual(path, `account=acme/type=cdr_in/date=${window}/records.csv.gz`)
      yield* assertWhole(`${root}/${path}`, `${root}/_didww/rejected/acme/cdr_in/date=${window}.ndjson`, manifest)
      const archive = `${root}/_didww/archives/acme/cdr_in/date=${window}.csv.gz`
      assert.strictEqual(sha256(archive), manifest.archiveSha256)
      assert.strictEqual(statSync(archive).size, manifest.archiveBytes)
      assert.deepStrictEqual(readdirSync(root), ["_didww", "account=acme"])
      const outside = readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.parentPath.includes("_didww"))
      assert.deepStrictEqual(outside.map(({ name }) => name), ["records.csv.gz"])
      assert.strictEqual(statSync(`${root}/${path}`).mode & 0o777, 0o600)
      assert.strictEqual(statSync(`${root}/_didww`).mode & 0o777, 0o700)
    }).pipe(Effect.provide(whole)))

  it.scopedLive("begins anew after a damaged archive, and keeps no row of it", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls.ndjson`
      const destination = yield* FileDestination.file(path, { checkpointEvery: 1 })
      const error = yield* Effect.flip(pull(destination))
      assert.strictEqual(error._tag, "CorruptArchive")
      assert.isFalse(existsSync(path) || existsSync(`${path}.part`) || existsSync(`${path}.checkpoint`))
      yield* assertWhole(path, `${path}.rejected`, yield* pull(destination))
    }).pipe(Effect.provide(connected({
      archives,
      faults: (() => {
        let number = 0
        return ({ url }) => url.endsWith(".csv.gz") && ++number === 1 ? Fault.flippedBit(123_456) : undefined
      })()
    }))))

  const stops = FastCheck.array(FastCheck.integer({ min: 0, max: 1900 }), { minLength: 1, maxLength: 4 })
  for (const format of formats) {
    it.scopedLive.prop(
      `goes on where it was stopped, any number of times, and ends with the same file of ${format}`,
      { places: stops, checkpointEvery: FastCheck.integer({ min: 1, max: 700 }) },
      ({ checkpointEvery, places }) =>
        Effect.gen(function*() {
          const path = `${yield* temporary}/calls.${format}`
          const destination = yield* FileDestination.file(path, { checkpointEvery })
          for (const place of places) {
            const stop = ({ rows }: { readonly rows: number }) => rows > place ? Effect.interrupt : Effect.void
            assert.isTrue(Exit.isInterrupted(yield* Effect.exit(pull(destination, { onProgress: stop }))))
          }
          yield* assertWhole(path, `${path}.rejected`, yield* pull(destination))
        }).pipe(Effect.provide(whole)),
      { fastCheck: { numRuns: Number(process.env.RUNS ?? 3) }, timeout: 300_000 }
    )
  }

  it.scopedLive("keeps the rows of a run that was stopped, and discards them if the archive is another one", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls.csv`
      const destination = yield* FileDestination.file(path, { checkpointEvery: 1_000_000 })
      const stopped = Effect.exit(
        pull(destination, { onProgress: ({ rows }) => rows > 2400 ? Effect.interrupt : Effect.void })
      )
      const heldRows = Effect.sync(() => {
        const { records, rejected } = JSON.parse(readFileSync(`${path}.checkpoint`, "utf8"))
        return records + rejected
      })
      yield* stopped
      const first = yield* heldRows
      assert.isAbove(first, 500)
      // the second archive has another ETag
      const told: Array<number> = []
      yield* Effect.exit(pull(destination, {
        onProgress: ({ rows }) => Effect.suspend(() => told.push(rows) > 1 ? Effect.interrupt : Effect.void)
      }))
      assert.isBelow(yield* heldRows, first)
      yield* assertWhole(path, `${path}.rejected`, yield* pull(destination))
    }).pipe(Effect.provide(connected({
      archives: { ...archives, rows: 6000 },
      faults: (() => {
        let number = 0
        return ({ url }) => url.endsWith(".csv.gz") && ++number > 1 ? Fault.headers({ etag: "\"another\"" }) : undefined
      })()
    }))))

  it.scopedLive("replaces the records of an earlier generation", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      const destination = yield* FileDestination.directory(root, { format: "ndjson" })
      const first = yield* pull(destination)
      const second = yield* pull(destination, { generation: 2 }, "calls-2")
      assert.notStrictEqual(second.exportId, first.exportId)
      assert.strictEqual(second.file?.path, first.file?.path)
      assert.deepStrictEqual(yield* destination.manifests, [second])
      const window = second.subject.window.key
      yield* assertWhole(
        `${root}/${second.file?.path}`,
        `${root}/_didww/rejected/default/cdr_in/date=${window}.ndjson`,
        second
      )
      assert.deepStrictEqual(yield* pull(destination, { generation: 1 }), second)
    }).pipe(Effect.provide(whole)))

  it.scopedLive("writes a file without records with the columns of its type", () =>
    Effect.gen(function*() {
      const folder = yield* temporary
      const plain = yield* pull(yield* FileDestination.file(`${folder}/calls.csv`))
      assert.strictEqual(plain.records, 0)
      const header = readFileSync(`${folder}/calls.csv`, "utf8")
      assert.match(header, /^startedAt,connectedAt,.*,callId,extra,exportId,rowNumber\n$/)
      yield* pull(yield* FileDestination.file(`${folder}/calls.ndjson.gz`))
      assert.deepStrictEqual(read(`${folder}/calls.ndjson.gz`), [])
    }).pipe(Effect.provide(connected({ archives: { rows: 0 } }))))
})
