import { Account, Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FileDestination } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Random, Schedule } from "effect"
import { existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { bundled, program } from "./processes.js"
import { assertWhole, sha256 } from "./setup.js"

// switches for CI: ROWS=1000000 KILLS=20
const rows = Number(process.env.ROWS ?? 4000)
const kills = Number(process.env.KILLS ?? 1)

const serving = SimulatorServer.layer({
  account: Account.make([]),
  rateLimit: "none",
  archives: { rows, seed: 8, badRows: 0.001 },
  processing: { pending: 0, processing: "200 millis" }
})

const pull = bundled("pull")

/** The bytes of everything that a directory holds. */
const sizeOf = (root: string): number =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).reduce((sum, entry) => {
      const size = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size
      return sum + (size ?? 0)
    }, 0)

/** The data files and their hashes. */
const dataIn = (root: string) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /^account=.*records\./.test(path)).map((path) => ({ path, sha256: sha256(join(root, path)) }))

describe("A pull that is killed and run again", () => {
  for (const format of ["ndjson", "csv.gz", "parquet"] as const) {
    it.scopedLive(
      `has each of ${rows} rows once in ${format} after ${kills} kills, requests once, and shows no part of a file`,
      () =>
        Effect.gen(function*() {
          const { url } = yield* SimulatorServer.SimulatorServer
          const root = yield* Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())
          const start = program(pull, [root, format], { DIDWW_API_KEY: "key", DIDWW_API_URL: url })
          const shown = new Set<string>()
          // about the size of the data and of the archive
          const most = rows * (format === "ndjson" ? 480 : 80)
          for (let round = 0; round < kills; round++) {
            const place = yield* Random.nextIntBetween(0, most)
            const { ended, kill } = yield* start
            // some runs are killed before the first row, the others at this size of the directory
            const moment = round % 5 === 0
              ? Effect.sleep(Duration.millis(yield* Random.nextIntBetween(0, 3000)))
              : Effect.repeat(Effect.sync(() => sizeOf(root)), {
                until: (size) => size >= place,
                schedule: Schedule.spaced("20 millis")
              })
            const killed = yield* Effect.fork(Effect.andThen(moment, kill))
            yield* ended
            yield* Fiber.interrupt(killed)
            for (const { sha256 } of dataIn(root)) shown.add(sha256)
          }
          const last = yield* Effect.flatMap(start, ({ ended }) => ended)
          assert.deepStrictEqual(last, { code: 0, output: "" })
          const { manifests } = yield* FileDestination.directory(root, {
            format: format === "parquet" ? Parquet.format : format
          })
          const [manifest, ...others] = yield* manifests
          assert.deepStrictEqual(others, [])
          if (manifest === undefined) return assert.fail("no window is complete")
          const window = `date=${manifest.subject.window.key}`
          const data = join(root, manifest.file?.path ?? "")
          yield* assertWhole(data, `${root}/_didww/rejected/default/cdr_in/${window}.ndjson`, manifest)
          const archive = `${root}/_didww/archives/default/cdr_in/${window}.csv.gz`
          assert.isTrue(existsSync(archive))
          assert.strictEqual(sha256(archive), manifest.archiveSha256)
          shown.delete(sha256(data))
          assert.deepStrictEqual(Array.from(shown), [])
          const simulator = yield* Simulator.Simulator
          assert.strictEqual((yield* simulator.exports).length, 1)
        }).pipe(Effect.provide(serving), Effect.provide(NodeContext.layer)),
      { timeout: 1_800_000 }
    )
  }
})
