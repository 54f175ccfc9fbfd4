import { Account } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FileDestination } from "@effect-didww/sync"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { program } from "./processes.js"
import { assertWhole } from "./setup.js"

const serving = SimulatorServer.layer({
  account: Account.make([]),
  rateLimit: "none",
  archives: { rows: 500, seed: 8, badRows: 0.01 },
  processing: { pending: 0, processing: 0 }
})

const page = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")

const text = (program: string): string => readFileSync(new URL(`./programs/${program}.ts`, import.meta.url), "utf8")

const linesOf = (text: string): ReadonlyArray<string> =>
  text.split("\n").filter((line) => line !== "" && !line.startsWith("import "))

describe("The README's program", () => {
  it("is the program of this test, in at most fifteen lines", () => {
    assert.include(page("README.md"), text("readme"))
    assert.isAtMost(linesOf(text("readme")).length, 15)
  })

  it.scopedLive("brings last month's calls into the directory", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.SimulatorServer
      const folder = yield* Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())
      const { ended } = yield* program("readme", [], { DIDWW_API_KEY: "key", DIDWW_API_URL: url }, folder)
      const { code, output } = yield* ended
      const root = `${folder}/calls`
      const { manifests } = yield* FileDestination.directory(root, { format: "csv.gz" })
      const [manifest] = yield* manifests
      if (manifest === undefined) return assert.fail(`no window is complete: ${output}`)
      assert.deepStrictEqual({ code, output }, {
        code: 0,
        output: `${manifest.records} records in calls/${manifest.file?.path}\n`
      })
      const { key } = manifest.subject.window
      assert.match(manifest.file?.path ?? "", /^account=default\/type=cdr_in\/month=\d{4}-\d\d\/records\.csv\.gz$/)
      yield* assertWhole(
        `${root}/${manifest.file?.path}`,
        `${root}/_didww/rejected/default/cdr_in/month=${key}.ndjson`,
        manifest
      )
    }).pipe(Effect.provide(serving), Effect.provide(NodeContext.layer)))
})

describe("The README's program for Postgres", () => {
  it("is the program of this test", () => {
    assert.include(page("README.md"), text("postgres"))
  })
})

describe("The README's program for Sync", () => {
  it("is the program of this test, in at most twelve lines", () => {
    assert.include(page("README.md"), text("readmeSync"))
    assert.isAtMost(linesOf(text("readmeSync")).length, 12)
  })
})

describe("The program of the guide to OpenTelemetry", () => {
  it("is the program of this test", () => {
    assert.include(page("docs/operations.md"), text("telemetry"))
  })
})
