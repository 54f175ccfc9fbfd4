import { assert, describe } from "@effect/vitest"
import { EmittedIds } from "../src/internal/list/emittedIds.js"
import { FastCheck, property } from "./property.js"

/** Some ids hold a line break, with other ids on both sides of it. */
const idOf = (index: number): string => index % 3 === 2 ? `${index - 2}\n${index - 1}` : String(index)

/** Rows whose times do not change, but are not always told. */
const rows = FastCheck.array(FastCheck.nat(9), { minLength: 1, maxLength: 12 }).chain((times) =>
  FastCheck.array(FastCheck.tuple(FastCheck.nat(times.length - 1), FastCheck.boolean()), { maxLength: 40 }).map((
    asked
  ) => asked.map(([index, isTold]) => ({ id: idOf(index), createdAt: isTold ? times[index] ?? 0 : undefined })))
)

describe("EmittedIds", () => {
  property("is a set of ids, in whatever order the rows come", [rows], (rows) => {
    const emitted = new EmittedIds()
    const ids = new Set<string>()
    for (const { createdAt, id } of rows) {
      assert.strictEqual(emitted.has(id, createdAt), ids.has(id))
      if (!ids.has(id)) emitted.add(id, createdAt)
      ids.add(id)
    }
  }, { numRuns: Number(process.env.RUNS ?? 1000) })

  property("finds each of any number of rows again, where each row is older than the one before", [
    FastCheck.nat(2500)
  ], (count) => {
    const emitted = new EmittedIds()
    const rows = Array.from({ length: count }, (_, index) => ({ id: idOf(index), createdAt: -index }))
    for (const { createdAt, id } of rows) {
      assert.isFalse(emitted.has(id, createdAt))
      emitted.add(id, createdAt)
    }
    assert.isTrue(rows.every(({ createdAt, id }) => emitted.has(id, createdAt)))
    assert.isFalse(emitted.has(idOf(count), undefined))
  }, { numRuns: 50 })
})
