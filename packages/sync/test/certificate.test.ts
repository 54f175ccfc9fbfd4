import { Certificate, type Destination, Sync } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, FastCheck, Schema, Stream } from "effect"
import * as rowsHash from "../src/internal/pull/rowsHash.js"
import * as states from "../src/internal/sync/state.js"
import { fill, line, noted, rowsOf } from "./filled.js"
import * as memories from "./memory.js"
import { at } from "./world.js"

const day = (number: number): string => `2026-10-${String(number).padStart(2, "0")}`

const calls = (number: number) =>
  rowsOf(Array.from({ length: 3 }, (_, hour) => line(number * 100 + hour, Date.parse(day(number)) + hour * 3_600_000)))

/** A month of calls. */
const world = Effect.gen(function*() {
  yield* at("2026-11-28T12:00:00Z")
  const memory = memories.empty()
  const destination = memories.make(memory)
  for (let number = 1; number <= 31; number++) yield* fill(destination, { day: day(number), rows: calls(number) })
  yield* noted(destination, { since: day(1), success: "2026-11-02T06:00:00Z" })
  return { memory, destination }
})

/** An audit of the month that finds these rows. */
const audited = ({ ledger }: Destination.SyncDestination, rows: number, hash: string) =>
  states.save(ledger, "audits", {
    account: "acme",
    exportType: "cdr_in",
    from: DateTime.unsafeMake("2026-10-01T00:00:00Z"),
    to: DateTime.unsafeMake("2026-11-01T00:00:00Z"),
    generation: 1,
    exportId: "audit" as never,
    requestedAt: DateTime.unsafeMake("2026-11-04T00:00:00Z"),
    archiveSha256: "00",
    rows,
    rowsHash: hash,
    windows: [],
    outside: 0
  })

const certify = (destination: Destination.SyncDestination) =>
  Certificate.make({ destination, account: "acme", exportType: "cdr_in", month: "2026-10" })

const verified = (destination: Destination.SyncDestination) => Stream.runDrain(Sync.verify({ destination }))

const hashOf = ({ windows }: memories.Memory): string =>
  rowsHash.total(Array.from(windows.values(), ({ manifest }) => manifest.rowsHash))

const auditedWorld = Effect.gen(function*() {
  const { destination, memory } = yield* world
  yield* audited(destination, 93, hashOf(memory))
  yield* verified(destination)
  return { destination, memory, certificate: yield* certify(destination) }
})

describe("Certificate", () => {
  it.effect("rises from tiled to verified and audited with what was proved", () =>
    Effect.gen(function*() {
      const { destination, memory } = yield* world
      const tiled = yield* certify(destination)
      assert.strictEqual(tiled.level, "tiled")
      assert.include(tiled.reasons, "2026-10-01 was not verified since it was loaded")
      yield* verified(destination)
      const second = yield* certify(destination)
      assert.strictEqual(second.level, "verified")
      assert.deepStrictEqual(second.reasons, ["the month was not audited"])
      yield* audited(destination, 92, hashOf(memory))
      assert.strictEqual((yield* certify(destination)).level, "verified")
      yield* audited(destination, 93, hashOf(memory))
      const last = yield* certify(destination)
      assert.deepStrictEqual([last.level, last.reasons, last.links.length], ["audited", [], 31])
      assert.deepStrictEqual(last.totals.records, 93)
      assert.deepStrictEqual(last.totals.sums["duration"], String(93 * 60))
      assert.deepStrictEqual(yield* Certificate.check(last, destination), { level: "audited", reasons: [] })
    }))

  it.effect("is verified by samples only after a whole verification", () =>
    Effect.gen(function*() {
      const { destination } = yield* world
      for (let date = 1; date <= 7; date++) {
        yield* at(`2026-12-0${date}T12:00:00Z`)
        yield* Stream.runDrain(Sync.verify({ destination, sample: { part: 1, of: 7 } }))
      }
      const sampled = yield* certify(destination)
      assert.strictEqual(sampled.level, "tiled")
      assert.include(sampled.reasons, "2026-10-01 was not compared with the other windows")
      yield* verified(destination)
      yield* Stream.runDrain(Sync.verify({ destination, sample: { part: 7, of: 7 } }))
      assert.strictEqual((yield* certify(destination)).level, "verified")
    }))

  it.effect("loses the verification of a window that was loaded again", () =>
    Effect.gen(function*() {
      const { certificate, destination } = yield* auditedWorld
      yield* fill(destination, { day: day(5), generation: 2, rows: calls(5) })
      const next = yield* certify(destination)
      assert.deepStrictEqual([next.level, next.reasons], ["tiled", ["2026-10-05 was not verified since it was loaded"]])
      assert.deepStrictEqual(yield* Certificate.check(certificate, destination), {
        level: "tiled",
        reasons: ["2026-10-05 was loaded again since the certificate was made"]
      })
    }))

  it.effect("is incomplete with a gap, with its times", () =>
    Effect.gen(function*() {
      const { certificate, destination, memory } = yield* auditedWorld
      for (const [key, { manifest }] of memory.windows) {
        if ([day(4), day(5)].includes(manifest.subject.window.key)) memory.windows.delete(key)
      }
      const next = yield* certify(destination)
      assert.strictEqual(next.level, "incomplete")
      assert.include(next.reasons, "no window has 2026-10-04T00:00:00.000Z to 2026-10-06T00:00:00.000Z")
      assert.strictEqual((yield* Certificate.check(certificate, destination)).level, "incomplete")
    }))

  it.effect("is incomplete while a window is provisional, unless the audit has the same rows", () =>
    Effect.gen(function*() {
      const { destination, memory } = yield* world
      const early = Certificate.make({
        destination,
        account: "acme",
        exportType: "cdr_in",
        month: "2026-10",
        settleAfter: "30 hours"
      })
      assert.strictEqual((yield* early).level, "incomplete")
      yield* verified(destination)
      yield* audited(destination, 93, hashOf(memory))
      assert.strictEqual((yield* early).level, "audited")
    }))

  it.effect("falls when a record is deleted, doubled or changed", () =>
    Effect.gen(function*() {
      const { certificate, destination, memory } = yield* auditedWorld
      const [key, kept] = Array.from(memory.windows)[7]!
      const [first, ...others] = kept.rows
      const spoiled = { deleted: others, doubled: [first!, ...kept.rows], changed: [...others, calls(1)[0]!] }
      for (const [name, rows] of Object.entries(spoiled)) {
        memory.windows.set(key, { ...kept, rows })
        const { level, reasons } = yield* Certificate.check(certificate, destination)
        assert.strictEqual(level, "tiled", name)
        assert.match(reasons.join(), /2026-10-08 is (short|doubled|changed)/)
        yield* verified(destination)
        assert.strictEqual((yield* certify(destination)).level, "tiled", name)
      }
      memory.windows.set(key, kept)
      yield* verified(destination)
      assert.strictEqual((yield* certify(destination)).level, "audited")
    }))

  it.effect("falls when any part of it is changed", () =>
    Effect.gen(function*() {
      const { certificate, destination } = yield* auditedWorld
      const json = Schema.encodeSync(Certificate.Certificate)(certificate)
      const paths = leaves(json)
      for (const path of FastCheck.sample(FastCheck.constantFrom(...paths), Number(process.env.RUNS ?? 6))) {
        const changed = Schema.decodeUnknownEither(Certificate.Certificate)(withChanged(json, path))
        if (changed._tag === "Left") continue
        const { level } = yield* Certificate.check(changed.right, destination)
        assert.strictEqual(level, "incomplete", path.join("."))
      }
    }))

  it.effect("fails with InvalidMonth for a text that is no month", () =>
    Effect.gen(function*() {
      const { destination } = yield* world
      const failure = yield* Effect.flip(
        Certificate.make({ destination, account: "acme", exportType: "cdr_in", month: "2026-13" })
      )
      assert.strictEqual(failure._tag, "InvalidMonth")
    }))
})

type Path = ReadonlyArray<string>

const leaves = (value: unknown, path: Path = []): ReadonlyArray<Path> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]))
    : [path]

/** A copy in which one text or number is another one. */
const withChanged = (value: unknown, [key, ...rest]: Path): unknown => {
  if (key === undefined) return typeof value === "number" ? value + 1 : changedText(String(value))
  return typeof value === "object" && value !== null
    ? Object.assign(Array.isArray(value) ? [...value] : { ...value }, {
      [key]: withChanged(Object.entries(value).find(([name]) => name === key)?.[1], rest)
    })
    : value
}

/** Changes the last digit or letter. */
const changedText = (text: string): string =>
  text.replace(
    /[0-9a-z](?=[^0-9a-z]*$)/i,
    (last) => /\d/.test(last) ? String((Number(last) + 1) % 10) : last === "a" ? "b" : "a"
  )
