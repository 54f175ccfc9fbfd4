import type { Destination } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Fiber, Stream } from "effect"
import { fill, line, noted, rowsOf } from "./filled.js"
import { places } from "./kept.js"
import { verified } from "./verified.js"

// a switch for CI: ROUNDS=1000
const rounds = Number(process.env.ROUNDS ?? 3)

/** Yesterday is the last day: in real time, DIDWW has all days. */
const dayBefore = (days: number) =>
  Effect.map(DateTime.now, (now) => DateTime.formatIsoDateUtc(DateTime.subtract(now, { days })))

const calls = (day: string, count: number) =>
  rowsOf(Array.from({ length: count }, (_, index) => line(index, Date.parse(day) + index * 60_000)))

/** Replaces windows for ever, each time with other calls. */
const replacing = (destination: Destination.SyncDestination, days: ReadonlyArray<string>) =>
  Stream.runForEach(Stream.iterate(2, (generation) => generation + 1), (generation) => {
    const day = days[generation % days.length]!
    return Effect.andThen(
      fill(destination, { day, generation, rows: calls(day, 20 + generation % 30) }),
      Effect.sleep("1 millis")
    )
  })

const wanted = ["a directory of ndjson", "a directory of parquet", "SQLite", "Postgres"]

describe.each(places.filter(({ kind }) => wanted.includes(kind)))("verify of $kind", ({ make }) => {
  it.scopedLive(`finds nothing in ${rounds} rounds while a sync replaces windows`, () =>
    Effect.gen(function*() {
      const destination = yield* make
      const days = yield* Effect.forEach([4, 3, 2], dayBefore)
      for (const day of days) yield* fill(destination, { day, rows: calls(day, 20) })
      yield* noted(destination, { since: days[0]!, success: `${days[2]}T00:00:00Z` })
      const before = yield* destination.manifests
      const sync = yield* Effect.fork(replacing(destination, days))
      for (let round = 0; round < rounds; round++) {
        // a small memory reads everything several times
        const { findings } = yield* verified({ destination, memory: 1 })
        assert.deepStrictEqual(findings, [])
        yield* Effect.sleep("1 millis")
      }
      yield* Fiber.interrupt(sync)
      assert.notDeepEqual(yield* destination.manifests, before)
    }), 3_600_000)
})

describe("verify of a directory", () => {
  it.scopedLive("may run several times at once", () =>
    Effect.gen(function*() {
      const [{ make } = assert.fail("no directory")] = places
      const destination = yield* make
      const day = yield* dayBefore(3)
      yield* fill(destination, { day, rows: calls(day, 20) })
      const all = yield* Effect.all(Array.from({ length: 8 }, () => verified({ destination })), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(all.flatMap(({ findings }) => findings), [])
      assert.strictEqual((yield* destination.ledger.read("verifications/")).length, 1)
    }))
})
