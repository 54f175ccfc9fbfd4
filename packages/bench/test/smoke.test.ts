import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { bars } from "../src/bars.js"

describe("bench", () => {
  for (const bar of bars) {
    it.scopedLive(`the contenders of ${bar.name} do the same work`, () =>
      Effect.gen(function*() {
        const results = yield* Effect.forEach(Object.values(bar.contenders), ({ prepare }) => Effect.flatten(prepare))
        if (bar.name === "rows-csv-parse") assert.deepStrictEqual(results, [1000, 1000])
        if (bar.name === "filter-matches") {
          assert.strictEqual(results[0], results[1])
          assert.isAbove(Number(results[0]), 0)
        }
        assert.isTrue(Object.hasOwn(bar.contenders, bar.ours) && Object.hasOwn(bar.contenders, bar.against))
      }))
  }
})
