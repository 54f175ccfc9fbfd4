import { Credentials, ExportsClient, RetryPolicy } from "@effect-didww/http"
import { Account, Archive, Fault, Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { Pull } from "@effect-didww/sync"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Layer, Redacted, type Scope } from "effect"
import { rowTables } from "../src/internal/sql/tables.js"
import { archiveOf, connected, day, pull, requestCount, requestOf } from "./setup.js"
import { clientOf, type Database, databases, names } from "./sql/databases.js"
import { ofArchive, ofView } from "./sql/expected.js"
import { decode, load, subject } from "./sql/loads.js"
import { start } from "./sql/processes.js"

// switches for CI: ROWS=200000 KILLS=20 TIMES=200
const rows = Number(process.env.ROWS ?? 5000)
const kills = Number(process.env.KILLS ?? 1)
const times = Number(process.env.TIMES ?? 8)
const processes = process.env.KILLS === undefined ? 2 : 4

const key = "k3y-that-nobody-may-see"

const query = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Record<string, unknown>>(text))

const number = (expression: string) =>
  Effect.map(query(`SELECT CAST(${expression} AS text) AS n`), ([row]) => Number(row?.["n"] ?? 0))

describe.each(databases)("pulls into $kind", ({ kind, make }) => {
  const { of } = names(kind)

  const test = <E>(
    name: string,
    run: (database: Database) => Effect.Effect<void, E, SqlClient.SqlClient | Scope.Scope>,
    timeout = 60_000
  ) =>
    it.scopedLive(
      name,
      () => Effect.flatMap(make, (database) => Effect.provide(run(database), Layer.fresh(database.client))),
      { timeout }
    )

  const serving = SimulatorServer.layer({
    account: Account.make([]),
    archives: { rows, seed: 8, badRows: 0.001 },
    processing: { pending: 0, processing: "100 millis" }
  })

  test(
    `hold each of ${rows} rows once, in both generations, after ${kills} kills and runs`,
    (database) =>
      Effect.gen(function*() {
        const { url } = yield* SimulatorServer.SimulatorServer
        const destination = yield* SqlDestination.make()
        const run = (generation: number) =>
          start("intoSql", {
            DIDWW_API_KEY: key,
            DIDWW_API_URL: url,
            DATABASE_URL: database.url,
            GENERATION: String(generation)
          })
        const position = number(`(SELECT max(position) FROM ${of("windows")} WHERE state = 'loading')`)
        for (let round = 0; round < kills; round++) {
          const { ended, kill } = yield* run(round < kills / 2 ? 1 : 2)
          // some runs are killed before the first row, the others behind this one
          const place = Math.random() * rows
          const moment = round % 5 === 4
            ? Effect.sleep(Duration.millis(Math.random() * 3000))
            : Effect.asVoid(Effect.repeat(Effect.delay(position, "5 millis"), { until: (stored) => stored >= place }))
          const killed = yield* Effect.fork(Effect.zipRight(moment, kill))
          yield* ended
          yield* Fiber.interrupt(killed)
        }
        for (const generation of [1, 2]) {
          const { code, lines } = yield* Effect.flatMap(run(generation), ({ ended }) => ended)
          assert.deepStrictEqual(lines, [])
          assert.strictEqual(code, 0)
        }
        const simulator = yield* Simulator.Simulator
        const exports = yield* simulator.exports
        assert.strictEqual(exports.length, 1)
        const archive = simulator.archive(exports[0]!)
        const totals = Archive.totals(archive)
        assert.strictEqual(totals.rows, rows)
        assert.deepStrictEqual(yield* ofView(kind, "CdrInRecord"), ofArchive(archive, "CdrInRecord"))
        assert.strictEqual(yield* number(`(SELECT count(*) FROM ${of("cdr_in")})`), totals.rows - totals.bad)
        assert.strictEqual(yield* number(`(SELECT count(*) FROM ${of("rejected_rows")})`), totals.bad)
        const [manifest, ...others] = yield* destination.manifests
        assert.deepStrictEqual(others, [])
        assert.deepStrictEqual([manifest?.records, manifest?.rejected], [totals.rows - totals.bad, totals.bad])
      }).pipe(Effect.provide(serving)),
    120_000 + kills * 60_000
  )

  let downloads = 0
  test("hold each row once, and no row before, although the archive is damaged twice", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      for (const _ of [1, 2]) {
        assert.strictEqual((yield* Effect.flip(pull(destination)))._tag, "CorruptArchive")
        assert.strictEqual(yield* number(`(SELECT count(*) FROM ${of("cdr_in")})`), 0)
      }
      yield* pull(destination)
      const archive = (yield* archiveOf((yield* destination.manifests)[0]!)).archive
      assert.deepStrictEqual(yield* ofView(kind, "CdrInRecord"), ofArchive(archive, "CdrInRecord"))
    }).pipe(
      Effect.provide(RetryPolicy.none),
      Effect.provide(connected({
        archives: { rows: 20_000, seed: 5, badRows: 0.01 },
        faults: ({ url }) =>
          url.endsWith(".csv.gz") && ++downloads <= 2 ? Fault.truncated(downloads * 200_000) : undefined
      }))
    ))

  test("make their tables once when several processes make them at once", (database) =>
    Effect.gen(function*() {
      const one = Effect.flatMap(
        start("intoSql", { DATABASE_URL: database.url, MIGRATE_ONLY: "true", DIDWW_API_KEY: key }),
        ({ ended }) => ended
      )
      for (
        const { code, lines } of yield* Effect.all(new Array<typeof one>(processes).fill(one), {
          concurrency: "unbounded"
        })
      ) {
        assert.deepStrictEqual({ code, lines }, { code: 0, lines: [] })
      }
      assert.strictEqual(yield* number(`(SELECT count(*) FROM ${of("calls")})`), 0)
    }), 120_000)

  test(
    `show readers only the old rows or the new ones while a window is replaced ${times} times`,
    (database) =>
      Effect.gen(function*() {
        const destination = yield* SqlDestination.make()
        const versions = [1500, 1700].map((rows) => decode(Archive.make({ rows, seed: rows })))
        yield* load(destination, versions[0]!)
        const seen = new Set<number>()
        const reader = yield* Effect.forkScoped(Effect.provide(
          Effect.forever(Effect.delay(
            Effect.map(number(`(SELECT count(*) FROM ${of("calls")})`), (count) => seen.add(count)),
            "1 millis"
          )),
          Layer.fresh(database.client)
        ))
        for (let generation = 2; generation <= times + 1; generation++) {
          yield* load(destination, versions[(generation - 1) % 2]!, { subject: { ...subject, generation }, size: 500 })
        }
        // a failure of the reader fails the test
        assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(reader)))
        assert.sameMembers([...seen], [1500, 1700])
        assert.strictEqual(yield* number(`(SELECT count(*) FROM ${of("cdr_in")})`), versions[times % 2]!.length)
      }),
    60_000 + times * 1000
  )

  test("request nothing if the window is in use, or the tables are gone", () =>
    Effect.gen(function*() {
      const held = yield* SqlDestination.make({ holder: "another", lease: "1 second" })
      const destination = yield* SqlDestination.make({ lease: "1 second" })
      yield* held.open(Pull.subjectOf(requestOf(yield* day)))
      assert.strictEqual((yield* Effect.flip(pull(destination)))._tag, "DestinationInUse")
      yield* query(`ALTER TABLE ${of("windows")} RENAME TO others`)
      assert.strictEqual((yield* Effect.flip(pull(destination)))._tag, "DestinationConflict")
      assert.strictEqual(yield* requestCount, 0)
    }).pipe(Effect.provide(connected())))

  test("leave no API key and no password in the tables", (database) =>
    Effect.gen(function*() {
      const url = Object.assign(new URL(database.url), kind === "Postgres" && { password: "s3cret-word" }).href
      yield* Effect.provide(
        Effect.gen(function*() {
          const destination = yield* SqlDestination.make()
          yield* pull(destination)
          assert.notInclude(destination.place, "s3cret-word")
        }),
        clientOf(url)
      )
      const tables = yield* Effect.forEach(["windows", ...rowTables], (table) => query(`SELECT * FROM ${of(table)}`))
      assert.deepStrictEqual(tables.map((all) => all.length > 0), [true, true, false, false, true])
      const dump = JSON.stringify(tables)
      for (const secret of [key, "s3cret-word"]) assert.notInclude(dump, secret)
    }).pipe(Effect.provide(
      ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make(key)) }).pipe(
        Layer.provideMerge(connected({ archives: { rows: 100, seed: 1, badRows: 0.1 } }))
      )
    )))
})
