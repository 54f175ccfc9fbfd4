import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as duplicates from "../src/internal/verify/duplicates.js"
import { fill, line, noted, rowsOf } from "./filled.js"
import * as memories from "./memory.js"
import { lines, verified } from "./verified.js"
import { at } from "./world.js"

const day = (number: number): string => `2026-11-${String(number).padStart(2, "0")}`

/** The calls of a day, one an hour. */
const calls = (number: number, count = 24) =>
  Array.from({ length: count }, (_, hour) => line(number * 100 + hour, Date.parse(day(number)) + hour * 3_600_000))

/** Ten days of calls in memory. */
const world = Effect.gen(function*() {
  yield* at("2026-11-28T12:00:00Z")
  const memory = memories.empty()
  const destination = memories.make(memory)
  for (let number = 1; number <= 10; number++) {
    yield* fill(destination, { day: day(number), rows: rowsOf(calls(number)) })
  }
  yield* noted(destination, { since: day(1), success: "2026-11-11T02:00:00Z" })
  return { memory, destination }
})

describe("verify", () => {
  it.effect("finds nothing in a destination that is as it was loaded", () =>
    Effect.gen(function*() {
      const { destination } = yield* world
      const { findings, report } = yield* verified({ destination })
      assert.deepStrictEqual(findings, [])
      assert.deepStrictEqual(report.looked, { data: 10, archive: 0, duplicates: 10 })
      assert.deepStrictEqual(new Set(Object.values(report.findings)), new Set([0]))
    }))

  it.effect("names a window that a successful run left behind, and no window that it could not have", () =>
    Effect.gen(function*() {
      const { destination, memory } = yield* world
      for (const [key, { manifest }] of memory.windows) {
        if (manifest.subject.window.key === day(4)) memory.windows.delete(key)
      }
      assert.deepStrictEqual(yield* lines({ destination }), ["missing 2026-11-04"])
    }))

  it.effect("names both windows of a record that is in two, once", () =>
    Effect.gen(function*() {
      const { destination } = yield* world
      const double = calls(3)[23]!
      yield* fill(destination, { day: day(4), generation: 2, rows: rowsOf([...calls(4), double]) })
      const found = (yield* verified({ destination })).findings
      assert.deepStrictEqual(found.map(({ class: kind }) => kind), ["late", "duplicate"])
      assert.deepStrictEqual([found[1]?.window?.key, found[1]?.other?.key], [day(3), day(4)])
      assert.strictEqual(found[1]?.found, "1 record")
    }))

  it.effect("takes several attempts of one call in one window for no duplicates", () =>
    Effect.gen(function*() {
      const { destination } = yield* world
      const [call] = calls(11)
      yield* fill(destination, { day: day(11), rows: rowsOf([call!, call!, call!]) })
      assert.deepStrictEqual(yield* lines({ destination }), [])
    }))

  it.effect("finds the same duplicates however little memory it has", () =>
    Effect.gen(function*() {
      yield* at("2026-11-28T12:00:00Z")
      const destination = memories.make(memories.empty())
      const rows = (number: number) =>
        calls(number, 24).flatMap((_, hour) =>
          Array.from({ length: 100 }, (_, index) =>
            line(number * 10_000 + hour * 100 + index, Date.parse(day(number)) + hour * 3_600_000))
        )
      const doubles = rows(1).slice(0, 50)
      const first = yield* fill(destination, { day: day(1), rows: rowsOf(rows(1)) })
      const second = yield* fill(destination, { day: day(2), rows: rowsOf([...rows(2), ...doubles]) })
      for (const memory of [1, 100_000, 64 << 20]) {
        const { pairs } = yield* duplicates.find(destination, [first, second], memory)
        assert.deepStrictEqual(pairs, [{ first, second, records: 50 }])
      }
      assert.isAbove(duplicates.sizeOf(4850, 1).ranges, 5)
      assert.strictEqual(duplicates.sizeOf(4850, 64 << 20).ranges, 1)
    }))

  it.effect("reads every window within as many days as a sample has parts", () =>
    Effect.gen(function*() {
      const { destination } = yield* world
      const seen: Array<string> = []
      for (let date = 1; date <= 7; date++) {
        yield* at(`2026-12-0${date}T12:00:00Z`)
        const { events: all } = yield* verified({ destination, sample: { part: 1, of: 7 } })
        assert.deepStrictEqual(all, (yield* verified({ destination, sample: { part: 1, of: 7 } })).events)
        for (const event of all) if (event._tag === "Looked") seen.push(event.window.key)
      }
      assert.deepStrictEqual(seen.toSorted(), Array.from({ length: 10 }, (_, index) => day(index + 1)))
    }))

  it.effect("takes a window out of sight only if that is wanted and DIDWW still has it", () =>
    Effect.gen(function*() {
      const { destination, memory } = yield* world
      const spoil = (key: string) => {
        for (const [name, kept] of memory.windows) {
          if (kept.manifest.subject.window.key === key) memory.windows.set(name, { ...kept, rows: kept.rows.slice(1) })
        }
      }
      spoil(day(5))
      assert.deepStrictEqual(yield* lines({ destination }), ["short 2026-11-05"])
      assert.strictEqual(memory.windows.size, 10)
      yield* at("2027-02-01T00:00:00Z")
      assert.include(yield* lines({ destination, quarantine: true }), "short 2026-11-05")
      assert.strictEqual(memory.windows.size, 10)
      yield* at("2027-01-31T23:59:00Z")
      const found = (yield* verified({ destination, quarantine: true })).findings
      assert.strictEqual(memory.windows.size, 9)
      assert.deepStrictEqual(found.map(({ remedy }) => remedy), ["sync"])
      assert.isDefined(found[0]?.quarantine)
    }))
})
