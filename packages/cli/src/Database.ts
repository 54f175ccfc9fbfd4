/** A database as the destination of a pull. Its driver is installed beside this program. */
import { Destination } from "@effect-didww/sync"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Config from "effect/Config"
import type * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { pathToFileURL } from "node:url"
import { Usage } from "./Failure.js"
import { codeOf } from "./SystemFailure.js"

/** A database that `-o` names. */
export type Database =
  | { readonly _tag: "Postgres" }
  | { readonly _tag: "SQLite"; readonly path: string }

const variable = "DIDWW_DATABASE_URL"

/** Reads the name of a database. Fails for an address, which can hold a password and would show in the list of processes. */
export const parse = (output: string): Effect.Effect<Database | undefined, Usage> => {
  if (/^[a-z]+:\/\//i.test(output)) {
    return new Usage({ message: `Give the address of a database in ${variable}, and use postgres as its name.` })
  }
  const [, path] = /^sqlite:(.+)$/.exec(output) ?? []
  return Effect.succeed(
    output === "postgres" ? { _tag: "Postgres" } : path === undefined ? undefined : { _tag: "SQLite", path }
  )
}

/** The packages that a database needs. */
const drivers = {
  Postgres: "@effect/sql-pg@^0.53.0",
  SQLite: "@effect/sql-libsql@^0.42.0"
}

/** The driver of a database is not installed. */
export class NoDriver extends Data.TaggedError("NoDriver")<{
  readonly database: Database["_tag"]
  readonly cause: unknown
}> {
  override get message(): string {
    return `${this.database} needs a driver beside this program: npm install ${drivers[this.database]}`
  }
}

const load = <A>(database: Database["_tag"], driver: () => Promise<A>): Effect.Effect<A, NoDriver> =>
  Effect.tryPromise({ try: driver, catch: (cause) => new NoDriver({ database, cause }) })

/** The driver has no code for a file that SQLite cannot open. SQLite's number for it ends its message. */
const isUnopened = (error: unknown): boolean =>
  Predicate.isError(error) && /^ConnectionFailed\(.*: 14"\)$/s.test(error.message)

/** A driver's own message can hold the address, so that only its code is kept. It throws some failures. */
const connected = <A, E, R>(
  layer: Layer.Layer<A, E, R>,
  place: string,
  reason: Destination.DestinationFailed["reason"]
) => {
  const failed = (error: unknown) =>
    Effect.fail(
      isUnopened(error)
        ? new Destination.DestinationFailed({ place, reason: "denied", code: "SQLITE_CANTOPEN" })
        : new Destination.DestinationFailed({ place, reason, code: codeOf(error) })
    )
  return Layer.build(layer).pipe(Effect.catchAll(failed), Effect.catchAllDefect(failed))
}

/** Makes a file that only its owner may read, because call records hold phone numbers. Files beside it get its mode. */
const made = (path: string): Effect.Effect<void, PlatformError, FileSystem.FileSystem> =>
  Effect.scoped(Effect.flatMap(FileSystem.FileSystem, (files) => files.open(path, { flag: "a", mode: 0o600 })))

/** Connects to a database until the scope closes, and makes its tables if they are missing. */
export const open = (
  database: Database
): Effect.Effect<
  Destination.SyncDestination,
  NoDriver | Usage | PlatformError | Destination.DestinationError,
  FileSystem.FileSystem | Scope.Scope
> =>
  Effect.gen(function*() {
    const SqlDestination = yield* Effect.promise(() => import("@effect-didww/sync/SqlDestination"))
    const make = (context: Context.Context<SqlClient.SqlClient>, place: string) =>
      Effect.provide(SqlDestination.make({ place }), context)
    if (database._tag === "SQLite") {
      const { layer } = yield* load("SQLite", () => import("@effect/sql-libsql/LibsqlClient"))
      const { path } = database
      yield* made(path)
      return yield* make(yield* connected(layer({ url: pathToFileURL(path).href }), path, "other"), path)
    }
    const url = yield* Effect.mapError(
      Config.redacted(variable),
      () =>
        new Usage({
          message: `Set ${variable} to the address of the database, such as postgres://user:password@host/calls.`
        })
    )
    const { layer } = yield* load("Postgres", () => import("@effect/sql-pg/PgClient"))
    const place = SqlDestination.addressOf(Redacted.value(url))
    return yield* make(yield* connected(layer({ url, connectTimeout: "10 seconds" }), place, "unavailable"), place)
  })
