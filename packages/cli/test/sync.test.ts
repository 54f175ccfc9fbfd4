import { Account, type Simulator, Traffic } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { directory, run } from "./terminal.js"

const options: Simulator.Options = {
  account: Account.make([]),
  rateLimit: "none",
  processing: { pending: "10 millis", processing: "10 millis" },
  archives: { traffic: Traffic.make({ seed: 1, callsPerDay: 20 }) }
}

describe("sync", () => {
  it.scopedLive("keeps the records in a folder, and finds nothing to do the second time", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.SimulatorServer
      const root = `${yield* directory}/calls`
      const env = { DIDWW_API_KEY: "secret-key", DIDWW_API_URL: url }
      const first = yield* run(["sync", root, "--since", "5d-ago"], { env })
      console.log(first)
      console.log(yield* run(["sync", root, "--json"], { env }))
      console.log(yield* run(["sync", "status", root]))
      console.log(yield* run(["sync", "status", root, "--json"]))
      console.log(yield* run(["sync", "pull", root, "2026-11-25", "--again"], { env }))
      console.log(yield* run(["stats", root, "--by", "type,date"]))
      assert.strictEqual(first.code, 0)
    }).pipe(Effect.provide(SimulatorServer.layer(options))))
})
