import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { Seen } from "../src/internal/list/emittedIds.js"

/** Some have a line's end in them, on either side of which stands another's. */
const idOf = (index: number): string => index % 3 === 2 ? `${index - 2}\n${index - 1}` : String(index)

/** Exports whose times stay, but are not always told. */
const rows = FastCheck.array(FastCheck.nat(9), { minLength: 1, maxLength: 12 }).chain((times) =>
  FastCheck.array(FastCheck.tuple(FastCheck.nat(times.length - 1), FastCheck.boolean()), { maxLength: 40 }).map((
    asked
  ) =>
    asked.map(([index, isTold]) => ({
      id: idOf(index),
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

  it.prop("is found again in any number of rows, older and older", [FastCheck.nat(2500)], ([count]) => {
    const seen = new Seen()
    const rows = Array.from({ length: count }, (_, index) => ({
      id: idOf(index),
      createdAt: { epochMillis: -index }
    }))
    for (const row of rows) {
      assert.isFalse(seen.has(row))
      seen.add(row)
    }
    assert.isTrue(rows.every((row) => seen.has(row)))
    assert.isFalse(seen.has({ id: idOf(count), createdAt: null }))
  }, { fastCheck: { numRuns: 50 } })
})
