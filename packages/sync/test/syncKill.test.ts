import { CallRecord } from "@effect-didww/core"
import { Account, Archive, Fault, Simulator, Traffic } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { type Destination, FileDestination, type Manifest } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Fiber, Layer, Random, type Scope, Stream } from "effect"
import { RowsHash } from "../src/internal/pull/rowsHash.js"
import { program } from "./processes.js"
import { databases } from "./sql/databases.js"

// switches for CI: ROWS=2000000 KILLS=20 DAYS=90
const rows = Number(process.env.ROWS ?? 1000)
const kills = Number(process.env.KILLS ?? 1)
const days = Number(process.env.DAYS ?? 3)

const types = ["cdr_in", "cdr_out", "sms_in", "sms_out"] as const

const names = ["acme", "globex"] as const

/** Two accounts, each on its own port, whose four types have about so many rows in all days. */
const serve = (seed: number) =>
  Effect.map(
    Layer.build(Layer.fresh(SimulatorServer.layer({
      account: Account.make([]),
      apiVersion: "2026-11-19",
      rateLimit: "none",
      processing: { pending: 0, processing: "500 millis" },
      faults: Fault.atRandom({ percent: 2, seed }),
      archives: {
        traffic: Traffic.make({ seed, callsPerDay: Math.ceil(rows / (names.length * types.length * days)) })
      }
    }))),
    (context) => ({
      url: Context.get(context, SimulatorServer.SimulatorServer).url,
      simulator: Context.get(context, Simulator.Simulator)
    })
  )

/** The hash of the rows that the simulator has for a window, read without the client. */
const expected = (simulator: Simulator.Service, manifest: Manifest.Manifest) =>
  Effect.map(simulator.exports, (exports) => {
    const stored = exports.find(({ id }) => id === manifest.exportId)
    if (stored === undefined) return assert.fail("the simulator has no such export")
    const hash = new RowsHash()
    const rows = CallRecord.decode(Array.from(Archive.csv(simulator.archive(stored))).join(""))
    rows.forEach((row) => hash.add(row))
    return { rows: rows.length, hash: String(hash) }
  })

/** The hash of the rows that the destination has for a window. */
const stored = (destination: Destination.SyncDestination, manifest: Manifest.Manifest) =>
  Stream.runFold(destination.identities(manifest), { rows: 0, sum: 0n }, ({ rows, sum }, { hash }) => ({
    rows: rows + 1,
    sum: BigInt.asUintN(64, sum + hash)
  })).pipe(Effect.map(({ rows, sum }) => ({ rows, hash: sum.toString(16).padStart(16, "0") })))

/** The windows of each account and type cover the time without a gap, and each has the rows of its archive once. */
const assertExact = Effect.fnUntraced(function*(
  destination: Destination.SyncDestination,
  simulators: Readonly<Record<string, Simulator.Service>>
) {
  const manifests = yield* destination.manifests
  for (const account of names) {
    for (const exportType of types) {
      const own = manifests.filter(({ subject }) => subject.account === account && subject.exportType === exportType)
        .toSorted((self, that) => self.subject.window.from.epochMillis - that.subject.window.from.epochMillis)
      // a month that DIDWW has no longer is left out
      assert.isAtLeast(own.length, Math.min(days - 1, 58))
      own.slice(1).forEach(({ subject }, index) =>
        assert.deepStrictEqual(subject.window.from, own[index]?.subject.window.to)
      )
      for (const manifest of own) {
        const rows = yield* expected(simulators[account]!, manifest)
        assert.deepStrictEqual(yield* stored(destination, manifest), rows)
        assert.deepStrictEqual({ rows: manifest.records, hash: manifest.rowsHash }, rows)
      }
    }
  }
})

interface Place {
  /** The argument of the program. */
  readonly target: string
  readonly destination: Effect.Effect<Destination.SyncDestination, Destination.DestinationError, Scope.Scope>
}

const test = (kind: string, place: Effect.Effect<Place, never, Scope.Scope>) =>
  it.scopedLive(
    `keeps two accounts of four types exactly in ${kind}, after ${kills} kills`,
    () =>
      Effect.gen(function*() {
        const acme = yield* serve(1)
        const globex = yield* serve(2)
        const { destination, target } = yield* place
        const start = program("sync", [target], { ACME_URL: acme.url, GLOBEX_URL: globex.url, DAYS: String(days) })
        const most = 3000 + days * 100 + rows / 100
        for (let round = 0; round < kills; round++) {
          const { ended, kill } = yield* start
          const moment = Effect.sleep(Duration.millis(yield* Random.nextIntBetween(1000, most)))
          const killed = yield* Effect.fork(Effect.andThen(moment, kill))
          yield* ended
          yield* Fiber.interrupt(killed)
        }
        // what a fault broke is left to the next run
        for (let round = 0; round < 5; round++) {
          const { code, output } = yield* Effect.flatMap(start, ({ ended }) => ended)
          assert.strictEqual(code, 0, output)
          if (output.includes("\"failures\":[]")) break
        }
        yield* assertExact(yield* destination, { acme: acme.simulator, globex: globex.simulator })
        const exports = [...(yield* acme.simulator.exports), ...(yield* globex.simulator.exports)]
        const references = exports.map(({ externalReferenceId, exportType }) => `${externalReferenceId} ${exportType}`)
        const extra = references.length - new Set(references).size
        // two for each of the four requests that an account may have in flight
        assert.isAtMost(extra, kills * names.length * 4 * 2)
        if (kills > 1) yield* Effect.log(`${references.length} exports, ${extra} of them twice`)
      }),
    { timeout: 3_000_000 }
  )

describe("A sync that is killed and run again", () => {
  test(
    "Parquet",
    Effect.gen(function*() {
      const files = yield* FileSystem.FileSystem
      const target = yield* Effect.orDie(files.makeTempDirectoryScoped())
      const destination = FileDestination.directory(target, { format: Parquet.format })
      return { target, destination: Effect.provideService(destination, FileSystem.FileSystem, files) }
    }).pipe(Effect.provide(NodeContext.layer))
  )

  for (const { kind, make } of databases) {
    test(
      kind,
      Effect.map(make, ({ client, url }): Place => ({
        target: url,
        destination: Effect.flatMap(
          Layer.build(Layer.fresh(client)),
          (context) => Effect.provide(SqlDestination.make(), context)
        )
      }))
    )
  }
})
