/**
 * Windows that overlap: a reader would count their calls twice. At most one of them may be complete or loading.
 *
 * A run that takes a window stops the runs of overlapping windows whose leases ended: their fences change, so that they cannot
 * complete. This holds because one run at a time takes a window of an account and type.
 */
import type { SqlError } from "@effect/sql/SqlError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { DestinationConflict } from "../../Destination.js"
import type { Subject } from "../../Manifest.js"
import { overlapping, windowName } from "../windowName.js"
import type { Database } from "./database.js"

/** The lease of another process. */
export interface Lease {
  readonly holder: string
  /** Changes when the lease is renewed. */
  readonly beat: string
}

/** The beat of a lease, in SQL. */
export const beat = "CAST(fence AS text) || ' ' || CAST(expires AS text)"

/**
 * Stops the runs of overlapping windows whose leases ended. Fails if an overlapping window is complete. Succeeds with the
 * lease of an overlapping window that another run loads. Belongs in the transaction that takes the window.
 */
export const settle = (
  { dialect: { isSqlite, named, now }, query }: Database,
  place: string,
  { account, exportType, window }: Subject
): Effect.Effect<Lease | undefined, SqlError | DestinationConflict> =>
  Effect.gen(function*() {
    // SQLite has one writer
    if (!isSqlite) {
      yield* query("SELECT pg_advisory_xact_lock(hashtext('effect-didww windows'), hashtext($1::text))", [
        `${account} ${exportType}`
      ])
    }
    // windows of two time zones can have the same key. It names one of them only
    const isOverlapping = `account = $1::text AND type = $2::text
      AND (window_key = $3::text OR starts_at < $5::timestamptz AND ends_at > $4::timestamptz)
      AND NOT (window_key = $3::text AND starts_at = $4::timestamptz AND ends_at = $5::timestamptz)`
    const parameters = [
      account,
      exportType,
      window.key,
      DateTime.formatIso(window.from),
      DateTime.formatIso(window.to)
    ]
    yield* query(
      `UPDATE ${named("windows")} SET fence = fence + 1, expires = 0
       WHERE state = 'loading' AND expires < ${now} AND ${isOverlapping}`,
      parameters
    )
    // a lease that ended after the update belongs to a run that can still write
    const [found] = yield* query<Lease & { readonly state: string; readonly key: string }>(
      `SELECT state, window_key AS "key", holder, ${beat} AS beat FROM ${named("windows")}
       WHERE (state = 'complete' OR state = 'loading' AND expires > 0) AND ${isOverlapping}
       ORDER BY state, expires DESC LIMIT 1`,
      parameters
    )
    if (found?.state === "complete") {
      return yield* new DestinationConflict({ place, found: overlapping(windowName(account, exportType, found.key)) })
    }
    return found
  })
