import { Account, Simulator, Traffic } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FileDestination } from "@effect-didww/sync"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schedule } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { directory, run } from "./terminal.js"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

/** Starts the program in a process of its own. `ended` is its exit code. */
const start = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
  Effect.gen(function*() {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, ["--import", "tsx", main, ...args], {
          env: { PATH: process.env.PATH, ...env },
          stdio: "ignore"
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const ended = yield* Effect.forkScoped(
      Effect.async<number | null>((resume) => {
        child.on("close", (code) => resume(Effect.succeed(code)))
      })
    )
    return { child, ended: Fiber.join(ended) }
  })

const windows = 4

const world = Effect.gen(function*() {
  const { url } = yield* SimulatorServer.SimulatorServer
  const simulator = yield* Simulator.Simulator
  const env = { DIDWW_API_KEY: "key", DIDWW_API_URL: url }
  const root = `${yield* directory}/calls`
  const args = ["sync", root, "--since", "2d-ago", "--format", "ndjson"]
  const created = Effect.map(simulator.exports, ({ length }) => length)
  const { ledger } = yield* FileDestination.directory(root, { format: "ndjson" })
  /** Waits until the run knows all exports, and awaits them. */
  const awaiting = Effect.repeat(ledger.read("intents/"), {
    until: (intents) => intents.filter(({ text }) => text.includes("exportId")).length === windows,
    schedule: Schedule.spaced("20 millis")
  })
  return { args, env, created, awaiting }
}).pipe(Effect.provide(NodeContext.layer))

const served = Effect.provide(SimulatorServer.layer({
  account: Account.make([]),
  rateLimit: "none",
  processing: { pending: "5 seconds", processing: 0 },
  archives: { traffic: Traffic.make({ seed: 1, callsPerDay: 20 }) }
}))

describe.concurrent("a process that syncs", () => {
  it.scopedLive("SIGTERM ends it within 10 seconds, and the next run goes on", () =>
    Effect.gen(function*() {
      const { args, awaiting, created, env } = yield* world
      const { child, ended } = yield* start(args, env)
      yield* awaiting
      child.kill("SIGTERM")
      assert.strictEqual(yield* Effect.timeout(ended, "10 seconds"), 130)
      const next = yield* run(args, { env })
      assert.strictEqual(next.code, 0, next.err)
      assert.match(next.err, /^4 windows with \d+ records loaded\. Exports: 0 created, 4 adopted, 0 wasted\.$/m)
      assert.strictEqual(yield* created, windows)
    }).pipe(served))

  it.scopedLive("a second process leaves the work to it", () =>
    Effect.gen(function*() {
      const { args, awaiting, created, env } = yield* world
      const { ended } = yield* start(args, env)
      yield* awaiting
      const other = yield* run(args, { env })
      assert.match(other.err, /is in use by process \d+/)
      assert.strictEqual(yield* ended, 0)
      assert.strictEqual(yield* created, windows)
      assert.match((yield* run(args, { env })).err, /^Nothing to load\./m)
    }).pipe(served))
})
