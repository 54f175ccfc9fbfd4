/**
 * Bars of databases. `POSTGRES_URL` names a server in which the bench may write a schema of its own. Without it there are no
 * such bars: `.ci/postgres npx -y pnpm@12 bench --only sql-postgres` starts a temporary server.
 */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as Export from "@effect-didww/core/Export"
import * as Protocol from "@effect-didww/core/Protocol"
import * as Archive from "@effect-didww/simulator/Archive"
import type * as Manifest from "@effect-didww/sync/Manifest"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Bar, Contender } from "./bar.js"
import { storedRows } from "./sizes.js"

const server = process.env.POSTGRES_URL ?? ""

const schema = "didww_bench"

const records = Effect.sync(() =>
  CallRecord.decode(Array.from(Archive.csv(Archive.make({ rows: storedRows, seed: 1 }))).join(""))
)

const from = DateTime.unsafeMake("2026-10-01T00:00:00Z")
const to = DateTime.unsafeMake("2026-11-01T00:00:00Z")

const source = { exportId: Export.ExportId.make("bench"), etag: undefined }

const manifest: Manifest.Manifest = {
  version: 1,
  subject: { account: "bench", exportType: "cdr_in", window: { from, to, key: "2026-10" }, generation: 1 },
  request: { exportType: "cdr_in", from, to },
  exportId: source.exportId,
  requestedAt: to,
  archiveSha256: "0".repeat(64),
  archiveBytes: 1,
  records: storedRows,
  rejected: 0,
  rejectedLines: 0,
  replacedTexts: 0,
  sums: {},
  times: {},
  rowsHash: "0".repeat(16),
  completedAt: to
}

const client = PgClient.layer({ url: Redacted.make(server) })

/** Tables of the destination, and the statement that empties them. */
const prepared = Effect.gen(function*() {
  const sql = yield* PgClient.PgClient
  const destination = yield* SqlDestination.make({ schema })
  return { destination, empty: sql.unsafe(`TRUNCATE ${schema}.windows, ${schema}.cdr_in`) }
})

const ours: Contender = {
  prepare: Effect.gen(function*() {
    const context = yield* Layer.build(client)
    const rows = yield* records
    const { destination, empty } = yield* Effect.provide(prepared, context)
    return Effect.scoped(Effect.gen(function*() {
      yield* empty
      const window = yield* destination.open(manifest.subject)
      yield* window.begin(source)
      const size = window.batch ?? storedRows
      for (let start = 0; start < rows.length; start += size) yield* window.append(rows.slice(start, start + size))
      return yield* window.complete(manifest)
    })).pipe(Effect.provide(context), Effect.orDie)
  }).pipe(Effect.orDie)
}

const cell = (value: unknown): string => {
  const text = String(value ?? "")
  return /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text
}

/** The rows as a file that `COPY` reads without any change. */
const typedCsv = (rows: ReadonlyArray<CallRecord.Row>): string => {
  const lines = rows.map((row, index) => {
    const fields = new Map<string, unknown>(Object.entries(CallRecord.encode(row)))
    return [1, index + 1, ...Protocol.columns.CdrInRecord.map(({ key }) => cell(fields.get(key))), ""].join(",")
  })
  return `${lines.join("\n")}\n`
}

const psql = (...statements: ReadonlyArray<string>): Effect.Effect<unknown> =>
  Effect.async<unknown>((resume) => {
    const commands = statements.flatMap((statement) => ["-c", statement])
    execFile("psql", ["-qX", "-d", server, "-v", "ON_ERROR_STOP=1", ...commands], (error) =>
      resume(error === null ? Effect.void : Effect.die(error)))
  })

const copy: Contender = {
  without: "checks of what is stored, resumption, the manifest",
  prepare: Effect.gen(function*() {
    yield* Effect.provide(prepared, client)
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "didww-bench-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
    )
    const path = join(folder, "calls.csv")
    const rows = yield* records
    yield* Effect.sync(() => writeFileSync(path, typedCsv(rows)))
    return psql(
      `TRUNCATE ${schema}.windows, ${schema}.cdr_in`,
      `\\copy ${schema}.cdr_in FROM '${path}' (FORMAT csv)`
    )
  }).pipe(Effect.orDie)
}

const bar: Bar = {
  name: "sql-postgres",
  says: "time to load rows into Postgres, against psql's COPY of the same rows from a file",
  measure: "wall",
  per: { count: storedRows, unit: "a row" },
  ours: "effect-didww",
  against: "psql, COPY",
  contenders: { "effect-didww": ours, "psql, COPY": copy },
  must: 4,
  aim: 2
}

export const bars: ReadonlyArray<Bar> = server === "" ? [] : [bar]
