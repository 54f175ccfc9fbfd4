/** Bars against DuckDB on one thread, from the file of an archive: typed rows, and sums by two columns. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as Protocol from "@effect-didww/core/Protocol"
import * as Gunzip from "@effect-didww/http/Gunzip"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import * as Summary from "@effect-didww/sync/Summary"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import { createReadStream } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as accounts from "./account.js"
import type { Bar, Contender } from "./bar.js"
import { millionRows } from "./sizes.js"

const pathOf = (rows: number): string => join(tmpdir(), `effect-didww-bench-${rows}.csv.gz`)

/** Prepares work with an archive. */
export const withArchive = (
  work: Effect.Effect<Effect.Effect<unknown>>,
  rows: number = millionRows
): Contender["prepare"] => Effect.zipRight(Effect.promise(() => accounts.archive(pathOf(rows), rows)), work)

export const csvOf = (rows: number) =>
  Stream.suspend(() => Stream.fromAsyncIterable(createReadStream(pathOf(rows)), (error) => error)).pipe(
    Stream.orDie,
    Gunzip.decompress,
    Stream.provideService(Gunzip.Gunzip, NodeGunzip.engine)
  )

const csv = csvOf(millionRows)

/** Counts records, a chunk at a time. */
const counting = Sink.foldLeftChunks(0, (count, rows: Iterable<CallRecord.Row>) => {
  let sum = count
  for (const row of rows) if (row._tag === "CdrInRecord") sum++
  return sum
})

const rows = Stream.run(CallRecord.decodeStream(csv), counting)

const by: Summary.Input = { by: ["trunk", "status"] }

const summary = csv.pipe(CallRecord.decodeStream({ columns: Summary.columns(by) }), Stream.run(Summary.sink(by)))

/** The sums of each group, in an order of DuckDB's and ours. */
type Group = readonly [
  trunk: string,
  status: string,
  calls: number,
  answered: number,
  seconds: number,
  thousandths: number
]

const groupsOf = ({ groups }: Summary.Summary): ReadonlyArray<Group> =>
  groups.map(({ answered, calls, key, money, seconds }) => [
    key.trunk ?? "",
    key.status ?? "",
    calls,
    answered,
    BigDecimal.unsafeToNumber(seconds),
    Number(BigDecimal.scale(money.total ?? BigDecimal.make(0n, 0), 3).value)
  ])

const types = {
  text: "VARCHAR",
  integer: "INTEGER",
  seconds: "INTEGER",
  money: "DECIMAL(18,6)",
  time: "TIMESTAMP"
}

/** DuckDB's table function for the archive, with the type of each column. */
export const readCsv = (): string => {
  const kinds = new Map(Protocol.columns.CdrInRecord.map(({ kind, name }) => [name, kind]))
  const columns = accounts.columns.map((name) => `'${name}': '${types[kinds.get(name) ?? "text"]}'`)
  return `read_csv('${
    pathOf(millionRows)
  }', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${columns.join(", ")}})`
}

export const query = async (sql: string): Promise<() => Promise<ReadonlyArray<ReadonlyArray<unknown>>>> => {
  const { DuckDBInstance } = await import("@duckdb/node-api")
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  await connection.run("SET threads = 1")
  return async () => (await connection.runAndReadAll(sql)).getRows()
}

const byDuckDb = (sql: string, resultOf: (rows: ReadonlyArray<ReadonlyArray<unknown>>) => unknown): Contender => ({
  without: "rejected rows as values, columns by name, a stream",
  prepare: withArchive(
    Effect.map(
      Effect.promise(() => query(sql)),
      (run) => Effect.promise(async () => resultOf(await run()))
    )
  )
})

const bar = (name: string, says: string, ours: Contender, duckDb: Contender, must: number, aim: number): Bar => ({
  name,
  says,
  measure: "cpu",
  per: { count: millionRows, unit: "a row" },
  ours: "effect-didww",
  against: "DuckDB",
  contenders: { "effect-didww": ours, DuckDB: duckDb },
  must,
  aim
})

export const bars: ReadonlyArray<Bar> = [
  bar(
    "rows-duckdb",
    "CPU from an archive to typed rows, against DuckDB's CREATE TABLE from the same file on one thread",
    { prepare: withArchive(Effect.succeed(Effect.orDie(rows))) },
    byDuckDb(`CREATE OR REPLACE TABLE calls AS FROM ${readCsv()}`, (rows) => Number(rows[0]?.[0])),
    0.9,
    0.6
  ),
  bar(
    "stats",
    "CPU from an archive to sums by trunk and status, against DuckDB's GROUP BY of the same file on one thread",
    { prepare: withArchive(Effect.succeed(Effect.orDie(Effect.map(summary, groupsOf)))) },
    byDuckDb(
      `SELECT "Voice IN Trunk", "Status", count(*), count("Date/Time Connect (UTC)"), sum("Duration (sec)"),
        sum("Total (USD)") * 1000 FROM ${readCsv()} GROUP BY ALL ORDER BY ALL`,
      (rows) => rows.map(([trunk, status, ...sums]) => [trunk, status, ...sums.map(Number)])
    ),
    1.8,
    1.2
  )
]
