import { Protocol } from "@effect-didww/core"
import { Archive } from "@effect-didww/simulator"
import { type Destination } from "@effect-didww/sync"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, type Scope } from "effect"
import { fill } from "./kept.js"
import { databases, names } from "./sql/databases.js"
import { decode, load, source, subject } from "./sql/loads.js"

const rows = decode(Archive.make({ rows: 60, seed: 1, badRows: 0.1 }))

const query = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text))

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

describe.each(databases)("a window in $kind", ({ kind, make }) => {
  const { micros, of } = names(kind)

  const test = <E>(
    name: string,
    run: (destination: Destination.SyncDestination) => Effect.Effect<void, E, SqlClient.SqlClient | Scope.Scope>
  ) =>
    it.scopedLive(
      name,
      () =>
        Effect.flatMap(make, ({ client }) =>
          Effect.provide(Effect.flatMap(SqlDestination.make(), run), Layer.fresh(client))),
      { timeout: 60_000 }
    )

  /** Another value for a column of this kind. */
  const another = (column: string, type: string): string => {
    if (type === "text") return `coalesce(${column}, '') || 'x'`
    if (type !== "time") return `coalesce(${column}, 0) + 1`
    return kind === "Postgres"
      ? `coalesce(${column}, now()) + interval '1 millisecond'`
      : `replace(coalesce(${column}, '2026-10-01T00:00:00.000Z'), '.000Z', '.001Z')`
  }

  test("is changed by any cell", (destination) =>
    Effect.gen(function*() {
      const first = `row_number = (SELECT min(row_number) FROM ${of("cdr_in")})`
      const manifest = yield* fill(destination, rows)
      yield* query(`CREATE TABLE ${of("kept")} AS SELECT * FROM ${of("cdr_in")}`)
      for (const { key, kind: type } of Protocol.columns.CdrInRecord) {
        const column = `${snake(key)}${type === "money" ? micros : ""}`
        yield* query(`UPDATE ${of("cdr_in")} SET ${column} = ${another(column, type)} WHERE ${first}`)
        assert.strictEqual((yield* destination.inspect(manifest)).status, "changed", column)
        yield* query(`DELETE FROM ${of("cdr_in")}`)
        yield* query(`INSERT INTO ${of("cdr_in")} SELECT * FROM ${of("kept")}`)
        assert.strictEqual((yield* destination.inspect(manifest)).status, "intact", column)
      }
      yield* query(`UPDATE ${of("cdr_in")} SET extra = '{"a": "b"}' WHERE ${first}`)
      assert.strictEqual((yield* destination.inspect(manifest)).status, "changed")
    }))

  test("is short without a row, and doubled with one more", (destination) =>
    Effect.gen(function*() {
      const manifest = yield* fill(destination, rows)
      for (const table of ["cdr_in", "rejected_rows"]) {
        const last = `row_number = (SELECT max(row_number) FROM ${of(table)})`
        yield* query(`CREATE TABLE ${of(`kept_${table}`)} AS SELECT * FROM ${of(table)} WHERE ${last}`)
        yield* query(`DELETE FROM ${of(table)} WHERE ${last}`)
        assert.strictEqual((yield* destination.inspect(manifest)).status, "short", table)
        yield* query(`INSERT INTO ${of(table)} SELECT * FROM ${of(`kept_${table}`)}`)
        yield* query(`UPDATE ${of(`kept_${table}`)} SET row_number = 1000`)
        yield* query(`INSERT INTO ${of(table)} SELECT * FROM ${of(`kept_${table}`)}`)
        assert.strictEqual((yield* destination.inspect(manifest)).status, "doubled", table)
        yield* query(`DELETE FROM ${of(table)} WHERE row_number = 1000`)
        assert.strictEqual((yield* destination.inspect(manifest)).status, "intact", table)
      }
    }))

  test("is changed by rejected rows that changed, and damaged by rows that cannot be read", (destination) =>
    Effect.gen(function*() {
      const manifest = yield* fill(destination, rows)
      yield* query(`UPDATE ${of("rejected_rows")} SET lines = lines + 1`)
      assert.strictEqual((yield* destination.inspect(manifest)).status, "changed")
      yield* query(`UPDATE ${of("rejected_rows")} SET lines = lines - 1, cells = '["x"]'`)
      assert.strictEqual((yield* destination.inspect(manifest)).status, "changed")
      yield* query(`UPDATE ${of("rejected_rows")} SET cells = '{"x": [1]}'`)
      assert.strictEqual((yield* destination.inspect(manifest)).status, "damaged")
    }))

  test("is damaged if its manifest was changed, and is listed all the same", (destination) =>
    Effect.gen(function*() {
      const manifest = yield* fill(destination, rows)
      const stored = kind === "Postgres"
        ? "jsonb_set(manifest, '{archiveBytes}', '7')"
        : "json_set(manifest, '$.archiveBytes', 7)"
      yield* query(`UPDATE ${of("windows")} SET manifest = ${stored}`)
      assert.strictEqual((yield* destination.inspect(manifest)).status, "damaged")
      assert.strictEqual((yield* destination.manifests).length, 1)
      yield* query(`UPDATE ${of("windows")} SET manifest = '{}'`)
      assert.strictEqual((yield* destination.inspect(manifest)).status, "damaged")
      assert.deepStrictEqual(yield* destination.manifests, [])
      assert.deepStrictEqual(yield* destination.unreadable, ["the manifest of cdr_in of acme in 2026-10"])
    }))

  test("stays intact when a later version adds columns", (destination) =>
    Effect.gen(function*() {
      const manifest = yield* fill(destination, rows)
      yield* query(`ALTER TABLE ${of("cdr_in")} ADD COLUMN later text`)
      const next = yield* SqlDestination.make()
      assert.strictEqual((yield* next.inspect(manifest)).status, "intact")
    }))

  test("is missing once its row is gone, and leaves strays", (destination) =>
    Effect.gen(function*() {
      const manifest = yield* fill(destination, rows)
      yield* query(`DELETE FROM ${of("windows")}`)
      assert.strictEqual((yield* destination.inspect(manifest)).status, "missing")
      assert.deepStrictEqual(yield* destination.strays, [
        `${manifest.records} rows of cdr_in with pull 1`,
        `${manifest.rejected} rows of rejected_rows with pull 1`
      ])
    }))

  test("has no strays while it is loaded, and when its load was stopped", (destination) =>
    Effect.gen(function*() {
      yield* Effect.scoped(Effect.gen(function*() {
        const window = yield* destination.open(subject)
        yield* window.begin(source)
        yield* window.append(rows)
        assert.deepStrictEqual(yield* destination.strays, [])
      }))
      assert.deepStrictEqual(yield* destination.strays, [])
    }))

  test("has no row left once it is deleted", (destination) =>
    Effect.gen(function*() {
      yield* destination.remove(yield* fill(destination, rows))
      for (const table of ["cdr_in", "rejected_rows", "windows"]) {
        assert.deepStrictEqual(yield* query(`SELECT * FROM ${of(table)}`), [])
      }
    }))

  test("keeps its rows in quarantine, whatever is loaded after it", (destination) =>
    Effect.gen(function*() {
      const manifest = yield* fill(destination, rows)
      const place = yield* destination.quarantine(manifest)
      assert.match(place, /^the rows with pull 1 of /)
      yield* load(destination, rows, { subject: { ...subject, generation: 2 } })
      const count = (where: string) =>
        Effect.map(
          query(`SELECT CAST(count(*) AS text) AS n FROM ${of("cdr_in")} ${where}`),
          ([row]) => Number({ ...row }["n" as never])
        )
      assert.strictEqual(yield* count("WHERE pull = 1"), manifest.records)
      assert.strictEqual(yield* count(""), 2 * manifest.records)
      const [shown] = yield* query(`SELECT CAST(count(*) AS text) AS n FROM ${of("calls")}`)
      assert.strictEqual(Number({ ...shown }["n" as never]), manifest.records)
    }))
})
