/** A database as a destination uses it: its dialect, its transactions, its statements. */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import { type Dialect, postgres, sqlite } from "./tables.js"
import * as transaction from "./transaction.js"

export interface Database {
  readonly sql: SqlClient.SqlClient
  readonly dialect: Dialect
  readonly transact: transaction.Transact
  /** Runs a statement whose parameters are `$1::type`, on both databases. Give it the rows' type. */
  readonly query: <A extends object>(
    text: string,
    parameters: ReadonlyArray<string | number | null>
  ) => Effect.Effect<ReadonlyArray<A>, SqlError>
}

export const make = (client: SqlClient.SqlClient, schema: string): Database => {
  // transforms of names are the application's, and would rename these columns
  const sql = client.withoutTransforms()
  const dialect = sql.onDialectOrElse({ sqlite: () => sqlite, orElse: () => postgres(schema) })
  return {
    sql,
    dialect,
    transact: transaction.make(sql, dialect.isSqlite),
    query: (text, parameters) => sql.unsafe(dialect.statement(text), parameters)
  }
}

/** Settings of SQLite's connection: readers never wait for the writer, and a writer waits for another one. */
export const prepare = ({ dialect, sql }: Database): Effect.Effect<void, SqlError> =>
  dialect.isSqlite
    ? Effect.asVoid(Effect.zipRight(sql.unsafe("PRAGMA busy_timeout = 3000"), sql.unsafe("PRAGMA journal_mode = WAL")))
    : Effect.void

/** The path of a SQLite file. `undefined` for another database, and for one in memory. */
export const fileOf = ({ dialect, sql }: Database): Effect.Effect<string | undefined, SqlError> =>
  dialect.isSqlite
    ? Effect.map(
      sql.unsafe<{ readonly file: string }>("SELECT file FROM pragma_database_list WHERE name = 'main'"),
      ([row]) => row?.file || undefined
    )
    : Effect.succeed(undefined)

/** The name of a database that is no file, such as `postgres:calls`. */
export const nameOf = ({ dialect, sql }: Database): Effect.Effect<string, SqlError> =>
  dialect.isSqlite
    ? Effect.succeed("the database")
    : Effect.map(
      sql.unsafe<{ readonly place: string }>("SELECT 'postgres:' || current_database() AS place"),
      ([row]) => row?.place || "the database"
    )
