import { Account, Archive, Simulator, SimulatorClient, Traffic } from "@effect-didww/simulator"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { gunzipSync } from "node:zlib"
import * as clock from "./clock.js"
import { midNovember, november } from "./clock.js"
import { ask, send } from "./setup.js"

const version = { "x-didww-api-version": "2026-04-16" }

const layer = (options: Simulator.Options = {}) =>
  SimulatorClient.layer({ account: Account.make([]), rateLimit: "none", ...options })

/** Creates an export and tells its id. */
const create = Effect.fnUntraced(function*(from: string, to: string, more: Readonly<Record<string, string>> = {}) {
  const attributes = { export_type: "cdr_in", filters: { from: `${from}:00:00`, to: `${to}:00:00`, ...more } }
  const { row, status } = yield* send("POST", "/exports", version, { data: { type: "exports", attributes } })
  assert.strictEqual(status, 201)
  return row!.id
})

/** Downloads the archive of an export. */
const download = Effect.fnUntraced(function*(id: string) {
  const url = String((yield* ask(`/exports/${id}`, version)).row?.attributes.url)
  const response = yield* HttpClient.get(url, { headers: { "api-key": "key" } })
  return { status: response.status, etag: response.headers.etag, bytes: Buffer.from(yield* response.arrayBuffer) }
})

const linesOf = ({ bytes }: Effect.Effect.Success<ReturnType<typeof download>>) =>
  gunzipSync(bytes).toString().split(/\n(?=\d)/)

describe("traffic", () => {
  const traffic = Traffic.make({ seed: 5, callsPerDay: 300, recordedAfter: "2 hours" })
  const archives = { traffic, quoting: "minimal" as const }

  it.effect("exports of periods that overlap have the same calls of the time that they share", () =>
    Effect.gen(function*() {
      yield* midNovember
      const ids = [
        yield* create("2026-10-05 00", "2026-10-07 00"),
        yield* create("2026-10-05 00", "2026-10-06 00"),
        yield* create("2026-10-06 00", "2026-10-07 00")
      ]
      yield* clock.adjust("3 seconds")
      const [both, one, other] = (yield* Effect.forEach(ids, download)).map((archive) => linesOf(archive).slice(1))
      assert.isAbove(both!.length, 600)
      assert.deepStrictEqual(
        both!.map((line) => line.trim()).sort(),
        [...one!, ...other!].map((line) => line.trim()).sort()
      )
    }).pipe(Effect.provide(layer({ archives }))))

  it.effect("an archive has what was recorded when its export was created, and a later export has the rest", () =>
    Effect.gen(function*() {
      yield* midNovember
      const early = yield* create("2026-11-15 08", "2026-11-15 12")
      yield* clock.adjust("8 hours")
      const late = yield* create("2026-11-15 08", "2026-11-15 12")
      yield* clock.adjust("3 seconds")
      const period = { exportType: "cdr_in", from: november - 4 * 3_600_000, to: november }
      const [some, all] = yield* Effect.forEach([early, late], (id) => Effect.map(download(id), linesOf))
      assert.lengthOf(all!, 1 + Traffic.totals(traffic, period).rows)
      assert.lengthOf(some!, 1 + Traffic.totals(traffic, { ...period, recordedBy: november }).rows)
      assert.isBelow(some!.length, all!.length)
    }).pipe(Effect.provide(layer({ archives }))))

  it.effect("an archive is the same bytes whenever and wherever it is downloaded", () => {
    const bytes = Effect.gen(function*() {
      yield* midNovember
      const id = yield* create("2026-10-05 00", "2026-10-06 00")
      yield* clock.adjust("3 seconds")
      const first = yield* download(id)
      yield* clock.adjust("20 days")
      assert.deepStrictEqual(yield* download(id), first)
      return first
    })
    return Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* Effect.provide(bytes, layer({ archives })),
        yield* Effect.provide(bytes, layer({ archives }))
      )
    })
  })

  it.effect("an export of one number has the calls of that number", () =>
    Effect.gen(function*() {
      yield* midNovember
      const didNumber = Traffic.didNumbers[7]!
      const id = yield* create("2026-10-01 00", "2026-11-01 00", { did_number: didNumber })
      yield* clock.adjust("3 seconds")
      const period = { exportType: "cdr_in", from: Date.UTC(2026, 9), to: Date.UTC(2026, 10), didNumber }
      const lines = linesOf(yield* download(id)).slice(1)
      assert.isNotEmpty(lines)
      assert.lengthOf(lines, Traffic.totals(traffic, period).rows)
      assert.isTrue(lines.every((line) => line.includes(didNumber)))
    }).pipe(Effect.provide(layer({ archives }))))

  it.effect("the simulator's archive is the one that a download gets", () =>
    Effect.gen(function*() {
      yield* midNovember
      const id = yield* create("2026-10-05 00", "2026-10-06 00")
      yield* clock.adjust("3 seconds")
      const simulator = yield* Simulator.Simulator
      const archive = simulator.archive((yield* simulator.exports)[0]!)
      assert.strictEqual(
        gunzipSync((yield* download(id)).bytes).toString(),
        Array.from(Archive.csv(archive)).join("")
      )
      assert.isAbove(Archive.totals(archive).bad, 0)
    }).pipe(Effect.provide(layer({ archives: { traffic, badRows: 0.1 } }))))

  it.effect("emptyOnce empties the first archive of a type and period, and a later one is full", () =>
    Effect.gen(function*() {
      yield* midNovember
      const ids = [
        yield* create("2026-10-05 00", "2026-10-06 00"),
        yield* create("2026-10-05 00", "2026-10-06 00"),
        yield* create("2026-10-06 00", "2026-10-07 00")
      ]
      yield* clock.adjust("3 seconds")
      const [first, second, other] = (yield* Effect.forEach(ids, download)).map((archive) => linesOf(archive).length)
      const { rows } = Traffic.totals(traffic, {
        exportType: "cdr_in",
        from: Date.UTC(2026, 9, 5),
        to: Date.UTC(2026, 9, 6)
      })
      assert.deepStrictEqual([first, second], [1, 1 + rows])
      assert.isAbove(other!, 1)
      // with the same answer once the second exists
      assert.lengthOf(linesOf(yield* download(ids[0]!)), 1)
    }).pipe(Effect.provide(
      layer({ archives: { ...archives, emptyOnce: ({ filters }) => filters?.from === "2026-10-05 00:00:00" } })
    )))

  it.effect("an archive that is gone answers 404 without a body, and its export is still completed", () =>
    Effect.gen(function*() {
      yield* midNovember
      const ids = [
        yield* create("2026-10-05 00", "2026-10-06 00"),
        yield* create("2026-10-06 00", "2026-10-07 00")
      ]
      yield* clock.adjust("3 seconds")
      const [gone, other] = yield* Effect.forEach(ids, download)
      assert.deepStrictEqual([gone!.status, gone!.bytes.length, other!.status], [404, 0, 200])
      const { rows } = yield* ask("/exports", version)
      assert.deepStrictEqual(rows.map(({ attributes }) => attributes.status), ["completed", "completed"])
    }).pipe(Effect.provide(
      layer({ archives: { ...archives, gone: ({ filters }) => filters?.from === "2026-10-05 00:00:00" } })
    )))
})

describe("a foreign export", () => {
  // the panel and other programs create exports too: an account can hold one with our reference and other filters
  const [stored] = Account.generate({ size: 1 }).exports
  const foreign: Account.StoredExport = {
    ...stored!,
    createdAt: november - 3_600_000,
    status: "completed",
    completedAt: november,
    exportType: "cdr_in",
    externalReferenceId: "didww:main:cdr_in:2026-10-05:g1",
    url: "/exports/foreign.csv.gz",
    filters: { from: "2026-10-05 00:00:00", to: "2026-10-06 00:00:00", did_number: Traffic.didNumbers[3]! }
  }
  const traffic = Traffic.make({ callsPerDay: 2000 })

  it.effect("an account can hold an export of others, with its own part of the traffic", () =>
    Effect.gen(function*() {
      yield* clock.setTime(november)
      const { rows } = yield* ask(`/exports?filter[external_reference_id]=${foreign.externalReferenceId}`, version)
      assert.deepStrictEqual(rows.map(({ id }) => id), [foreign.id])
      const lines = linesOf(yield* download(foreign.id)).slice(1)
      assert.isNotEmpty(lines)
      assert.isTrue(lines.every((line) => line.includes(Traffic.didNumbers[3]!)))
    }).pipe(Effect.provide(layer({ account: Account.make([foreign]), archives: { traffic, quoting: "minimal" } }))))
})
