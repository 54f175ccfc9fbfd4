import { Account, Archive, Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { spawn } from "node:child_process"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { bundled } from "./bundle.js"
import { random } from "./random.js"
import { directory, run } from "./terminal.js"

// switches for CI: ROWS=1000000 KILLS=20
const rows = Number(process.env.ROWS ?? 5000)
const kills = Number(process.env.KILLS ?? 1)

/** About the size of a row in a file of each ending. */
const bytesPerRow = { ndjson: 600, "csv.gz": 40, parquet: 50 }

const main = bundled("src/main.ts")

/** Runs `pull` in a process of its own, and kills it once the file has so many bytes. */
const pull = (url: string, output: string, killAt = Infinity) =>
  Effect.async<number | null>((resume) => {
    const args = ["pull", "--month", "2026-10", "--reference", "october", "-o", output]
    const child = spawn(process.execPath, [main, ...args], {
      env: { PATH: process.env.PATH, DIDWW_API_KEY: "key", DIDWW_API_URL: url },
      stdio: "ignore"
    })
    const kill = () => child.kill("SIGKILL")
    const written = () => statSync(`${output}.part`, { throwIfNoEntry: false })?.size ?? 0
    const watch = setInterval(() => written() >= killAt && kill(), 20)
    child.on("close", (code) => {
      clearInterval(watch)
      resume(Effect.succeed(code))
    })
    return Effect.sync(kill)
  })

/** Reads the calls, and the money in thousandths. */
const sums = (path: string) =>
  Effect.map(run(["stats", path, "--fields", "calls,total", "--format", "tsv"]), ({ out }) => {
    const [calls = "", total = ""] = out.trimEnd().split("\t")
    const [whole = "", places = ""] = total.split(".")
    return { calls: Number(calls), total: BigInt(`${whole}${places.padEnd(3, "0")}`) }
  })

describe("pull", () => {
  for (const [ending, size] of Object.entries(bytesPerRow)) {
    it.scopedLive(
      `pull -o .${ending} writes each of ${rows} rows once and creates one export, although it is killed ${kills} times`,
      () =>
        Effect.gen(function*() {
          const { url } = yield* SimulatorServer.SimulatorServer
          const simulator = yield* Simulator.Simulator
          const folder = yield* directory
          const output = `${folder}/october.${ending}`
          const below = random(Number(process.env.SEED ?? 1))
          const places = Array.from({ length: kills }, () => below(rows * size))
          for (const place of places.toSorted((one, other) => one - other)) {
            // killed, or finished before that
            assert.include([null, 0], yield* pull(url, output, place))
          }
          assert.strictEqual(yield* pull(url, output), 0)
          const [created, ...others] = yield* simulator.exports
          assert.strictEqual(others.length, 0)
          const expected = Archive.totals(simulator.archive(Option.getOrThrow(Option.fromNullable(created))))
          assert.deepStrictEqual(yield* sums(output), {
            calls: rows - expected.bad,
            total: Object.entries(expected.money).find(([column]) => /^total/i.test(column))?.[1] ?? 0n
          })
          const rejected = readFileSync(`${output}.rejected`, "utf8").trimEnd().split("\n")
          assert.deepStrictEqual(rejected.map((line) => JSON.parse(line)._tag), rejected.map(() => "RejectedRow"))
          assert.strictEqual(rejected.length, expected.bad)
          assert.deepStrictEqual(readdirSync(folder).toSorted(), [
            `october.${ending}`,
            `october.${ending}.manifest.json`,
            `october.${ending}.rejected`
          ])
        }).pipe(Effect.provide(SimulatorServer.layer({
          account: Account.make([]),
          archives: { rows, seed: 8, badRows: 0.01 },
          processing: { pending: 0, processing: 0 }
        }))),
      { timeout: 1_800_000 }
    )
  }
})
