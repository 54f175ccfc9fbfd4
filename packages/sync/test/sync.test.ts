import { Sync } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as memories from "./memory.js"
import { account, at, clients, ending, kept, there } from "./world.js"

describe("Sync", () => {
  it.effect("keeps every call that DIDWW has once, and requests nothing again", () =>
    Effect.gen(function*() {
      yield* at("2026-11-28T12:00:00Z")
      const acme = yield* account("acme", { traffic: { seed: 1, callsPerDay: 5 } })
      const memory = memories.empty()
      const options: Sync.Options = { accounts: clients([acme]), destination: memories.make(memory) }
      const report = yield* ending(Sync.run(options))
      assert.deepStrictEqual(report.failed, [])
      // the windows, and the audits of September and October
      assert.strictEqual(report.created, 2 * (30 + 31 + 27) + 2 * 2)
      assert.deepStrictEqual(report.audits.map(({ differing }) => differing), [0, 0, 0, 0])
      for (const exportType of ["cdr_in", "cdr_out"] as const) {
        const all = there(acme, { exportType, from: "2026-09-01", to: "2026-11-28" })
        assert.deepStrictEqual(kept(memory, "acme", exportType), all)
      }
      const before = (yield* acme.simulator.received).length
      const second = yield* ending(Sync.run(options))
      assert.strictEqual(second.created, 0)
      assert.strictEqual((yield* acme.simulator.received).length, before)
    }))
})
