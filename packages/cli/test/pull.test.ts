import { Account, Archive, Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Utils } from "effect"
import { spawn } from "node:child_process"
import { createReadStream, readdirSync, statSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { directory } from "./terminal.js"

// switches for CI: ROWS=1000000 KILLS=20
const rows = Number(process.env.ROWS ?? 5000)
const kills = Number(process.env.KILLS ?? 2)

// about as many as a row takes in the file
const bytesPerRow = 650

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

/** A process of its own. Once it has written so many bytes in all, it ends as by a power cut. */
const pull = (url: string, output: string, killAt = Infinity) =>
  Effect.async<number | null>((resume) => {
    const args = ["pull", "--month", "2026-10", "--reference", "october", "-o", output]
    const child = spawn(process.execPath, ["--import", "tsx", main, ...args], {
      env: { PATH: process.env.PATH, DIDWW_API_KEY: "key", DIDWW_API_URL: url },
      stdio: "ignore"
    })
    const kill = () => child.kill("SIGKILL")
    const written = () => statSync(output, { throwIfNoEntry: false })?.size ?? 0
    const watch = setInterval(() => written() >= killAt && kill(), 20)
    child.on("close", (code) => {
      clearInterval(watch)
      resume(Effect.succeed(code))
    })
    return Effect.sync(kill)
  })

/** How many lines of each tag a file has, and its `total`s added up, in thousandths. */
const summary = (path: string) =>
  Effect.promise(async () => {
    const tags: Record<string, number> = {}
    let total = 0
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const row = JSON.parse(line)
      tags[row._tag] = (tags[row._tag] ?? 0) + 1
      if (row.total != null) total = total + Math.round(Number(row.total) * 1000)
    }
    return { tags, total: BigInt(total) }
  })

describe("pull", () => {
  it.scopedLive(
    `killed ${kills} times and run again, it writes each of ${rows} rows once, of one export`,
    () =>
      Effect.gen(function*() {
        const { url } = yield* SimulatorServer.SimulatorServer
        const simulator = yield* Simulator.Simulator
        const folder = yield* directory
        const output = `${folder}/october.ndjson`
        const random = new Utils.PCGRandom(Number(process.env.SEED ?? 1))
        const places = Array.from({ length: kills }, () => random.integer(rows * bytesPerRow))
        for (const place of places.toSorted((one, other) => one - other)) {
          // killed, or through before it could be
          assert.include([null, 0], yield* pull(url, output, place))
        }
        assert.strictEqual(yield* pull(url, output), 0)
        const [ordered, ...others] = yield* simulator.records
        assert.strictEqual(others.length, 0)
        const expected = Archive.totals(simulator.archive(Option.getOrThrow(Option.fromNullable(ordered))))
        const { tags, total } = yield* summary(output)
        assert.deepStrictEqual(tags, { CdrInRecord: rows - expected.bad, RejectedRow: expected.bad })
        assert.strictEqual(total, Object.entries(expected.money).find(([column]) => /^total/i.test(column))?.[1])
        assert.deepStrictEqual(readdirSync(folder).toSorted(), ["october.ndjson", "october.ndjson.checkpoint"])
      }).pipe(Effect.provide(SimulatorServer.layer({
        account: Account.make([]),
        archives: { rows, seed: 8, badRows: 0.01 },
        processing: { pending: 0, processing: 0 }
      }))),
    { timeout: 1_800_000 }
  )
})
