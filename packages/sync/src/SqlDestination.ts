/**
 * Keeps records in tables of Postgres or SQLite. The application provides the `SqlClient`: `@effect/sql-pg` for
 * Postgres, `@effect/sql-libsql` for a SQLite file. Nothing else may use the SQLite client. Make a new client after
 * `DestinationInUse`: the driver cannot commit on a client after another program blocked one of its statements.
 *
 * Programs read views, which show complete windows only. A window that is loaded again is replaced in one step. A window that
 * overlaps another window of the same account and type is refused, because readers would count its calls twice.
 *
 * - `calls` has the columns that inbound and outbound calls share.
 * - `cdr_in_calls` and `cdr_out_calls` have all columns of their type, with `account`, `window_key`, `export_id` and
 *   `row_number`.
 *
 * The tables behind them are `cdr_in` and `cdr_out`, `other_records` (records of other layouts as JSON), `rejected_rows` and
 * `windows` (one row for each window and generation, with its manifest). Columns without a field are in `extra` as JSON.
 * `ledger` and `writers` belong to `Sync`.
 *
 * | | Postgres | SQLite |
 * | --- | --- | --- |
 * | times | `timestamptz` | text in ISO 8601 |
 * | money | `numeric`, with the zeros of the file | millionths of a dollar as an integer, in a column that ends in `_micros` |
 * | durations | seconds, `integer` | seconds, `INTEGER` |
 * | tables are in | the schema `didww` | the file |
 *
 * If a column cannot hold a number exactly, it is null, and `extra` has the number by its name in the file's header.
 * NUL and lone surrogates, which neither database can hold, become U+FFFD; the manifest counts these texts.
 *
 * @example
 * ```ts
 * import { ExportRequest } from "@effect-didww/core"
 * import { Pull } from "@effect-didww/sync"
 * import * as SqlDestination from "@effect-didww/sync/SqlDestination"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 *
 * // provide an `ExportsClient`, and `PgClient.layerConfig({ url: Config.redacted("DIDWW_DATABASE_URL") })`
 * const lastMonth = Effect.gen(function*() {
 *   const database = yield* SqlDestination.make()
 *   const month = ExportRequest.lastMonth(yield* DateTime.now)
 *   const externalReferenceId = `calls-${DateTime.formatIsoDateUtc(month.from)}`
 *   return yield* Pull.run(ExportRequest.cdrIn({ ...month, externalReferenceId }), database)
 * })
 * ```
 *
 * @since 0.1.0
 */
/// <reference types="node" />
import * as SqlClient from "@effect/sql/SqlClient"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { hostname } from "node:os"
import type { DestinationError, SyncDestination } from "./Destination.js"
import { leastFreeSpace } from "./internal/file/disk.js"
import * as database from "./internal/sql/database.js"
import * as faults from "./internal/sql/faults.js"
import * as inspection from "./internal/sql/inspect.js"
import * as ledgers from "./internal/sql/ledger.js"
import * as migrate from "./internal/sql/migrate.js"
import * as windows from "./internal/sql/windows.js"
import * as writer from "./internal/sql/writer.js"

/**
 * A destination in a database.
 *
 * @since 0.1.0
 * @category tags
 */
export class SqlDestination extends Context.Tag("@effect-didww/sync/SqlDestination")<
  SqlDestination,
  SyncDestination
>() {}

/**
 * The options of a destination in a database.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The schema of Postgres that has the tables. SQLite has no schemas. Default: `didww`. */
  readonly schema?: string | undefined
  /**
   * The name of the database in messages, without user info. `addressOf` makes one from a URL. Default: the name of the
   * Postgres database, such as `postgres:calls`, or the path of the SQLite file.
   */
  readonly place?: string | undefined
  /** The name of this process in messages. Default: its id and the machine's name, such as `process 4711 on web-1`. */
  readonly holder?: string | undefined
  /**
   * How long a window stays in use after its process is killed, at least one second. A live process renews its lease
   * three times in that time. Default: 30 seconds.
   */
  readonly lease?: Duration.DurationInput | undefined
  /** The least free space in bytes for a SQLite file. With less, nothing is requested. Default: 16 MiB. */
  readonly freeSpace?: number | undefined
}

/**
 * Makes a destination. Creates missing tables, and adds missing columns. Any number of processes may do so at the same
 * time. If nothing is missing, it needs no privilege to create tables.
 *
 * Fails with `DestinationConflict`, and changes nothing, if a table has another shape.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<SyncDestination, DestinationError, SqlClient.SqlClient> =>
  Effect.gen(function*() {
    const opened = database.make(yield* SqlClient.SqlClient, options.schema ?? "didww")
    yield* faults.orTyped(options.place ?? "the database")(database.prepare(opened))
    const file = yield* faults.orTyped(options.place ?? "the database")(database.fileOf(opened))
    const place = options.place ?? file ?? (yield* faults.orTyped("the database")(database.nameOf(opened)))
    yield* faults.orTyped(place)(migrate.make(opened.sql, opened.transact, opened.dialect, place))
    const shared = {
      database: opened,
      place,
      file,
      freeSpace: options.freeSpace ?? leastFreeSpace,
      holder: options.holder ?? `process ${process.pid} on ${hostname()}`,
      lease: Duration.max(Duration.decode(options.lease ?? "30 seconds"), "1 second")
    }
    return {
      place,
      open: (subject) => windows.open(shared, subject),
      accept: (subject) => Effect.map(Effect.scoped(windows.open(shared, subject)), ({ manifest }) => manifest),
      manifests: inspection.manifests(shared),
      recorded: inspection.manifests(shared),
      ledger: ledgers.make(shared),
      hold: writer.hold(shared),
      inspect: (manifest) => inspection.inspect(shared, manifest),
      strays: inspection.strays(shared),
      unreadable: inspection.unreadable(shared),
      identities: (manifest) => inspection.identities(shared, manifest),
      quarantine: (manifest) => inspection.quarantine(shared, manifest),
      remove: (manifest) => inspection.remove(shared, manifest)
    }
  })

/**
 * Provides a destination in a database.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<SqlDestination, DestinationError, SqlClient.SqlClient> =>
  Layer.effect(SqlDestination, make(options))

/**
 * Formats the URL of a database for messages. Leaves out user info and query, because both may hold a password. If it
 * cannot tell where the password is, it gives `the database`.
 *
 * @since 0.1.0
 * @category addresses
 */
export const addressOf = (url: string): string => faults.addressOf(url)
