/** What somebody or something does to a destination behind the back of a sync. */
import { Certificate, type Destination, type Manifest } from "@effect-didww/sync"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, FastCheck, Layer, Runtime, type Scope } from "effect"
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { fill, line, noted, rowsOf } from "./filled.js"
import { directory, folder, formats } from "./kept.js"
import { databases, names } from "./sql/databases.js"
import { verified } from "./verified.js"
import { at } from "./world.js"

// a switch for CI: RUNS=200
const numRuns = Number(process.env.RUNS ?? 6)

const time = (text: string) => DateTime.unsafeMake(`${text}T00:00:00Z`)

/** Two windows that are one month. */
const windows: ReadonlyArray<Manifest.Window> = [
  { from: time("2026-10-01"), to: time("2026-10-16"), key: "2026-10-01T00:00:00Z_2026-10-16T00:00:00Z" },
  { from: time("2026-10-16"), to: time("2026-11-01"), key: "2026-10-16T00:00:00Z_2026-11-01T00:00:00Z" }
]

/** Twenty calls, and a row that cannot be read. */
const rows = ({ from }: Manifest.Window) => {
  const start = from.epochMillis
  return rowsOf([...Array.from({ length: 20 }, (_, hour) => line(hour, start + hour * 3_600_000)), "no,row"])
}

const loaded = (destination: Destination.SyncDestination) =>
  Effect.gen(function*() {
    yield* at("2026-11-28T12:00:00Z")
    for (const window of windows) yield* fill(destination, { day: window, rows: rows(window) })
    yield* noted(destination, { since: "2026-10-01", success: "2026-11-01T03:00:00Z" })
    yield* verified({ destination })
    const certificate = yield* Certificate.make({
      destination,
      account: "acme",
      exportType: "cdr_in",
      month: "2026-10"
    })
    assert.strictEqual(certificate.level, "verified")
    return certificate
  })

/** Whether a finding is of a window, or of a part of it. */
const isNamed = (
  findings: Effect.Effect.Success<ReturnType<typeof verified>>["findings"],
  { from, to }: Manifest.Window
): boolean => findings.some(({ window }) => window !== undefined && window.from < to && window.to > from)

/** A verification names the window, and both ways to a certificate give it a lower level. */
const isFound = (destination: Destination.SyncDestination, certificate: Certificate.Certificate, what: string) =>
  Effect.gen(function*() {
    const { findings } = yield* verified({ destination })
    assert.isTrue(windows.some((window) => isNamed(findings, window)), what)
    const { account, exportType, month } = certificate
    const next = yield* Certificate.make({ destination, account, exportType, month })
    assert.include(["incomplete", "tiled"], next.level, what)
    const { level, reasons } = yield* Certificate.check(certificate, destination)
    assert.include(["incomplete", "tiled"], level, what)
    assert.isAbove(reasons.length, 0)
  })

const change = FastCheck.oneof(
  FastCheck.constant({ kind: "remove" as const, part: 0 }),
  FastCheck.record({
    kind: FastCheck.constantFrom("cut" as const, "flip" as const),
    part: FastCheck.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
  })
)

/** Does it, and gives the bytes before. */
const spoil = (path: string, { kind, part }: { readonly kind: "remove" | "cut" | "flip"; readonly part: number }) => {
  const bytes = readFileSync(path)
  const at = Math.floor(part * bytes.length)
  if (kind === "remove") rmSync(path)
  else writeFileSync(path, kind === "cut" ? bytes.subarray(0, at) : bytes.with(at, bytes[at]! ^ 1 << at % 8))
  return bytes
}

/** The data, the rejected rows, the archives and the manifests. */
const filesOf = (root: string): ReadonlyArray<string> =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /^account=|^_didww\/(rejected|archives|manifests)\//.test(path))
    .map((path) => `${root}/${path}`).filter((path) => statSync(path).isFile())

const some = ["ndjson", "csv.gz", "parquet"] as const

describe.each(some)("a directory of %s", (format) => {
  it.scoped(
    "has no file of a window that can be removed, cut or changed in any bit unseen",
    () =>
      Effect.gen(function*() {
        const root = yield* folder
        const destination = yield* directory(root, formats[format]!)
        const certificate = yield* loaded(destination)
        const run = Runtime.runPromise(yield* Effect.runtime())
        const files = filesOf(root)
        assert.strictEqual(files.length, 8)
        const law = FastCheck.asyncProperty(FastCheck.constantFrom(...files), change, async (path, change) => {
          const before = spoil(path, change)
          await run(isFound(destination, certificate, `${path} ${JSON.stringify(change)}`))
          writeFileSync(path, before)
        })
        yield* Effect.promise(() => FastCheck.assert(law, { numRuns, endOnFailure: true }))
        assert.deepStrictEqual((yield* verified({ destination })).findings, [])
        assert.strictEqual((yield* Certificate.check(certificate, destination)).level, "verified")
      }),
    300_000
  )
})

describe.each(databases)("$kind", ({ kind, make }) => {
  const { micros, of } = names(kind)

  const test = <E>(
    name: string,
    run: (destination: Destination.SyncDestination) => Effect.Effect<void, E, SqlClient.SqlClient | Scope.Scope>
  ) =>
    it.scoped(
      name,
      () =>
        Effect.flatMap(make, ({ client }) =>
          Effect.provide(Effect.flatMap(SqlDestination.make(), run), Layer.fresh(client))),
      120_000
    )

  test("has no row that can be deleted, doubled or changed unseen", (destination) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const certificate = yield* loaded(destination)
      const copied = (table: string) => {
        const columns = table === "cdr_in" ? `call_id, total${micros}` : "cells"
        const number = table === "cdr_in" ? 1000 : 1001
        return `INSERT INTO ${of(table)} (pull, row_number, ${table === "cdr_in" ? "" : "lines, reason, "}${columns})
          SELECT pull, ${number}, ${table === "cdr_in" ? "" : "lines, reason, "}${columns} FROM ${of(table)}
          WHERE row_number = (SELECT max(row_number) FROM ${of(table)} WHERE row_number < 1000)`
      }
      const changes = [
        `DELETE FROM ${of("cdr_in")} WHERE row_number = 7`,
        `DELETE FROM ${of("rejected_rows")} WHERE pull = (SELECT min(pull) FROM ${of("rejected_rows")})`,
        copied("cdr_in"),
        copied("rejected_rows"),
        `UPDATE ${of("cdr_in")} SET total${micros} = total${micros} + 1 WHERE row_number = 20`,
        `UPDATE ${of("cdr_in")} SET source = '1' WHERE row_number = 1`,
        `DELETE FROM ${of("windows")}`
      ]
      for (const text of changes) {
        yield* sql.unsafe(`CREATE TABLE ${of("a")} AS SELECT * FROM ${of("cdr_in")}`)
        yield* sql.unsafe(`CREATE TABLE ${of("b")} AS SELECT * FROM ${of("rejected_rows")}`)
        yield* sql.unsafe(`CREATE TABLE ${of("c")} AS SELECT * FROM ${of("windows")}`)
        yield* sql.unsafe(text)
        yield* isFound(destination, certificate, text)
        for (const [copy, table] of [["a", "cdr_in"], ["b", "rejected_rows"], ["c", "windows"]] as const) {
          yield* sql.unsafe(`DELETE FROM ${of(table)}`)
          yield* sql.unsafe(`INSERT INTO ${of(table)} SELECT * FROM ${of(copy)}`)
          yield* sql.unsafe(`DROP TABLE ${of(copy)}`)
        }
      }
      assert.deepStrictEqual((yield* verified({ destination })).findings, [])
      assert.strictEqual((yield* Certificate.check(certificate, destination)).level, "verified")
    }))
})
