import { Simulator } from "@effect-didww/simulator"
import { type Destination, FileDestination } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { calls, crashing } from "./crashing.js"
import { assertWhole, connected, pull, sha256 } from "./setup.js"

const run = connected({ archives: { rows: 60, seed: 7, badRows: 0.1 } })

/** Every so many system calls. CRASHES=1 dies at each of them. */
const step = Number(process.env.CRASHES ?? 41)

/** A dead process leaves its lock. That another process takes it over is a test of the lock. */
const unlock = (folder: string): void => {
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (/\.lock(\.|$)/.test(path)) rmSync(join(folder, path))
  }
}

const downloads = Effect.flatMap(
  Simulator.Simulator,
  (simulator) => Effect.map(simulator.received, (all) => all.filter(({ url }) => url.endsWith(".csv.gz")).length)
)

interface Case {
  readonly name: string
  readonly make: (
    folder: string
  ) => Effect.Effect<Destination.Destination, FileDestination.UnknownFormat, FileSystem.FileSystem>
  readonly rejected: (folder: string, window: string) => string
}

const cases: ReadonlyArray<Case> = [
  {
    name: "a file of csv",
    make: (folder) => FileDestination.file(`${folder}/calls.csv`, { checkpointEvery: 20, keepArchive: true }),
    rejected: (folder) => `${folder}/calls.csv.rejected`
  },
  {
    name: "a directory of ndjson.gz",
    make: (folder) =>
      FileDestination.directory(folder, { format: "ndjson.gz", checkpointEvery: 20, keepArchive: true }),
    rejected: (folder, window) => `${folder}/_didww/rejected/default/cdr_in/date=${window}.ndjson`
  },
  {
    name: "a directory of Parquet",
    make: (folder) => FileDestination.directory(folder, { format: Parquet.format }),
    rejected: (folder, window) => `${folder}/_didww/rejected/default/cdr_in/date=${window}.ndjson`
  }
]

/** The data files. */
const dataIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /^calls\.csv$|^account=.*records\./.test(path)).map((path) => join(folder, path))

describe("A process that dies at any system call", () => {
  for (const { make, name, rejected } of cases) {
    for (const generation of [1, 2]) {
      const old = generation === 1 ? "" : " over an older one"
      it.scopedLive(
        `leaves no part of ${name}${old} under its final name, and the next run makes it whole`,
        () =>
          Effect.gen(function*() {
            const files = yield* FileSystem.FileSystem
            const folder = yield* files.makeTempDirectoryScoped()
            let hasEnded = false
            let made = 0
            for (let last = 1; !hasEnded; last += step) {
              const root = mkdtempSync(join(folder, "run-"))
              const before = generation === 1 ? undefined : yield* Effect.flatMap(make(root), (to) => pull(to))
              const counted = calls(last)
              const dying = crashing(files, counted)
              const exit = yield* Effect.exit(Effect.flatMap(
                Effect.provideService(make(root), FileSystem.FileSystem, dying),
                (to) => pull(to, { generation }, `calls-${generation}`)
              ))
              hasEnded = Exit.isSuccess(exit)
              made = counted.made
              unlock(root)
              const seen = dataIn(root).map(sha256)
              const downloaded = yield* downloads
              const manifest = yield* Effect.flatMap(
                make(root),
                (to) => pull(to, { generation }, `calls-${generation}`)
              )
              assert.isAtMost((yield* downloads) - downloaded, 1)
              const [path = ""] = dataIn(root)
              yield* assertWhole(path, rejected(root, manifest.subject.window.key), manifest)
              for (const sum of seen) {
                assert.include([before?.file?.sha256, manifest.file?.sha256], sum, `call ${last}`)
              }
              assert.deepStrictEqual(
                readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) =>
                  /\.part$|\.lock$|unfinished\/.*\.gz$/.test(path)
                ),
                [],
                `call ${last}`
              )
              rmSync(root, { recursive: true })
            }
            // otherwise the process died nowhere
            assert.isAbove(made, 40)
          }).pipe(Effect.provide(run)),
        300_000
      )
    }
  }
})
