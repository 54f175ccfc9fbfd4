/**
 * The leases of windows. A holder renews its lease while it lives. Another process that finds a lease watches it: it reports the
 * window as in use as soon as the lease is renewed, and takes the window over when the lease ends. Times are the database's.
 *
 * A window whose lease was taken over has a new fence. Each statement that changes a window names the fence of its holder, so
 * a holder that hung and goes on cannot write.
 *
 * On Postgres any number of processes load windows at once, but no two windows that overlap. A SQLite file belongs to one process.
 */
import type { SqlError } from "@effect/sql/SqlError"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import {
  type DestinationConflict,
  type DestinationError,
  DestinationInUse,
  DestinationMoved
} from "../../Destination.js"
import type { Subject } from "../../Manifest.js"
import type { Database } from "./database.js"
import { orTyped } from "./faults.js"
import { beat, type Lease, settle } from "./overlaps.js"
import type { Dialect } from "./tables.js"

/** What the windows of one destination share. */
export interface Shared {
  readonly database: Database
  readonly place: string
  /** The path of a SQLite file. */
  readonly file: string | undefined
  /** The least free space beside that file, in bytes. */
  readonly freeSpace: number
  readonly holder: string
  readonly lease: Duration.Duration
}

/** A window that this process holds. */
export interface Held {
  readonly _tag: "Held"
  readonly pull: string
  readonly fence: string
  readonly position: number
  readonly replacedTexts: number
  readonly exportId: string | null
  readonly etag: string | null
}

/** A window that is complete, by its own generation or a later one. */
export interface Complete {
  readonly _tag: "Complete"
  readonly manifest: string
}

/** Another process holds it. */
export interface Blocked extends Lease {
  readonly _tag: "Blocked"
}

const isBlocked = <A>(result: A | Blocked): result is Blocked => Predicate.isTagged(result, "Blocked")

const attempt = (
  { database, holder, lease, place }: Shared,
  subject: Subject
): Effect.Effect<Held | Complete | Blocked, SqlError | DestinationConflict | DestinationMoved> =>
  Effect.gen(function*() {
    const { dialect: { isSqlite, named, now }, query } = database
    const { account, exportType, generation, window } = subject
    const windows = named("windows")
    const key = [account, exportType, window.key, generation]
    const times = [DateTime.formatIso(window.from), DateTime.formatIso(window.to)]
    const [done] = yield* query<{ readonly manifest: string | null }>(
      `SELECT CAST(manifest AS text) AS manifest FROM ${windows}
       WHERE account = $1::text AND type = $2::text AND window_key = $3::text AND generation >= $4::int
         AND starts_at = $5::timestamptz AND ends_at = $6::timestamptz AND state <> 'loading'
       ORDER BY generation DESC LIMIT 1`,
      [...key, ...times]
    )
    if (done !== undefined) {
      return done.manifest === null
        ? yield* new DestinationMoved({ place })
        : { _tag: "Complete" as const, manifest: done.manifest }
    }
    const overlap = yield* settle(database, place, subject)
    if (overlap !== undefined) return { _tag: "Blocked" as const, ...overlap }
    const isForeign = `expires >= ${now} AND ${isSqlite} AND holder <> $5::text`
    const [held] = yield* query<Omit<Held, "_tag">>(
      `INSERT INTO ${windows} AS w (account, type, window_key, generation, holder, expires, starts_at, ends_at,
         state, position, replaced_texts, fence)
       SELECT $1::text, $2::text, $3::text, $4::int, $5::text, ${now} + $6::bigint, $7::timestamptz, $8::timestamptz,
         'loading', 0, 0, 1 WHERE NOT EXISTS (SELECT 1 FROM ${windows} WHERE ${isForeign})
       ON CONFLICT (account, type, window_key, generation) DO UPDATE
         SET holder = excluded.holder, expires = excluded.expires, starts_at = excluded.starts_at,
           ends_at = excluded.ends_at, fence = w.fence + 1
         WHERE w.state = 'loading' AND w.expires < ${now}
       RETURNING CAST(pull AS text) AS pull, CAST(fence AS text) AS fence, position,
         replaced_texts AS "replacedTexts", export_id AS "exportId", etag`,
      [...key, holder, Duration.toMillis(lease), ...times]
    )
    if (held !== undefined) return { _tag: "Held" as const, ...held }
    const [other] = yield* query<Lease>(
      `SELECT holder, ${beat} AS beat FROM ${windows}
       WHERE ${isForeign} OR expires >= ${now} AND account = $1::text AND type = $2::text AND window_key = $3::text
         AND generation = $4::int ORDER BY expires DESC LIMIT 1`,
      [...key, holder]
    )
    return { _tag: "Blocked" as const, holder: other?.holder ?? "", beat: other?.beat ?? "" }
  })

/** Takes the lease of a window. */
export const take = (shared: Shared, subject: Subject): Effect.Effect<Held | Complete, DestinationError> =>
  watching(shared, attempt(shared, subject))

/** Tries to take a lease, and waits for the end of a lease that nobody renews. */
export const watching = <A, E>(
  { database, lease, place }: Pick<Shared, "database" | "lease" | "place">,
  attempt: Effect.Effect<A | Blocked, E>
): Effect.Effect<A, Exclude<E, SqlError> | DestinationError> => {
  const once = orTyped(place)(database.transact(attempt))
  const watch = (beat: string): Effect.Effect<A, Exclude<E, SqlError> | DestinationError> =>
    Effect.flatMap(Effect.delay(once, Duration.times(lease, 0.05)), (result) => {
      if (!isBlocked(result)) return Effect.succeed(result)
      return result.beat === beat ? watch(beat) : new DestinationInUse({ place, holder: result.holder })
    })
  return Effect.flatMap(once, (result) => isBlocked(result) ? watch(result.beat) : Effect.succeed(result))
}

/** Keeps the lease of a window until the scope closes. */
export const keep = (shared: Shared, { fence, pull }: Held): Effect.Effect<void, never, Scope.Scope> => {
  const { dialect: { named }, query } = shared.database
  return keeping(shared, (expires) =>
    query(
      `UPDATE ${named("windows")} SET expires = ${expires}
       WHERE pull = $1::bigint AND fence = $2::bigint AND state = 'loading'`,
      [pull, fence]
    ))
}

/** Renews a lease until the scope closes, and ends it then. */
export const keeping = (
  { database: { dialect, transact }, lease }: Pick<Shared, "database" | "lease">,
  change: (expires: string) => Effect.Effect<unknown, SqlError>
): Effect.Effect<void, never, Scope.Scope> => {
  // while the database does not answer, the lease may end: then the next write finds its fence or fails
  const renew = Effect.ignore(transact(change(renewed(dialect, lease))))
  return Effect.zipRight(
    Effect.addFinalizer(() =>
      // a database that does not answer must not hold up the end
      transact(change("0")).pipe(
        Effect.disconnect,
        Effect.interruptible,
        Effect.timeoutOption("2 seconds"),
        Effect.ignore
      )
    ),
    Effect.forkScoped(Effect.repeat(Effect.delay(renew, Duration.times(lease, 1 / 3)), Schedule.forever))
  )
}

/** When a lease ends that is renewed now, in SQL. */
export const renewed = ({ now }: Dialect, lease: Duration.Duration): string => `${now} + ${Duration.toMillis(lease)}`
