/** Compares the rows of a complete window with its manifest, and finds rows of no window. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type DestinationError, DestinationMoved, type Identity, type Inspection } from "../../Destination.js"
import { isSealed, Manifest } from "../../Manifest.js"
import { ofRows } from "../identity.js"
import { RowsHash } from "../pull/rowsHash.js"
import { nameOf, windowName } from "../windowName.js"
import { orTyped } from "./faults.js"
import type { Shared } from "./leases.js"
import * as reading from "./reading.js"
import { rowTables } from "./tables.js"
import { removed } from "./windows.js"

/** A complete window as it stands. */
interface Stored {
  readonly pull: string
  /** `undefined` if it cannot be read. */
  readonly manifest: Manifest | undefined
  readonly name: string
}

const decode = Schema.decodeOption(Schema.parseJson(Manifest))

/** All complete windows, or those of the subject of a manifest. */
const complete = (
  { database: { dialect, query, transact }, place }: Shared,
  of?: Manifest["subject"]
): Effect.Effect<ReadonlyArray<Stored>, DestinationError> =>
  query<
    {
      readonly pull: string
      readonly manifest: string
      readonly account: string
      readonly type: string
      readonly key: string
    }
  >(
    `SELECT CAST(pull AS text) AS pull, CAST(manifest AS text) AS manifest, account, type, window_key AS key
     FROM ${dialect.named("windows")} WHERE state = 'complete'
     ${
      of === undefined
        ? ""
        : "AND account = $1::text AND type = $2::text AND starts_at = $3::timestamptz AND ends_at = $4::timestamptz"
    }
     ORDER BY account, type, starts_at, window_key`,
    of === undefined
      ? []
      : [of.account, of.exportType, DateTime.formatIso(of.window.from), DateTime.formatIso(of.window.to)]
  ).pipe(
    transact,
    orTyped(place),
    Effect.map((rows) =>
      rows.map(({ account, key, manifest, pull, type }) => ({
        pull,
        manifest: Option.getOrUndefined(decode(manifest)),
        name: windowName(account, type, key)
      }))
    )
  )

/** The manifests of all complete windows that can be read. */
export const manifests = (shared: Shared): Effect.Effect<ReadonlyArray<Manifest>, DestinationError> =>
  Effect.map(complete(shared), (all) => all.flatMap(({ manifest }) => manifest ?? []))

export const inspect = (shared: Shared, manifest: Manifest): Effect.Effect<Inspection, DestinationError> =>
  Effect.gen(function*() {
    const place = `${nameOf(manifest.subject)} of ${shared.place}`
    const [before] = yield* complete(shared, manifest.subject)
    if (before === undefined) return { status: "missing", place }
    const found = before.manifest
    if (found === undefined || !isSealed(found)) return { status: "damaged", place }
    const inspection = yield* compared(shared, before.pull, found, place)
    if (inspection.status === "intact") return inspection
    // a later generation may have removed the rows meanwhile
    const [now] = yield* complete(shared, manifest.subject)
    return now !== undefined && now.pull !== before.pull ? yield* inspect(shared, manifest) : inspection
  })

const compared = (
  shared: Shared,
  pull: string,
  { records, rejected, rejectedLines, rowsHash }: Manifest,
  place: string
): Effect.Effect<Inspection, DestinationError> =>
  Effect.suspend(() => {
    const hash = new RowsHash()
    const found = { records: 0, rejected: 0, lines: 0 }
    const count = Stream.runForEachChunk(reading.rows(shared, pull), (rows) =>
      Effect.sync(() => {
        for (const row of rows) {
          hash.add(row)
          if (row._tag !== "RejectedRow") found.records++
          else {
            found.rejected++
            found.lines += row.lines
          }
        }
      }))
    const of = (status: Inspection["status"]): Inspection => ({ status, place, records: found.records })
    return count.pipe(
      Effect.map(() =>
        found.records < records || found.rejected < rejected
          ? of("short")
          : found.records > records || found.rejected > rejected
          ? of("doubled")
          : String(hash) === rowsHash && found.lines === rejectedLines
          ? of("intact")
          : of("changed")
      ),
      Effect.catchTag("DestinationConflict", (): Effect.Effect<Inspection> =>
        Effect.succeed({ status: "damaged", place }))
    )
  })

/** The identities of the records of a window. A window that is gone has none. */
export const identities = (shared: Shared, manifest: Manifest): Stream.Stream<Identity, DestinationError> =>
  Stream.unwrap(
    Effect.map(
      complete(shared, manifest.subject),
      ([window]) => window === undefined ? Stream.empty : ofRows(reading.rows(shared, window.pull))
    )
  )

/** Rows of no window, or of a replaced one. */
export const strays = (shared: Shared): Effect.Effect<ReadonlyArray<string>, DestinationError> =>
  Effect.gen(function*() {
    const { database: { dialect, query, transact }, place } = shared
    const found = yield* Effect.forEach(rowTables, (table) =>
      query<{ readonly pull: string; readonly rows: string }>(
        `SELECT CAST(r.pull AS text) AS pull, CAST(count(*) AS text) AS rows FROM ${dialect.named(table)} r
         WHERE NOT EXISTS (SELECT 1 FROM ${dialect.named("windows")} w WHERE w.pull = r.pull AND w.state <> 'replaced')
         GROUP BY r.pull ORDER BY r.pull`,
        []
      ).pipe(
        transact,
        orTyped(place),
        Effect.map((all) => all.map(({ pull, rows }) => `${rows} rows of ${table} with pull ${pull}`))
      ))
    return found.flat()
  })

export const unreadable = (shared: Shared): Effect.Effect<ReadonlyArray<string>, DestinationError> =>
  Effect.map(
    complete(shared),
    (all) => all.flatMap(({ manifest, name }) => manifest === undefined ? [`the manifest of ${name}`] : [])
  )

/** Hides a window from the views. Its rows stay, and its key is free for the same window. */
export const quarantine = (shared: Shared, { digest, subject }: Manifest): Effect.Effect<string, DestinationError> =>
  Effect.gen(function*() {
    const { database: { dialect, query, transact }, place } = shared
    const [window] = yield* complete(shared, subject)
    if (window?.manifest !== undefined && window.manifest.digest !== digest) {
      return yield* new DestinationMoved({ place })
    }
    const changed = window === undefined ? [] : yield* query(
      `UPDATE ${dialect.named("windows")}
       SET state = 'quarantined', window_key = window_key || ' quarantined as ' || CAST(pull AS text)
       WHERE pull = $1::bigint AND state = 'complete' RETURNING 1 AS one`,
      [window.pull]
    ).pipe(transact, orTyped(place))
    return changed.length === 1 && window !== undefined
      ? `the rows with pull ${window.pull} of ${place}`
      : yield* new DestinationMoved({ place })
  })

/** Deletes a window and its rows. */
export const remove = (shared: Shared, { digest, subject }: Manifest): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const { database: { dialect, query, transact }, place } = shared
    const [window] = yield* complete(shared, subject)
    if (window === undefined) return
    if (window.manifest !== undefined && window.manifest.digest !== digest) {
      return yield* new DestinationMoved({ place })
    }
    const deleted = Effect.gen(function*() {
      const rows = yield* query(
        `DELETE FROM ${dialect.named("windows")} WHERE pull = $1::bigint AND state = 'complete' RETURNING 1 AS one`,
        [window.pull]
      )
      if (rows.length > 0) yield* removed(shared, window.pull)
      return rows.length
    })
    if ((yield* orTyped(place)(transact(deleted))) === 0) return yield* new DestinationMoved({ place })
  })
