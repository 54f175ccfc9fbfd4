import { Fault, type Simulator } from "@effect-didww/simulator"
import { type Manifest, Metrics, Sync } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Cron, DateTime, Effect, Either, Metric, Option, Stream } from "effect"
import * as memories from "./memory.js"
import { account, at, clients, ending, kept, there } from "./world.js"

const now = "2026-11-28T12:00:00Z"

const period = { from: "2026-11-24", to: "2026-11-28" }

const since = DateTime.unsafeMake("2026-11-24T00:00:00Z")

/** An account with few calls, and an empty destination. */
const setUp = (options: Simulator.Options = {}) =>
  Effect.gen(function*() {
    yield* at(now)
    const acme = yield* account("acme", { traffic: { seed: 1, callsPerDay: 3 }, ...options })
    const memory = memories.empty()
    const destination = memories.make(memory)
    const given: Sync.Options = { accounts: clients([acme]), destination, since, types: ["cdr_in"] }
    return { acme, memory, destination, options: given }
  })

describe("Sync", () => {
  it.effect("keeps every call that DIDWW has once, and requests nothing again", () =>
    Effect.gen(function*() {
      const { acme, memory, options } = yield* setUp()
      const all = { ...options, since: undefined, types: ["cdr_in", "cdr_out"] as const }
      const report = yield* ending(Sync.run(all))
      assert.deepStrictEqual(report.failed, [])
      // the windows, and the audits of September and October
      assert.strictEqual(report.created, 2 * (30 + 31 + 27) + 2 * 2)
      assert.deepStrictEqual(report.audits.map(({ differing }) => differing), [0, 0, 0, 0])
      for (const exportType of ["cdr_in", "cdr_out"] as const) {
        const there_ = there(acme, { exportType, from: "2026-09-01", to: "2026-11-28" })
        assert.deepStrictEqual(kept(memory, "acme", exportType), there_)
      }
      const before = (yield* acme.simulator.received).length
      const second = yield* ending(Sync.run(all))
      assert.strictEqual(second.created, 0)
      assert.strictEqual((yield* acme.simulator.received).length, before)
    }))

  it.effect("adopts the exports of an earlier destination", () =>
    Effect.gen(function*() {
      const { acme, memory, options } = yield* setUp()
      const { created } = yield* ending(Sync.run({ ...options, destination: memories.make(memories.empty()) }))
      const report = yield* ending(Sync.run(options))
      assert.deepStrictEqual([created, report.created, report.adopted, report.wasted], [4, 0, 4, 0])
      const all = there(acme, { exportType: "cdr_in", from: "2026-11-24", to: "2026-11-28" })
      assert.deepStrictEqual(kept(memory, "acme", "cdr_in"), all)
    }))

  it.effect("commits all windows but the one that fails, and names that one", () =>
    Effect.gen(function*() {
      let isBroken = true
      let broken: string | undefined
      const { memory, options } = yield* setUp({
        faults: ({ url }) => {
          if (!isBroken || !url.endsWith(".csv.gz")) return undefined
          broken ??= url
          return url === broken ? Fault.wrongChecksum : undefined
        }
      })
      const report = yield* ending(Sync.run(options))
      assert.deepStrictEqual(report.failed.map(({ error }) => error._tag), ["CorruptArchive"])
      assert.strictEqual(report.committed.length, 3)
      isBroken = false
      const next = yield* ending(Sync.run(options))
      assert.deepStrictEqual([next.created, next.adopted, next.committed.length], [0, 1, 1])
      assert.strictEqual(memory.windows.size, 4)
    }))

  it.effect("waits out an answer about its exports that cannot be read", () =>
    Effect.gen(function*() {
      let broken = 0
      const { memory, options } = yield* setUp({
        faults: ({ url }) => /filter(%5B|\[)id/.test(url) && ++broken <= 2 ? Fault.brokenJson : undefined
      })
      const report = yield* ending(Sync.run(options))
      assert.deepStrictEqual(report.failed.map(({ error }) => error._tag), [])
      assert.isAbove(broken, 2)
      assert.strictEqual(memory.windows.size, 4)
    }))

  it.effect("goes on with the other accounts where a key is refused", () =>
    Effect.gen(function*() {
      const { acme, options } = yield* setUp()
      const globex = yield* account("globex", { traffic: { seed: 2, callsPerDay: 3 }, apiKeys: ["another"] })
      const report = yield* ending(Sync.run({ ...options, accounts: clients([globex, acme]) }))
      assert.deepStrictEqual(
        report.failedAccounts.map(({ account, error }) => [account, error._tag]),
        [["globex", "Unauthorized"]]
      )
      assert.strictEqual(report.committed.length, 4)
    }))

  it.effect("refuses a second run at the same time before any request", () =>
    Effect.gen(function*() {
      const { acme, destination, options } = yield* setUp()
      yield* Effect.scoped(Effect.gen(function*() {
        yield* destination.hold
        const error = yield* Effect.flip(Sync.run(options))
        assert.strictEqual(error._tag, "DestinationInUse")
      }))
      assert.deepStrictEqual(yield* acme.simulator.received, [])
    }))

  it.effect("refuses the name of an account that cannot be in a path", () =>
    Effect.gen(function*() {
      const { acme, options } = yield* setUp()
      const error = yield* Effect.flip(Sync.run({ ...options, accounts: { "../up": acme.client } }))
      assert.strictEqual(error._tag, "InvalidAccount")
    }))

  it.effect("leaves an export that is not ready to the next run, and requests it once", () =>
    Effect.gen(function*() {
      const { acme, options } = yield* setUp({ processing: { pending: "9 hours" } })
      const first = yield* ending(Sync.run({ ...options, wait: "10 minutes" }))
      assert.deepStrictEqual([first.created, first.waiting.length, first.committed.length], [4, 4, 0])
      yield* at("2026-11-28T19:00:00Z")
      const status = yield* Sync.status(options)
      assert.strictEqual(status.plan.overdue.length, 4)
      yield* at("2026-11-28T22:00:00Z")
      const second = yield* ending(Sync.run(options))
      assert.deepStrictEqual([second.created, second.adopted, second.committed.length], [0, 4, 4])
      assert.strictEqual((yield* acme.simulator.exports).length, 4)
    }))

  it.effect("streams what happens, and ends with the report", () =>
    Effect.gen(function*() {
      const { options } = yield* setUp()
      const events = Chunk.toReadonlyArray(yield* ending(Stream.runCollect(Sync.events(options))))
      assert.deepStrictEqual([events[0]?._tag, events.at(-1)?._tag], ["Planned", "Ended"])
      for (const tag of ["Requested", "Ready", "Committed"]) {
        assert.strictEqual(events.filter(({ _tag }) => _tag === tag).length, 4, tag)
      }
    }))

  it.effect("runs at the times of a cron", () =>
    Effect.gen(function*() {
      const { options } = yield* setUp()
      const cron = Either.getOrThrow(Cron.parse("30 3 * * *", "UTC"))
      const reports = Sync.schedule(options, cron).pipe(
        Stream.filterMap((event) => event._tag === "Ended" ? Option.some(event.report) : Option.none()),
        Stream.take(2),
        Stream.runCollect
      )
      const starts = Array.from(yield* ending(reports), ({ startedAt }) => DateTime.formatIso(startedAt))
      assert.deepStrictEqual(starts, ["2026-11-29T03:30:00.000Z", "2026-11-30T03:30:00.000Z"])
    }))

  it.effect("says how complete a destination is without a request, and in metrics", () =>
    Effect.gen(function*() {
      const { acme, destination, options } = yield* setUp()
      yield* ending(Sync.run(options))
      const before = (yield* acme.simulator.received).length
      // the last day is provisional until tomorrow
      const { lastSuccess, plan, records } = yield* Sync.status({ destination })
      assert.strictEqual(DateTime.formatIso(plan.tracks[0]!.completeUntil), "2026-11-27T00:00:00.000Z")
      assert.isAbove(records, 0)
      assert.isDefined(lastSuccess)
      assert.strictEqual((yield* acme.simulator.received).length, before)
      const labels = { account: "acme", exportType: "cdr_in" } as const
      assert.strictEqual((yield* Metric.value(Metrics.windows(labels, "provisional"))).value, 1)
      assert.strictEqual((yield* Metric.value(Metrics.rows(labels))).count >= records, true)
    }))

  it.effect("counts a loss as complete once it is acknowledged", () =>
    Effect.gen(function*() {
      const { destination, options } = yield* setUp({ processing: { pending: "3 days" } })
      yield* ending(Sync.run({ ...options, wait: "1 minute" }))
      yield* at("2027-02-01T12:00:00Z")
      const lost = (yield* Sync.status({ destination })).plan.lost
      assert.strictEqual(lost.length, 7)
      const seen = yield* Sync.acknowledge(destination, ({ window }) => window.key < "2026-11-26")
      assert.deepStrictEqual(seen.map(({ window }) => window.key), ["2026-11-24", "2026-11-25"])
      const { lost: after, tracks } = (yield* Sync.status({ destination })).plan
      assert.strictEqual(after.filter(({ isAcknowledged }) => isAcknowledged).length, 2)
      assert.strictEqual(DateTime.formatIso(tracks[0]!.completeUntil), "2026-11-26T00:00:00.000Z")
    }))

  it.effect("requests a window again that somebody asks for, and nothing else", () =>
    Effect.gen(function*() {
      const { acme, destination, memory, options } = yield* setUp()
      yield* ending(Sync.run(options))
      const isMeant = ({ window }: Manifest.Subject): boolean => window.key === "2026-11-25"
      const asked = yield* Sync.again(destination, isMeant)
      assert.deepStrictEqual(asked.map(({ generation, window }) => [window.key, generation]), [["2026-11-25", 2]])
      assert.deepStrictEqual(yield* Sync.again(destination, isMeant), asked)
      const { created, committed } = yield* ending(Sync.run({ ...options, only: isMeant }))
      assert.strictEqual(created, 1)
      assert.deepStrictEqual(committed.map(({ subject }) => subject.generation), [2])
      assert.deepStrictEqual(kept(memory, "acme", "cdr_in"), there(acme, { exportType: "cdr_in", ...period }))
      assert.strictEqual((yield* ending(Sync.run(options))).created, 0)
    }))

  it.effect("audits a month again that somebody asks for", () =>
    Effect.gen(function*() {
      const { destination, options } = yield* setUp()
      const all = { ...options, since: DateTime.unsafeMake("2026-10-01T00:00:00Z") }
      assert.strictEqual((yield* ending(Sync.run(all))).audits.length, 1)
      const asked = yield* Sync.auditAgain(destination, () => true)
      assert.deepStrictEqual(asked.map(({ generation, window }) => [window.key, generation]), [["2026-10.audit", 2]])
      const { audits, created } = yield* ending(Sync.run(all))
      assert.deepStrictEqual([created, audits.map(({ differing }) => differing)], [1, [0]])
    }))

  it.effect("promises nothing about accounts and types in a run about some windows", () =>
    Effect.gen(function*() {
      const { destination, options } = yield* setUp()
      yield* ending(Sync.run(options))
      yield* ending(Sync.run({ ...options, types: ["cdr_in", "cdr_out"], only: () => false }))
      const { plan: { tracks } } = yield* Sync.status({ destination })
      assert.deepStrictEqual(tracks.map(({ exportType }) => exportType), ["cdr_in"])
    }))

  it.effect("keeps the windows and the zone of its last run", () =>
    Effect.gen(function*() {
      const { options } = yield* setUp()
      const all = { ...options, since: DateTime.unsafeMake("2026-10-01T00:00:00Z") }
      yield* ending(Sync.run({ ...all, window: "month", zone: DateTime.zoneUnsafeMakeNamed("Europe/Berlin") }))
      const { committed, created } = yield* ending(Sync.run(all))
      assert.deepStrictEqual([committed.length, created], [0, 0])
    }))

  it.effect("deletes old windows, and counts none of them as lost", () =>
    Effect.gen(function*() {
      const { destination, options } = yield* setUp()
      yield* ending(Sync.run(options))
      const deleted = yield* Sync.prune(destination, DateTime.unsafeMake("2026-11-26T12:00:00Z"))
      assert.deepStrictEqual(deleted.map(({ subject: { window } }) => window.key), ["2026-11-24", "2026-11-25"])
      yield* at("2027-02-01T12:00:00Z")
      const { lost, tracks } = (yield* Sync.status({ destination })).plan
      // the first one is provisional
      const keys = ["2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"]
      assert.deepStrictEqual(lost.map(({ window }) => window.key), keys)
      assert.strictEqual(DateTime.formatIso(tracks[0]!.since), "2026-11-26T00:00:00.000Z")
    }))
})
