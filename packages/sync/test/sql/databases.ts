import { LibsqlClient } from "@effect/sql-libsql"
import { PgClient } from "@effect/sql-pg"
import type * as SqlClient from "@effect/sql/SqlClient"
import { Effect, Layer, Redacted, type Scope } from "effect"
import { randomUUID } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

/** A server on which tests make databases, such as postgres://postgres@127.0.0.1:5432/postgres. */
const server = process.env.POSTGRES_URL

/** An empty database. Each time the layer is built, it connects anew. */
export interface Database {
  readonly kind: "Postgres" | "SQLite"
  readonly url: string
  readonly client: Layer.Layer<SqlClient.SqlClient>
}

export const clientOf = (url: string): Layer.Layer<SqlClient.SqlClient> =>
  url.startsWith("file:")
    ? LibsqlClient.layer({ url })
    : Layer.orDie(PgClient.layer({ url: Redacted.make(url), maxConnections: 4, connectTimeout: "10 seconds" }))

export const sqlite = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "didww-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  ),
  (folder): Database => {
    const { href } = pathToFileURL(join(folder, "calls.db"))
    return { kind: "SQLite", url: href, client: clientOf(href) }
  }
)

export const makePostgres: Effect.Effect<Database, never, Scope.Scope> = Effect.suspend(() => {
  if (server === undefined) return Effect.dieMessage("POSTGRES_URL names no server")
  const name = `didww_${randomUUID().replaceAll("-", "")}`
  const admin = (text: string) =>
    Effect.orDie(Effect.provide(
      Effect.flatMap(PgClient.PgClient, (sql) => sql.unsafe(text)),
      PgClient.layer({ url: Redacted.make(server) })
    ))
  return Effect.map(
    Effect.acquireRelease(
      admin(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`),
      () => admin(`DROP DATABASE ${name} WITH (FORCE)`)
    ),
    (): Database => {
      const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
      return { kind: "Postgres", url, client: clientOf(url) }
    }
  )
})

/** Makes a database of each kind that tests may use. */
export const databases: ReadonlyArray<
  { readonly kind: Database["kind"]; readonly make: Effect.Effect<Database, never, Scope.Scope> }
> = [
  { kind: "SQLite", make: sqlite },
  ...(server === undefined ? [] : [{ kind: "Postgres" as const, make: makePostgres }])
]

/** Where a table or view is, and how money is named. */
export const names = (kind: Database["kind"]) => ({
  of: (name: string): string => kind === "Postgres" ? `didww.${name}` : name,
  micros: kind === "Postgres" ? "" : "_micros"
})
