/**
 * Transactions for both dialects. `SqlClient.withTransaction` is not used:
 *
 * - There a failed COMMIT, or a ROLLBACK on a lost connection, is a defect. Here both are a `SqlError`.
 * - `@effect/sql-libsql` opens a connection for each transaction, which loses pragmas and keeps files open. After one failed
 *   BEGIN every later statement of that client waits forever.
 *
 * A statement of `libsql` that failed with SQLITE_BUSY stays active until its object is collected, and no COMMIT succeeds until
 * then. So SQLite itself waits (`busy_timeout`), and nothing is tried again here.
 *
 * SQLite has one connection, so a mutex separates the transactions of one destination.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

/** Commits everything that the effect did, or nothing of it. */
export type Transact = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | SqlError, R>

// a statement has to see what was committed while it, or one before it, waited for a lock.
// a machine that hangs within a transaction must not hold its locks for longer than this
const begin = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = '60s'; " +
  "SET LOCAL lock_timeout = '30s'"

export const make = (sql: SqlClient.SqlClient, isSqlite: boolean): Transact => {
  const transact: Transact = (self) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.scoped(Effect.gen(function*() {
        const connection = yield* sql.reserve
        const execute = (text: string) => connection.executeUnprepared(text, [], undefined)
        // a server that hangs must not hold up an interruption
        const rollback = execute("ROLLBACK").pipe(
          Effect.disconnect,
          Effect.interruptible,
          Effect.timeoutOption("2 seconds"),
          Effect.ignore
        )
        const exit = yield* Effect.zipRight(execute(isSqlite ? "BEGIN IMMEDIATE" : begin), self).pipe(
          restore,
          Effect.provideService(SqlClient.TransactionConnection, [connection, 0]),
          Effect.exit
        )
        yield* Exit.isFailure(exit) ? rollback : Effect.onError(execute("COMMIT"), () => rollback)
        return yield* exit
      }))
    )
  const mutex = Effect.unsafeMakeSemaphore(1)
  return isSqlite ? (self) => mutex.withPermits(1)(transact(self)) : transact
}
