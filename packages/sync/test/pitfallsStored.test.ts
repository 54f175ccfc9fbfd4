import { Traffic } from "@effect-didww/simulator"
import { Destination, FileDestination, type Manifest, Sync } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, DateTime, Duration, Effect, Exit, Option, Stream, TestClock } from "effect"
import { parquetMetadata } from "hyparquet"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as histories from "./history.js"
import { utc } from "./manifests.js"
import * as memories from "./memory.js"
import { readParquet } from "./parquetFile.js"
import { temporary } from "./setup.js"
import { account, at, clients, ending, kept, passing, there } from "./world.js"

const manifestsOf = ({ windows }: memories.Memory): ReadonlyArray<Manifest.Manifest> =>
  Array.from(windows.values(), ({ manifest }) => manifest)

const failureOf = <A, E>(exit: Exit.Exit<A, E>): E =>
  Option.getOrElse(
    Exit.isFailure(exit) ? Cause.failureOption(exit.cause) : Option.none(),
    () => assert.fail("did not fail")
  )

describe("5. Call ID as a key destroys records", () => {
  it.effect("all attempts of a call are kept, and no two of them look like the same record", () =>
    Effect.gen(function*() {
      yield* at("2026-11-28T12:00:00Z")
      const acme = yield* account("acme", { traffic: { seed: 3, callsPerDay: 80 } })
      const memory = memories.empty()
      const destination = memories.make(memory)
      yield* ending(Sync.run({
        accounts: clients([acme]),
        destination,
        types: ["cdr_in"],
        since: utc("2026-11-25T00:00:00Z"),
        audit: false
      }))
      const all = there(acme, { exportType: "cdr_in", from: "2026-11-25", to: "2026-11-28" })
      assert.isBelow(new Set(all.map((call) => call.split(" ")[0])).size, all.length)
      assert.deepStrictEqual(kept(memory, "acme", "cdr_in"), all)
      const hashes = yield* Effect.forEach(
        manifestsOf(memory),
        (manifest) => Stream.runCollect(destination.identities(manifest))
      )
      const records = hashes.flatMap((chunk) => Array.from(chunk, ({ hash }) => hash))
      assert.strictEqual(new Set(records).size, all.length)
    }))
})

describe("6. a dead process's lock stops the sync for longer than the data lives", () => {
  const start = at("2026-11-28T12:00:00Z").pipe(
    Effect.andThen(account("acme", { traffic: { seed: 2, callsPerDay: 3 } })),
    Effect.map((acme) => {
      const memory = memories.empty()
      const options = {
        accounts: clients([acme]),
        types: ["cdr_in"],
        since: utc("2026-11-26T00:00:00Z"),
        audit: false
      } as const
      return { acme, memory, options }
    })
  )

  it.scoped("a second run requests nothing while the first one lives, and says who holds the destination", () =>
    Effect.gen(function*() {
      const { acme, memory, options } = yield* start
      const destination = memories.make(memory)
      yield* destination.hold
      const exit = yield* passing(Sync.run({ ...options, destination }))
      assert.strictEqual(failureOf(exit)._tag, "DestinationInUse")
      assert.strictEqual((yield* acme.simulator.received).length, 0)
    }))

  it.scoped("the age of the last success grows while a run hangs", () =>
    Effect.gen(function*() {
      const { memory, options } = yield* start
      const destination = memories.make(memory)
      const { endedAt } = yield* ending(Sync.run({ ...options, destination }))
      yield* destination.hold
      yield* TestClock.adjust("40 hours")
      const { lastSuccess, plan } = yield* Sync.status({ destination })
      assert.deepStrictEqual(lastSuccess, endedAt)
      assert.isAbove(DateTime.distance(lastSuccess!, yield* DateTime.now), 36 * 3_600_000)
      assert.deepStrictEqual(plan.pulls.map(({ subject }) => subject.window.key).toSorted(), [
        "2026-11-27",
        "2026-11-28",
        "2026-11-29"
      ])
    }))

  it.effect("a run whose lease was taken over commits no window", () =>
    Effect.gen(function*() {
      const { memory, options } = yield* start
      const moved = new Destination.DestinationMoved({ place: "memory" })
      let checks = 0
      const destination: Destination.SyncDestination = {
        ...memories.make(memory),
        // the intents of both windows are written, and then another run takes over
        hold: Effect.succeed({ check: Effect.suspend(() => checks++ < 4 ? Effect.void : moved) })
      }
      const exit = yield* passing(Sync.run({ ...options, destination }))
      assert.strictEqual(failureOf(exit)._tag, "DestinationMoved")
      assert.strictEqual(memory.windows.size, 0)
    }))
})

describe("7. partition values get a type", () => {
  for (const name of ["0042", "2026-10-01", "", "Acme", "__HIVE_DEFAULT_PARTITION__"]) {
    it.effect(`an account named ${JSON.stringify(name)} is refused before any request`, () =>
      Effect.gen(function*() {
        const acme = yield* account("acme", { traffic: {} })
        const memory = memories.empty()
        const exit = yield* passing(Sync.run({ accounts: { [name]: acme.client }, destination: memories.make(memory) }))
        assert.strictEqual(failureOf(exit)._tag, "InvalidAccount")
        assert.strictEqual((yield* acme.simulator.received).length, 0)
        assert.strictEqual(memory.ledger.size, 0)
      }))
  }
})

/** The data files of a directory. */
const filesIn = (root: string): ReadonlyArray<string> =>
  readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => /^account=.*\./.test(path)).toSorted()

describe("8. a reader sees half a publication", () => {
  it.scoped("a window that settled has the file of the provisional one in its place, and no second file", () =>
    Effect.gen(function*() {
      yield* at("2026-11-28T03:00:00Z")
      const acme = yield* account("acme", {
        traffic: { seed: 2, callsPerDay: 20, recordedAfter: (random) => Duration.hours(random * 20) }
      })
      const root = yield* temporary
      const options = {
        accounts: clients([acme]),
        destination: yield* FileDestination.directory(root, { format: "ndjson.gz" }),
        types: ["cdr_in"],
        since: utc("2026-11-27T00:00:00Z"),
        wait: "12 hours",
        audit: false
      } as const
      yield* ending(Sync.run(options))
      const files = filesIn(root)
      assert.deepStrictEqual(files, ["account=acme/type=cdr_in/date=2026-11-27/records.ndjson.gz"])
      yield* TestClock.adjust("23 hours")
      const { late } = yield* ending(Sync.run(options))
      assert.isAbove(late, 0)
      assert.deepStrictEqual(filesIn(root), [...files, "account=acme/type=cdr_in/date=2026-11-28/records.ndjson.gz"])
    }).pipe(Effect.provide(NodeContext.layer)))
})

describe("9. the schema drifts between files", () => {
  it.scoped("files of two API versions have the same columns, and the sum over all of them is exact", () =>
    Effect.gen(function*() {
      yield* at("2026-11-28T12:00:00Z")
      const root = yield* temporary
      const traffic = { seed: 2, callsPerDay: 20 }
      const destination = yield* FileDestination.directory(root, { format: Parquet.format })
      const run = Effect.fnUntraced(function*(apiVersion: "2026-04-16" | "2026-11-19") {
        const acme = yield* account("acme", { apiVersion, client: { apiVersion }, traffic })
        const { committed } = yield* ending(Sync.run({
          accounts: clients([acme]),
          destination,
          types: ["cdr_in"],
          since: utc("2026-11-25T00:00:00Z"),
          wait: "12 hours",
          audit: false
        }))
        return committed.map(({ apiVersion, subject }) => `${subject.window.key} ${apiVersion}`).toSorted()
      })
      assert.deepStrictEqual(yield* run("2026-04-16"), [
        "2026-11-25 2026-04-16",
        "2026-11-26 2026-04-16",
        "2026-11-27 2026-04-16"
      ])
      yield* TestClock.adjust("24 hours")
      assert.deepStrictEqual(yield* run("2026-11-19"), ["2026-11-27 2026-11-19", "2026-11-28 2026-11-19"])
      const paths = filesIn(root).map((path) => join(root, path))
      const schemas = paths.map((path) =>
        JSON.stringify(parquetMetadata(new Uint8Array(readFileSync(path)).buffer).schema)
      )
      assert.strictEqual(paths.length, 4)
      assert.strictEqual(new Set(schemas).size, 1)
      const rows = (yield* Effect.promise(() => Promise.all(paths.map(readParquet)))).flat()
      const totals = (to: number) =>
        Traffic.totals(Traffic.make(traffic), { exportType: "cdr_in", from: Date.UTC(2026, 10, 25), to })
      assert.strictEqual(rows.length, totals(Date.UTC(2026, 10, 29)).rows)
      // the simulator's archives of the newer version have no money
      const sum = rows.reduce((sum, { total = "0" }) => sum + Number(total) * 1000, 0)
      assert.strictEqual(BigInt(Math.round(sum)), totals(Date.UTC(2026, 10, 27)).money["Total (USD)"])
    }).pipe(Effect.provide(NodeContext.layer)))
})

describe("10. state and data disagree", () => {
  it.effect("a run that is killed before any of its steps is made good by the next one, with one more download at most", () =>
    Effect.gen(function*() {
      yield* at("2026-11-28T12:00:00Z")
      let hasEnded = false
      let tried = 0
      for (let last = 1; !hasEnded; last++) {
        const fate = yield* histories.killed(last)
        let current = fate
        const acme = yield* account("acme", {
          traffic: { seed: 9, callsPerDay: 4 },
          faults: (request) => current.fault(request)
        })
        const memory = memories.empty()
        const options = {
          accounts: clients([acme]),
          types: ["cdr_in"],
          since: utc("2026-11-27T00:00:00Z"),
          audit: false
        } as const
        yield* passing(fate.survive(Sync.run({ ...options, destination: memories.make(memory, fate.step) })))
        hasEnded = !fate.isOver()
        current = histories.quiet
        const downloads = Effect.map(
          acme.simulator.received,
          (all) => all.filter(({ url }) => url.endsWith(".csv.gz")).length
        )
        const before = yield* downloads
        const lacking = 1 - memory.windows.size
        yield* ending(Sync.run({ ...options, destination: memories.make(memory) }))
        assert.isAtMost((yield* downloads) - before, lacking, `step ${last}`)
        assert.deepStrictEqual(
          kept(memory, "acme", "cdr_in"),
          there(acme, { exportType: "cdr_in", from: "2026-11-27", to: "2026-11-28" }),
          `step ${last}`
        )
        assert.strictEqual((yield* acme.simulator.exports).length, 1, `step ${last}`)
        tried++
      }
      assert.isAbove(tried, 10)
    }))
})
