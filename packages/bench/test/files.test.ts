/** Files of a destination, read by DuckDB as `_didww/read.sql` says. ROWS=1000000 for CI. */
import { ExportRequest, Protocol } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Account, Archive, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { FileDestination, Pull } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Layer, Redacted, Schedule } from "effect"
import { readFileSync } from "node:fs"

const rows = Number(process.env.ROWS ?? 2000)

const connected = (apiVersion: "2026-04-16" | "2026-11-19") =>
  ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("key")), apiVersion }).pipe(
    Layer.provideMerge(SimulatorClient.layer({
      rateLimit: "none",
      account: Account.make([]),
      apiVersion,
      processing: { pending: 0, processing: 0 },
      archives: { rows, seed: 11, badRows: 0.001 }
    })),
    Layer.provideMerge(Layer.mergeAll(RateLimit.none, NodeGunzip.layer, NodeContext.layer))
  )

type Value = string | number | bigint | boolean | null

/** Runs statements on the files of a directory, and gives the rows of the last one. */
const query = (root: string, ...statements: ReadonlyArray<string>) =>
  Effect.promise(async (): Promise<ReadonlyArray<Readonly<Record<string, Value>>>> => {
    const { DuckDBInstance } = await import("@duckdb/node-api")
    const connection = await (await DuckDBInstance.create(":memory:")).connect()
    await connection.run(`SET file_search_path = '${root}'`)
    await connection.run(readFileSync(`${root}/_didww/read.sql`, "utf8"))
    let found: ReadonlyArray<Readonly<Record<string, Value>>> = []
    for (const statement of statements) {
      found = (await connection.runAndReadAll(statement)).getRowObjectsJson() as typeof found
    }
    connection.closeSync()
    return found
  })

/** Count, smallest and largest value of a column, and its sum in thousandths if it is money. */
interface Facts {
  count: number
  min: string | undefined
  max: string | undefined
  sum: bigint
}

const thousandths = (money: string): bigint => {
  const [, sign = "", whole = "", part = ""] = /^(-?)(\d*)\.?(\d*)$/.exec(money) ?? []
  return BigInt(`${sign}${whole}${part.slice(0, 3).padEnd(3, "0")}`)
}

const numeric = (kind: string): boolean => kind === "money" || kind === "seconds" || kind === "integer"

/** The facts of the readable rows, by what the simulator wrote and without our decoder. */
const factsOf = (archive: Archive.Archive, columns: (typeof Protocol.columns)["CdrInRecord"]) => {
  const facts = columns.map((): Facts => ({ count: 0, min: undefined, max: undefined, sum: 0n }))
  const indexes = columns.map(({ name }) => archive.columns.indexOf(name))
  let records = 0
  for (const { bad, cells } of Archive.rows(archive)) {
    if (bad !== undefined) continue
    records++
    columns.forEach(({ kind }, column) => {
      const cell = cells[indexes[column]!]
      if (cell == null || cell === "") return
      const fact = facts[column]!
      const isLess = (a: string, b: string) => numeric(kind) ? thousandths(a) < thousandths(b) : a < b
      fact.count++
      if (fact.min === undefined || isLess(cell, fact.min)) fact.min = cell
      if (fact.max === undefined || isLess(fact.max, cell)) fact.max = cell
      if (kind === "money" || kind === "seconds") fact.sum += thousandths(cell)
    })
  }
  return { records, facts }
}

const plain = (kind: string, value: Value | undefined): string | undefined =>
  value == null
    ? undefined
    : numeric(kind)
    ? String(thousandths(String(value)))
    : kind === "time"
    ? String(value).slice(0, 19).replace("T", " ")
    : String(value)

const assertRead = (root: string, type: "cdr_in" | "cdr_out", archive: Archive.Archive, records: number) =>
  Effect.gen(function*() {
    const columns = Protocol.columns[type === "cdr_in" ? "CdrInRecord" : "CdrOutRecord"]
    const expected = factsOf(archive, columns)
    const selects = columns.flatMap(({ key, kind }, index) => [
      `count("${key}") AS c${index}`,
      `CAST(min("${key}") AS VARCHAR) AS a${index}`,
      `CAST(max("${key}") AS VARCHAR) AS z${index}`,
      ...kind === "money" || kind === "seconds"
        ? [`CAST(CAST(sum("${key}") * 1000 AS DECIMAL(38, 0)) AS VARCHAR) AS s${index}`]
        : []
    ])
    const [found = {}] = yield* query(
      root,
      `SELECT count(*) AS records, count(DISTINCT "exportId" || "rowNumber") AS keys, ${
        selects.join(", ")
      } FROM ${type}`
    )
    assert.strictEqual(Number(found.records), expected.records)
    assert.strictEqual(Number(found.keys), expected.records)
    assert.strictEqual(records, expected.records)
    columns.forEach(({ key, kind }, index) => {
      const fact = expected.facts[index]!
      assert.deepStrictEqual(
        {
          count: Number(found[`c${index}`]),
          min: plain(kind, found[`a${index}`]),
          max: plain(kind, found[`z${index}`]),
          sum: BigInt(String(found[`s${index}`] ?? 0))
        },
        { count: fact.count, min: plain(kind, fact.min), max: plain(kind, fact.max), sum: fact.sum },
        `${type}.${key}`
      )
    })
  })

const formats = { parquet: Parquet.format, "csv.gz": "csv.gz", csv: "csv", "ndjson.gz": "ndjson.gz" } as const

describe("DuckDB", () => {
  for (const [name, format] of Object.entries(formats)) {
    for (const version of ["2026-04-16", "2026-11-19"] as const) {
      it.scopedLive(
        `reads ${rows} records of each layout of ${version} from ${name}, each once, with exact sums`,
        () =>
          Effect.gen(function*() {
            const root = yield* Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())
            const destination = yield* FileDestination.directory(root, {
              format,
              keepArchive: version === "2026-04-16"
            })
            const simulator = yield* Simulator.Simulator
            const to = DateTime.startOf(yield* DateTime.now, "day")
            const period = { from: DateTime.subtract(to, { days: 1 }), to }
            const requests = {
              cdr_in: ExportRequest.cdrIn({ ...period, externalReferenceId: "in" }),
              cdr_out: ExportRequest.cdrOut({ ...period, externalReferenceId: "out" })
            }
            // the name of an account may look like a number
            for (const [type, request] of Object.entries(requests)) {
              const manifest = yield* Pull.run(request, destination, {
                account: "a0042",
                await: { schedule: Schedule.spaced("1 millis") }
              })
              const stored = (yield* simulator.exports).find(({ id }) => id === manifest.exportId)
              if (stored === undefined) return assert.fail("the simulator has no such export")
              const layout = manifest.sums.total ?? manifest.sums.charged
              if (layout !== undefined) {
                yield* assertRead(root, type as "cdr_in", simulator.archive(stored), manifest.records)
              }
              const [found] = yield* query(root, `SELECT count(*) AS n, min(account) AS a, min(date) AS d FROM ${type}`)
              assert.deepStrictEqual({ n: Number(found?.n), a: found?.a, d: found?.d }, {
                n: manifest.records,
                a: "a0042",
                d: manifest.subject.window.key
              })
            }
          }).pipe(Effect.provide(connected(version))),
        { timeout: 1_800_000 }
      )
    }
  }
})
