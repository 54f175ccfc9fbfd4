import { Account, Fault, Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { spawn } from "node:child_process"
import { bundled } from "./bundle.js"

const start = bundled("scripts/start.mjs")

const secret = "k3y-that-nobody-may-see"

/** Runs the program as `start` does, with stdout in a pipe. `upTo` closes the pipe after so many bytes. */
const run = (env: Record<string, string> = {}, upTo = Infinity) =>
  Effect.async<{ readonly code: number | null; readonly out: string; readonly err: string }>((resume) => {
    const child = spawn(process.execPath, [start], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let out = ""
    let err = ""
    if (upTo === 0) child.stdout.destroy()
    child.stdout.on("data", (bytes) => {
      out += String(bytes)
      if (out.length >= upTo) child.stdout.destroy()
    })
    child.stderr.on("data", (bytes) => err += String(bytes))
    child.on("close", (code) => resume(Effect.succeed({ code, out, err })))
    return Effect.sync(() => child.kill())
  })

const serving = (options: Simulator.Options) => Layer.build(SimulatorServer.layer(options))

describe("start", () => {
  it.scopedLive(
    "start streams the embedded account as tab-separated lines, with a summary on stderr",
    () =>
      Effect.gen(function*() {
        const { code, err, out } = yield* run()
        assert.strictEqual(code, 0)
        const lines = out.split("\n")
        assert.strictEqual(lines.pop(), "")
        assert.strictEqual(lines.length, 10_000)
        const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
        assert.isTrue(lines.every((line) => line.split("\t").length === 9 && uuid.test(line.split("\t")[0] ?? "")))
        assert.match(err, /^10000 exports, 10 pages, 10 requests, 0 retries, \S+.*\n$/)
      }),
    { timeout: 30_000 }
  )

  it.scopedLive("start streams the account of the key", () =>
    Effect.gen(function*() {
      const account = Account.generate({ size: 250, odd: true })
      const context = yield* serving({ account, apiKeys: [secret], maxPageSize: 100 })
      const { url } = yield* Effect.provide(SimulatorServer.SimulatorServer, context)
      const { code, err, out } = yield* run({ DIDWW_API_KEY: secret, DIDWW_API_URL: url })
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(
        out.trimEnd().split("\n").map((line) => line.split("\t")[0]).toSorted(),
        account.exports.map(({ id }) => id).toSorted()
      )
      assert.match(err, /^250 exports, 3 pages, 4 requests, 0 retries/)
    }))

  it.scopedLive("a refused key costs one request, writes one line on stderr and exits with 3", () =>
    Effect.gen(function*() {
      const context = yield* serving({ apiKeys: ["another"] })
      const { url } = yield* Effect.provide(SimulatorServer.SimulatorServer, context)
      const { code, err, out } = yield* run({ DIDWW_API_KEY: secret, DIDWW_API_URL: url })
      assert.deepStrictEqual([code, out], [3, ""])
      assert.match(err, /^didww-exports: DIDWW refused the credentials \(401\): "Authorization failed".*\n$/)
      assert.notInclude(err, secret)
      const simulator = yield* Effect.provide(Simulator.Simulator, context)
      assert.strictEqual((yield* simulator.received).length, 1)
    }))

  it.scopedLive("start reports a failure after the rows that arrived", () =>
    Effect.gen(function*() {
      const context = yield* serving({
        account: Account.generate({ size: 2500 }),
        faults: ({ number }) => number === 2 ? Fault.html(200) : undefined
      })
      const { url } = yield* Effect.provide(SimulatorServer.SimulatorServer, context)
      const { code, err, out } = yield* run({ DIDWW_API_KEY: secret, DIDWW_API_URL: url })
      assert.deepStrictEqual([code, out.split("\n").length], [1, 1001])
      assert.match(err, /^didww-exports: .*malformed: expected a JSON document.*\n$/)
    }))

  it.scopedLive("an invalid configuration writes one line on stderr", () =>
    Effect.gen(function*() {
      const { code, err, out } = yield* run({ DIDWW_API_KEY: secret, DIDWW_API_URL: "nowhere" })
      assert.deepStrictEqual([code, out], [1, ""])
      assert.match(err, /^didww-exports: .*DIDWW_API_URL.*\n$/)
    }))

  it.scopedLive("start exits with 0 when its reader goes away", () =>
    Effect.gen(function*() {
      for (const upTo of [0, 1000]) {
        const { code, err } = yield* run({}, upTo)
        assert.strictEqual(code, 0)
        assert.notMatch(err, /didww-exports:|EPIPE/)
      }
    }))
})
