import { Account, Fault } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { bundled } from "./bundle.js"
import { directory } from "./terminal.js"

const main = bundled("src/main.ts")

/** Runs `list -o` in a process of its own, and sends it a signal as soon as it writes beside the file. */
const interrupted = (signal: NodeJS.Signals, url: string, folder: string) =>
  Effect.async<readonly [code: number | null, left: ReadonlyArray<string>]>((resume) => {
    const child = spawn(process.execPath, [main, "list", "-q", "-o", `${folder}/exports.tsv`], {
      env: { PATH: process.env.PATH, DIDWW_API_KEY: "key", DIDWW_API_URL: url },
      stdio: "ignore"
    })
    const watch = setInterval(() => {
      if (readdirSync(folder).length === 1) return
      // once: a second signal ends the process at once
      clearInterval(watch)
      child.kill(signal)
    }, 20)
    child.on("close", (code) => {
      clearInterval(watch)
      resume(Effect.succeed([code, readdirSync(folder)]))
    })
    return Effect.sync(() => child.kill("SIGKILL"))
  })

describe("a signal", () => {
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    it.scopedLive(`${signal} leaves the file as it was and no other file`, () =>
      Effect.gen(function*() {
        const { url } = yield* SimulatorServer.SimulatorServer
        const folder = yield* directory
        writeFileSync(`${folder}/exports.tsv`, "of before")
        assert.deepStrictEqual(yield* interrupted(signal, url, folder), [130, ["exports.tsv"]])
        assert.strictEqual(readFileSync(`${folder}/exports.tsv`, "utf8"), "of before")
      }).pipe(Effect.provide(SimulatorServer.layer({
        account: Account.generate({ size: 3 }),
        faults: () => Fault.delay("1 minute")
      }))))
  }
})
