/** Makes tables, indexes and views, or extends them. */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { DestinationConflict } from "../../Destination.js"
import { allRecordTables, type Definition, type Dialect, type RecordTable, type Table, tables } from "./tables.js"
import type { Transact } from "./transaction.js"

interface View {
  readonly name: string
  readonly columns: ReadonlyArray<string>
  readonly select: string
}

/** A column of a table or a view that exists. */
interface Found {
  readonly relation: string
  readonly kind: "table" | "view"
  readonly name: string
  readonly type: string
}

type Existing = { readonly [relation: string]: ReadonlyArray<Found> }

/** Makes what is missing. Any number of processes may run it at once. Changes nothing if a table has another shape. */
export const make = (
  sql: SqlClient.SqlClient,
  transact: Transact,
  dialect: Dialect,
  place: string
): Effect.Effect<void, SqlError | DestinationConflict> => {
  const wanted = tables(dialect)
  const extend = Effect.gen(function*() {
    yield* locked(sql, dialect)
    const found = yield* existing(sql, dialect)
    yield* checked(place, dialect, found)
    for (const table of wanted) yield* extended(sql, dialect, table, found[table.name] ?? [])
    for (const { name } of allRecordTables) {
      yield* sql.unsafe(`CREATE INDEX IF NOT EXISTS ${name}_call_id ON ${dialect.named(name)} (call_id)`)
    }
    for (const view of views(dialect, yield* existing(sql, dialect))) yield* replaced(sql, dialect, view)
  })
  return Effect.gen(function*() {
    const found = yield* transact(existing(sql, dialect))
    yield* checked(place, dialect, found)
    const isCurrent = wanted.every(({ columns, name }) => missing(columns, found[name] ?? []).length === 0) &&
      views(dialect, found).every(({ columns, name }) => columns.join() === found[name]?.map(({ name }) => name).join())
    // most runs change nothing: they lock no reader out, and need no privilege to create tables
    if (!isCurrent) yield* transact(extend)
  })
}

const existing = (sql: SqlClient.SqlClient, { isSqlite, schema }: Dialect): Effect.Effect<Existing, SqlError> =>
  Effect.map(
    isSqlite
      ? sql.unsafe<Found>(
        `SELECT m.name AS relation, m.type AS kind, c.name AS name, c.type AS type
         FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view') ORDER BY m.name, c.cid`
      )
      : sql.unsafe<Found>(
        `SELECT c.relname AS relation, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END AS kind, a.attname AS name,
           format_type(a.atttypid, a.atttypmod) AS type
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f', 'm', 'v')
         JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1
         WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum`,
        [schema]
      ),
    Arr.groupBy(({ relation }) => relation)
  )

const missing = (columns: ReadonlyArray<Definition>, found: ReadonlyArray<Found>): ReadonlyArray<Definition> =>
  columns.filter(({ name }) => !found.some((column) => column.name === name))

/** Refuses tables of another shape. Only a column that may be null can be added. */
const checked = (place: string, dialect: Dialect, all: Existing): Effect.Effect<void, DestinationConflict> => {
  const kinds = [
    ...tables(dialect).map(({ name }) => ({ name, kind: "table" })),
    ...views(dialect, all).map(({ name }) => ({ name, kind: "view" }))
  ].flatMap(({ kind, name }) => {
    const found = all[name]?.[0]
    return found === undefined || found.kind === kind ? [] : [`a ${found.kind} named ${name}`]
  })
  const columns = tables(dialect).flatMap(({ columns, name }) => {
    const found = all[name] ?? []
    if (found.length === 0) return []
    const needed = missing(columns, found).filter(({ constraint }) => constraint !== "").map((column) => column.name)
    const others = found.flatMap((column) => {
      const type = columns.find((definition) => definition.name === column.name)?.type ?? column.type
      return type.toLowerCase() === column.type.toLowerCase() ? [] : [`${column.name} as ${column.type}`]
    })
    return [
      ...(needed.length > 0 ? [`a table ${name} without ${needed.join(", ")}`] : []),
      ...(others.length > 0 ? [`a table ${name} with ${others.join(", ")}`] : [])
    ]
  })
  const problems = kinds.length > 0 ? kinds : columns
  return problems.length === 0 ? Effect.void : new DestinationConflict({ place, found: problems.join("; ") })
}

const locked = (sql: SqlClient.SqlClient, { isSqlite, named, schema }: Dialect): Effect.Effect<void, SqlError> =>
  isSqlite ? Effect.void : Effect.gen(function*() {
    yield* sql.unsafe("SELECT pg_advisory_xact_lock(hashtext('effect-didww migrate'))")
    // even with IF NOT EXISTS, the statement needs the privilege to create schemas
    const [exists] = yield* sql.unsafe("SELECT 1 AS one FROM pg_namespace WHERE nspname = $1", [schema])
    if (exists === undefined) yield* sql.unsafe(`CREATE SCHEMA ${named()}`)
  })

const extended = (
  sql: SqlClient.SqlClient,
  dialect: Dialect,
  { columns, key, name }: Table,
  found: ReadonlyArray<Found>
): Effect.Effect<void, SqlError> => {
  const lines = (definitions: ReadonlyArray<Definition>) =>
    definitions.map(({ constraint, name, type }) => `${name} ${type} ${constraint}`)
  return found.length === 0
    ? Effect.asVoid(sql.unsafe(`CREATE TABLE ${dialect.named(name)} (${[...lines(columns), key].join(", ")})`))
    : Effect.forEach(
      lines(missing(columns, found)),
      (line) => sql.unsafe(`ALTER TABLE ${dialect.named(name)} ADD COLUMN ${line}`),
      { discard: true }
    )
}

const replaced = (sql: SqlClient.SqlClient, { isSqlite, named }: Dialect, { name, select }: View) =>
  isSqlite
    ? Effect.zipRight(sql.unsafe(`DROP VIEW IF EXISTS ${name}`), sql.unsafe(`CREATE VIEW ${name} AS ${select}`))
    : sql.unsafe(`CREATE OR REPLACE VIEW ${named(name)} AS ${select}`)

/**
 * The views of complete windows. They have the columns in the tables' order, so that Postgres can replace a view in
 * place.
 */
const views = ({ isSqlite, named }: Dialect, found: Existing): ReadonlyArray<View> => {
  const window = ["account", "window_key", "export_id"]
  const calls = ({ name }: RecordTable): View => {
    const columns = (found[name] ?? []).flatMap((column) => column.name === "pull" ? [] : [column.name])
    const select = [...window.map((column) => `w.${column}`), ...columns.map((column) => `r.${column}`)].join(", ")
    return {
      name: `${name}_calls`,
      columns: [...window, ...columns],
      select: `SELECT ${select} FROM ${named(name)} r JOIN ${named("windows")} w
        ON w.pull = r.pull AND w.state = 'complete'`
    }
  }
  const unit = isSqlite ? "_micros" : ""
  const common = (columns: string): string =>
    `account, window_key, export_id, row_number, started_at, connected_at, ended_at, status, source, ${columns}, call_id`
  return [
    ...allRecordTables.map(calls),
    {
      name: "calls",
      columns: `type, ${common(`destination, duration, charged${unit}`)}`.split(", "),
      select: `SELECT 'cdr_in' AS type, ${
        common(`destination_did AS destination, duration, total${unit} AS charged${unit}`)
      } FROM ${named("cdr_in_calls")} UNION ALL
        SELECT 'cdr_out', ${common(`destination_number, call_duration, charged${unit}`)} FROM ${named("cdr_out_calls")}`
    }
  ]
}
