import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { Seen } from "../src/internal/seen.js"

/** Exports whose times stay, but are not always told. */
const rows = FastCheck.array(FastCheck.nat(9), { minLength: 1, maxLength: 12 }).chain((times) =>
  FastCheck.array(FastCheck.tuple(FastCheck.nat(times.length - 1), FastCheck.boolean()), { maxLength: 40 }).map((
    asked
  ) =>
    asked.map(([index, isTold]) => ({
      id: String(index),
      createdAt: isTold ? { epochMillis: times[index] ?? 0 } : null
    }))
  )
)

describe("what a walk has seen", () => {
  it.prop("is a set of ids, in whatever order rows come", [rows], ([rows]) => {
    const seen = new Seen()
    const ids = new Set<string>()
    for (const row of rows) {
      assert.strictEqual(seen.has(row), ids.has(row.id))
      if (!ids.has(row.id)) seen.add(row)
      ids.add(row.id)
    }
  }, { fastCheck: { numRuns: Number(process.env.RUNS ?? 1000) } })
})
