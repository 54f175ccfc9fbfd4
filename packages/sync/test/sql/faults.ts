import type { Destination } from "@effect-didww/sync"
import * as SqlClient from "@effect/sql/SqlClient"
import { it } from "@effect/vitest"
import { Effect, Layer, type Scope } from "effect"
import type { Database } from "./databases.js"

export const query = (text: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Record<string, unknown>>(text))

export const count = (table: string) =>
  Effect.map(query(`SELECT CAST(count(*) AS text) AS n FROM ${table}`), ([row]) => Number(row?.["n"]))

export interface Facts {
  readonly _tag: string
  readonly reason?: string | undefined
  readonly code?: string | undefined
}

/** What a failure says of its cause. */
export const facts = (error: Destination.DestinationError): Facts => {
  const { _tag } = error
  return _tag === "DestinationFailed" ? { _tag, reason: error.reason, code: error.code } : { _tag }
}

export const failed = (reason: string, code: string): Facts => ({ _tag: "DestinationFailed", reason, code })

/** Makes tests with a database and a client of it. */
export const testOn =
  (make: Effect.Effect<Database, never, Scope.Scope>) =>
  <E>(name: string, run: (database: Database) => Effect.Effect<void, E, SqlClient.SqlClient | Scope.Scope>): void =>
    it.scopedLive(
      name,
      () => Effect.flatMap(make, (database) => Effect.provide(run(database), Layer.fresh(database.client)))
    )
