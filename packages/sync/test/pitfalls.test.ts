import { Account, Fault, type Simulator, Traffic } from "@effect-didww/simulator"
import { Plan, Sync } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, TestClock } from "effect"
import { manifestOf, utc } from "./manifests.js"
import * as memories from "./memory.js"
import { account, at, clients, ending, filtersOf, kept, there } from "./world.js"

const posts = (received: ReadonlyArray<Simulator.ReceivedRequest>) =>
  received.filter(({ method, url }) => method === "POST" && url.endsWith("/exports"))

const isCreated = (reference: string) => ({ externalReferenceId }: { readonly externalReferenceId: string | null }) =>
  externalReferenceId === reference

describe("1. the window closes before its calls are recorded", () => {
  const november = { exportType: "cdr_in", from: "2026-11-26", to: "2026-12-01" } as const

  /** The calls of November before and after its audit, of those that there are. */
  const audited = (traffic: Traffic.Options) =>
    Effect.gen(function*() {
      yield* at("2026-11-29T02:30:00Z")
      const acme = yield* account("acme", { traffic })
      const memory = memories.empty()
      const options: Sync.Options = {
        accounts: clients([acme]),
        destination: memories.make(memory),
        types: ["cdr_in"],
        since: utc("2026-11-26T00:00:00Z")
      }
      const all = there(acme, november)
      const found = () => kept(memory, "acme", "cdr_in").filter((call) => all.includes(call))
      for (let day = 0; day < 5; day++) {
        yield* ending(Sync.run(options))
        yield* TestClock.adjust("24 hours")
      }
      const before = found()
      yield* ending(Sync.run(options))
      assert.deepStrictEqual((yield* Sync.plan({ destination: options.destination })).disputed, [])
      return { all, before, after: found() }
    })

  for (const timeField of ["start", "connect", "end"] as const) {
    it.effect(
      `the audit finds calls of 5 hours that came up to 40 hours late, where periods mean their ${timeField}`,
      () =>
        Effect.gen(function*() {
          const recordedAfter = (random: number) => Duration.hours(random * 40)
          const { after, all, before } = yield* audited({ seed: 4, callsPerDay: 100, timeField, recordedAfter })
          assert.isBelow(before.length, all.length)
          assert.deepStrictEqual(after, all)
        })
    )
  }

  it.effect("the audit finds a late call across midnight, although no other call tells starts and ends apart", () =>
    Effect.gen(function*() {
      const recordedAfter = (random: number) => Duration.hours(random ** 4 * 60)
      const { after, all, before } = yield* audited({ seed: 229, callsPerDay: 6, timeField: "end", recordedAfter })
      const late = all.filter((call) => call.endsWith("2026-11-29T23:38:13.000Z"))
      assert.strictEqual(late.length, 1)
      assert.notInclude(before, late[0])
      assert.deepStrictEqual(after, all)
    }))
})

describe("2. the horizon moves past the state and nobody says so", () => {
  const types = ["cdr_in", "cdr_out", "sms_in", "sms_out"] as const

  it.effect("two minutes before a month is deleted, all of it is requested in time, and loaded a day later", () =>
    Effect.gen(function*() {
      yield* at("2026-11-30T23:58:00Z")
      const midnight = Date.UTC(2026, 11)
      const two = yield* Effect.forEach(["acme", "globex"], (name, seed) =>
        account(name, {
          apiVersion: "2026-11-19",
          client: { apiVersion: "2026-11-19" },
          traffic: { seed, callsPerDay: 2 },
          processing: { processing: "9 hours" },
          faults: ({ method }) => method === "POST" ? Fault.delay("1 second") : undefined
        }))
      const memory = memories.empty()
      // only September is missing
      const { pulls } = yield* Effect.map(DateTime.now, (now) => planOf(two.map(({ name }) => name), types, now))
      for (const { subject } of pulls) {
        const { account, exportType, window } = subject
        if (window.key.startsWith("2026-09")) continue
        const manifest = manifestOf(subject, { requestedAt: DateTime.add(window.to, { hours: 26 }) })
        memory.windows.set(`${account} ${exportType} ${window.key}`, { manifest, rows: [] })
      }
      const options: Sync.Options = {
        accounts: clients(two),
        destination: memories.make(memory),
        types,
        audit: false,
        wait: "1 minute"
      }
      const first = yield* ending(Sync.run(options))
      assert.strictEqual(first.created, 2 * 4 * 30)
      assert.strictEqual(first.waiting.length, 2 * 4 * 30)
      for (const { simulator } of two) {
        assert.isTrue(posts(yield* simulator.received).every((request) => request.at < midnight - 1000))
        assert.strictEqual((yield* simulator.exports).length, 4 * 30)
      }
      yield* TestClock.setTime(midnight + 24 * 3_600_000)
      const second = yield* ending(Sync.run(options))
      assert.deepStrictEqual(second.plan.lost, [])
      assert.deepStrictEqual(second.failed, [])
      for (const { name, traffic } of two) {
        for (const exportType of types) {
          const records = Array.from(memory.windows.values(), ({ manifest }) => manifest)
            .filter(({ subject: { account, exportType: type, window } }) =>
              account === name && type === exportType && window.key.startsWith("2026-09")
            ).reduce((sum, { records }) => sum + records, 0)
          const september = { exportType, from: Date.UTC(2026, 8), to: Date.UTC(2026, 9) }
          assert.strictEqual(records, Traffic.totals(traffic, september).rows, `${name} ${exportType}`)
        }
      }
    }))

  it.effect("a month that nobody requested is reported as lost, and stays reported until somebody acknowledges it", () =>
    Effect.gen(function*() {
      yield* at("2026-11-30T12:00:00Z")
      const acme = yield* account("acme", { traffic: { seed: 1, callsPerDay: 1 } })
      const memory = memories.empty()
      const destination = memories.make(memory)
      const options: Sync.Options = {
        accounts: clients([acme]),
        destination,
        types: ["cdr_in"],
        since: utc("2026-11-29T00:00:00Z"),
        audit: false
      }
      yield* ending(Sync.run(options))
      yield* at("2027-02-02T00:00:00Z")
      const { lost, tracks: [track] } = yield* Sync.plan({ destination, audit: false })
      // the window of the 29th was provisional
      assert.deepStrictEqual(lost.map(({ window }) => window.key), ["2026-11-29", "2026-11-30"])
      assert.strictEqual(DateTime.formatIso(track!.completeUntil), "2026-11-29T00:00:00.000Z")
      yield* Sync.acknowledge(destination, () => true)
      const seen = yield* Sync.plan({ destination, audit: false })
      assert.isTrue(seen.lost.every(({ isAcknowledged }) => isAcknowledged))
      assert.strictEqual(DateTime.formatIso(seen.tracks[0]!.completeUntil), "2026-12-01T00:00:00.000Z")
    }))
})

const planOf = (
  accounts: ReadonlyArray<string>,
  types: ReadonlyArray<"cdr_in" | "cdr_out" | "sms_in" | "sms_out">,
  now: DateTime.Utc
): Plan.Plan =>
  Plan.make({
    tracks: accounts.flatMap((account) => types.map((exportType) => ({ account, exportType }))),
    manifests: [],
    now
  })

describe("3. success with nothing in it", () => {
  const quietDay = Date.UTC(2026, 10, 22)

  it.effect("an empty archive is requested once more, and a day without calls is asked for twice and never again", () =>
    Effect.gen(function*() {
      yield* at("2026-11-28T12:00:00Z")
      const acme = yield* account("acme", {
        traffic: { seed: 5, callsPerDay: (_, day) => day === quietDay ? 0 : 4 },
        archives: { emptyOnce: ({ filters }) => filters?.from === "2026-11-20 00:00:00" }
      })
      const memory = memories.empty()
      const options: Sync.Options = {
        accounts: clients([acme]),
        destination: memories.make(memory),
        types: ["cdr_in"],
        since: utc("2026-11-18T00:00:00Z")
      }
      const first = yield* ending(Sync.run(options))
      assert.deepStrictEqual(first.failed, [])
      assert.deepStrictEqual(first.plan.suspicious.map(({ window }) => window.key), ["2026-11-20", "2026-11-22"])
      yield* TestClock.adjust("23 hours")
      const early = yield* ending(Sync.run(options))
      // the days before had settled, or are not older than a day
      assert.deepStrictEqual(early.committed.map(({ subject }) => subject.window.key), ["2026-11-27", "2026-11-28"])
      for (let day = 0; day < 4; day++) {
        yield* TestClock.adjust("25 hours")
        yield* ending(Sync.run(options))
      }
      const references = (yield* acme.simulator.exports).map(({ externalReferenceId }) => externalReferenceId ?? "")
      const requests = (key: string) => references.filter((reference) => reference.includes(`.${key}.`)).length
      assert.strictEqual(requests("2026-11-20"), 2)
      assert.strictEqual(requests("2026-11-22"), 2)
      assert.strictEqual(requests("2026-11-19"), 1)
      const all = there(acme, { exportType: "cdr_in", from: "2026-11-18", to: "2026-11-28" })
      assert.deepStrictEqual(kept(memory, "acme", "cdr_in").filter((call) => all.includes(call)), all)
    }))
})

describe("4. asking again for what cannot be deleted", () => {
  it.effect("where half of the answers are lost and the list is late, each window has one export, and no other's", () =>
    Effect.gen(function*() {
      yield* at("2026-11-28T12:00:00Z")
      let coin = 0
      const foreign = {
        id: "11111111-2222-4333-8444-555555555555",
        createdAt: Date.UTC(2026, 10, 27),
        status: "completed" as const,
        exportType: "cdr_in" as const,
        externalReferenceId: "sync.acme.cdr_in.2026-11-20.g1",
        url: "/exports/foreign.csv.gz",
        callbackUrl: null,
        callbackMethod: null,
        filters: { from: "2026-11-01 00:00:00", to: "2026-11-02 00:00:00" }
      }
      const acme = yield* account("acme", {
        account: Account.make([foreign]),
        traffic: { seed: 6, callsPerDay: 3 },
        listedAfter: "60 seconds",
        // of each three answers, one or two are lost
        faults: ({ method }) =>
          method === "POST" && [true, false, false, true, true, false][coin++ % 6] ? Fault.cut() : undefined
      })
      const memory = memories.empty()
      const options: Sync.Options = {
        accounts: clients([acme]),
        destination: memories.make(memory),
        since: utc("2026-11-14T00:00:00Z"),
        audit: false
      }
      const report = yield* ending(Sync.run(options))
      assert.deepStrictEqual(report.failed, [])
      assert.strictEqual(report.created, 28)
      assert.strictEqual(report.wasted, 0)
      const exports = yield* acme.simulator.exports
      assert.strictEqual(exports.length, 1 + 28)
      assert.strictEqual(exports.filter(isCreated("sync.acme.cdr_in.2026-11-20.g2")).length, 1)
      for (const { exportId, subject } of report.committed) {
        const used = exports.find(({ id }) => id === exportId)
        assert.strictEqual(used?.exportType, subject.exportType)
        assert.deepStrictEqual(used?.filters, filtersOf(subject.window))
      }
      for (const exportType of ["cdr_in", "cdr_out"] as const) {
        assert.deepStrictEqual(
          kept(memory, "acme", exportType),
          there(acme, { exportType, from: "2026-11-14", to: "2026-11-28" })
        )
      }
    }))

  it.effect("an archive that is gone raises the generation, and is requested once more", () =>
    Effect.gen(function*() {
      yield* at("2026-11-28T12:00:00Z")
      const acme = yield* account("acme", {
        traffic: { seed: 6, callsPerDay: 3 },
        archives: { gone: ({ externalReferenceId }) => externalReferenceId === "sync.acme.cdr_in.2026-11-20.g1" }
      })
      const memory = memories.empty()
      const report = yield* ending(Sync.run({
        accounts: clients([acme]),
        destination: memories.make(memory),
        types: ["cdr_in"],
        since: utc("2026-11-18T00:00:00Z"),
        audit: false
      }))
      assert.deepStrictEqual(report.failed, [])
      assert.strictEqual(report.created, 11)
      assert.strictEqual((yield* acme.simulator.exports).filter(isCreated("sync.acme.cdr_in.2026-11-20.g2")).length, 1)
      assert.deepStrictEqual(
        kept(memory, "acme", "cdr_in"),
        there(acme, { exportType: "cdr_in", from: "2026-11-18", to: "2026-11-28" })
      )
    }))
})
