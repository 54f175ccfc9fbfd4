import { DuckDBInstance } from "@duckdb/node-api"
import { CallRecord, Export, Protocol } from "@effect-didww/core"
import { Archive } from "@effect-didww/simulator"
import * as Parquet from "@effect-didww/sync/Parquet"
import { FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"

/** PARQUET_ROWS=1000000 checks as many rows as a month of a busy account has. */
const rows = Number(process.env.PARQUET_ROWS ?? 20_000)

/** The types of DuckDB by the kind of a column, in our Parquet and in the archive. */
const types = {
  text: ["VARCHAR", "VARCHAR"],
  integer: ["INTEGER", "INTEGER"],
  seconds: ["INTEGER", "INTEGER"],
  money: ["DECIMAL(18,6)", "DECIMAL(18,6)"],
  time: ["TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"]
} as const

const query = Effect.promise(async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  await connection.run("SET TimeZone = 'UTC'")
  return (sql: string) => Effect.promise(async () => (await connection.runAndReadAll(sql)).getRowObjectsJson())
})

const exportId = Export.ExportId.make("0b1c3f7e-98a1-4f25-9d8e-000000000001")

describe("DuckDB reads Parquet", () => {
  for (const [exportType, tag] of [["cdr_in", "CdrInRecord"], ["cdr_out", "CdrOutRecord"]] as const) {
    it.scopedLive(
      `of ${exportType} with the types, counts, exact sums, least and greatest values of the archive`,
      () =>
        Effect.gen(function*() {
          const files = yield* FileSystem.FileSystem
          const folder = yield* files.makeTempDirectoryScoped()
          const [csv, parquet] = [`${folder}/calls.csv`, `${folder}/calls.parquet`]
          const archive = Archive.make({ exportType, rows, seed: 42 })
          const bytes = Stream.encodeText(Stream.suspend(() => Stream.fromIterable(Archive.csv(archive))))
          yield* Stream.run(bytes, files.sink(csv))
          yield* CallRecord.decodeStream(bytes).pipe(
            Parquet.encode({ exportId, exportType, onRejected: ({ reason }) => Effect.dieMessage(reason) }),
            Stream.run(files.sink(parquet))
          )
          const run = yield* query
          const columns = Protocol.columns[tag]
          const described = yield* run(`DESCRIBE FROM '${parquet}'`)
          assert.deepStrictEqual(
            described.map(({ column_name, column_type }) => [column_name, column_type]),
            [
              ...columns.map(({ key, kind }) => [key, types[kind][0]]),
              ["extra", "VARCHAR"],
              ["exportId", "VARCHAR"],
              ["rowNumber", "BIGINT"]
            ]
          )
          const clause = archive.columns.map((name) => {
            const kind = columns.find((column) => column.name === name)?.kind ?? "text"
            return `'${name}': '${types[kind][1]}'`
          })
          const source =
            `read_csv('${csv}', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', ` +
            `columns = {${clause.join(", ")}})`
          yield* run(`CREATE TABLE archive AS SELECT *, row_number() OVER () AS row FROM ${source}`)
          const facts = (value: string, kind: keyof typeof types, from: string, order: string) =>
            run(
              `SELECT count(*) AS count, count(x) AS present, min(x)::VARCHAR AS least, max(x)::VARCHAR AS greatest,
              ${kind === "money" || kind === "seconds" || kind === "integer" ? "sum(x)::VARCHAR" : "NULL"} AS sum,
              sum(hash(x::VARCHAR, row)) AS values
            FROM (SELECT ${value} AS x, ${order} AS row FROM ${from})`
            )
          for (const { key, kind, name } of columns) {
            const ours = yield* facts(`"${key}"`, kind, `'${parquet}'`, `"rowNumber"`)
            const isThere = archive.columns.includes(name)
            const value = !isThere ? "NULL" : kind === "text" ? `nullif("${name}", '')` : `"${name}"`
            const theirs = yield* facts(value, kind, "archive", "row")
            assert.deepStrictEqual(ours, theirs, key)
          }
          const { money, rows: count } = Archive.totals(archive)
          for (const { key, name } of columns.filter(({ kind }) => kind === "money")) {
            const [found] = yield* run(
              `SELECT (sum("${key}") * 1000)::HUGEINT::VARCHAR AS sum, count(*) AS n FROM '${parquet}'`
            )
            assert.deepStrictEqual([found?.sum, found?.n], [String(money[name]), String(count)], key)
          }
          const [own] = yield* run(
            `SELECT min("rowNumber") AS a, max("rowNumber") AS b, count(DISTINCT "rowNumber") AS c,
            count(DISTINCT "exportId") AS d, count(extra) AS e FROM '${parquet}'`
          )
          assert.deepStrictEqual(own, { a: "1", b: String(count), c: String(count), d: "1", e: "0" })
          const metadata = yield* run(
            `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('${parquet}') ORDER BY 1`
          )
          assert.deepStrictEqual(metadata.map(({ key, value }) => [key, value]), [
            ["didww.export_id", exportId],
            ["didww.layout", tag],
            ["didww.schema", "1"]
          ])
        }).pipe(Effect.provide(NodeFileSystem.layer)),
      900_000
    )
  }

  it.scopedLive("without records, of an unknown layout, and with odd texts", () =>
    Effect.gen(function*() {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      const write = (name: string, rows: Stream.Stream<CallRecord.Row>, exportType: Export.ExportType) =>
        Effect.as(
          Stream.run(
            Parquet.encode(rows, { exportId, exportType, onRejected: ({ reason }) => Effect.dieMessage(reason) }),
            files.sink(`${folder}/${name}.parquet`)
          ),
          `'${folder}/${name}.parquet'`
        )
      const run = yield* query
      const empty = yield* write("empty", Stream.empty, "cdr_in")
      assert.deepStrictEqual(yield* run(`SELECT count(*) AS n, sum(total) AS total FROM ${empty}`), [
        { n: "0", total: null }
      ])
      const texts = ["0044770", "+97286", "a\0b", "🙂", "", null, "a\ud800b"]
      const other = yield* write(
        "other",
        Stream.fromIterable(texts).pipe(Stream.map((text) => ({
          _tag: "UnknownRecord",
          columns: { "Source": text, "Date": "2026" }
        }))),
        "sms_in"
      )
      const found = yield* run(`SELECT "Source" AS text, "Date #2" AS date FROM ${other} ORDER BY "rowNumber"`)
      assert.deepStrictEqual(found.map(({ text }) => text), [...texts.slice(0, -1), "a\ufffdb"])
      assert.deepStrictEqual(new Set(found.map(({ date }) => date)), new Set(["2026"]))
    }).pipe(Effect.provide(NodeFileSystem.layer)))
})
