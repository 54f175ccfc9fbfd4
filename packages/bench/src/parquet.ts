/** Bars of Parquet, from the file of an archive to a file of Parquet. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as Export from "@effect-didww/core/Export"
import * as Parquet from "@effect-didww/sync/Parquet"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Bar, Contender } from "./bar.js"
import { csvOf, query, readCsv, withArchive } from "./duckdb.js"
import { manyRows, millionRows, rows } from "./sizes.js"

/** Where a contender writes. Two runs at the same time have two processes. */
export const pathOf = (name: string): string => join(tmpdir(), `effect-didww-bench-${name}-${process.pid}.parquet`)

/** Deletes the file of a contender behind its work. */
const withFile = (name: string, work: Effect.Effect<unknown, never, FileSystem.FileSystem>) =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    yield* Effect.addFinalizer(() => Effect.ignore(files.remove(pathOf(name))))
    return Effect.provide(work, NodeFileSystem.layer)
  }).pipe(Effect.provide(NodeFileSystem.layer))

/** Gives the size of the file that is written, in megabytes. */
const sized = (name: string, work: Effect.Effect<unknown, unknown, FileSystem.FileSystem>) =>
  Effect.gen(function*() {
    yield* work
    return Number((yield* (yield* FileSystem.FileSystem).stat(pathOf(name))).size) / 1e6
  }).pipe(Effect.orDie)

const encoded = (count: number) =>
  Effect.flatMap(FileSystem.FileSystem, (files) =>
    CallRecord.decodeStream(csvOf(count)).pipe(
      Parquet.encode({
        exportId: Export.ExportId.make("0b1c3f7e-98a1-4f25-9d8e-000000000001"),
        exportType: "cdr_in",
        onRejected: (row) => Effect.dieMessage(row.reason)
      }),
      Stream.run(files.sink(pathOf("ours")))
    ))

const ours = (count: number): Contender => ({
  prepare: Effect.flatMap(
    withFile("ours", sized("ours", encoded(count))),
    (work) => withArchive(Effect.succeed(work), count)
  )
})

const copy = `COPY (FROM ${readCsv()}) TO '${pathOf("duckdb")}' (FORMAT parquet, COMPRESSION snappy)`

const duckDb: Contender = {
  without: "rejected rows as values, columns by name, a stream, one schema for all versions, the number of each row",
  prepare: Effect.flatMap(Effect.promise(() => query(copy)), (run) =>
    Effect.flatMap(
      withFile("duckdb", sized("duckdb", Effect.promise(run))),
      (work) => withArchive(Effect.succeed(work))
    ))
}

const againstDuckDb = {
  ours: "effect-didww",
  against: "DuckDB",
  contenders: { "effect-didww": ours(millionRows), DuckDB: duckDb }
}

export const bars: ReadonlyArray<Bar> = [
  {
    name: "rows-parquet",
    says: "CPU from an archive to Parquet, against DuckDB's COPY of the same file on one thread",
    measure: "cpu",
    per: { count: millionRows, unit: "a row" },
    ...againstDuckDb,
    must: 4,
    aim: 3
  },
  {
    name: "parquet-size",
    says: "megabytes of a Parquet file, against DuckDB's of the same archive",
    measure: "result",
    per: { count: millionRows, unit: "a row" },
    ...againstDuckDb,
    must: 1.5,
    aim: 1.1
  },
  {
    name: "parquet-memory",
    says: `peak memory of writing ${manyRows.toLocaleString("en")} rows as Parquet against ${
      rows.toLocaleString("en")
    }`,
    measure: "memory",
    per: { count: 1, unit: "a process" },
    ours: "ten times the rows",
    against: "the rows",
    contenders: { "ten times the rows": ours(manyRows), "the rows": ours(rows) },
    must: 1.15,
    aim: 1.05
  }
]
