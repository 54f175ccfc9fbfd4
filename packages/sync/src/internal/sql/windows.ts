/** The windows of a database: a window's row has its position and its manifest, and changes with the rows. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { DestinationConflict, type DestinationError, DestinationMoved, type OpenWindow } from "../../Destination.js"
import { Manifest, seal, type Subject } from "../../Manifest.js"
import { demand, folderOf } from "../file/disk.js"
import { orTyped } from "./faults.js"
import * as leases from "./leases.js"
import * as postgresRows from "./postgresRows.js"
import type { Writer } from "./rows.js"
import * as sqliteRows from "./sqliteRows.js"
import { rowTables } from "./tables.js"
import { Cleaner } from "./text.js"

/** Rows of one statement: 10 milliseconds of work here, and within Postgres's limits. */
const batchSize = 4000

const encode = Schema.encode(Manifest)
const decode = Schema.decode(Schema.parseJson(Manifest))

const decoded = (place: string, text: string): Effect.Effect<Manifest, DestinationConflict> =>
  Effect.mapError(decode(text), () => new DestinationConflict({ place, found: "a manifest of another version" }))

/** Opens a window, and holds its lease while the scope lasts. */
export const open = (
  shared: leases.Shared,
  subject: Subject
): Effect.Effect<OpenWindow, DestinationError, Scope.Scope> =>
  Effect.gen(function*() {
    const taken = yield* leases.take(shared, subject)
    if (taken._tag === "Complete") return completed(shared, yield* decoded(shared.place, taken.manifest))
    yield* leases.keep(shared, taken)
    if (shared.file !== undefined) yield* demand(shared, folderOf(shared.file), shared.freeSpace)
    return loading(shared, subject, taken)
  })

/** A complete window takes no rows. */
const completed = ({ place }: leases.Shared, manifest: Manifest): OpenWindow => {
  const moved = new DestinationMoved({ place })
  return { manifest, begin: () => moved, append: () => moved, discard: moved, complete: () => moved }
}

const loading = (shared: leases.Shared, subject: Subject, first: leases.Held): OpenWindow => {
  const { database: { dialect, sql, transact }, place } = shared
  const cleaner = new Cleaner()
  const writer = dialect.isSqlite ? sqliteRows.make(sql, cleaner) : postgresRows.make(sql, dialect, cleaner)
  let held = first
  const committed = <A, E>(change: (held: leases.Held) => Effect.Effect<A, E | SqlError>) =>
    Effect.suspend(() => orTyped(place)(transact(change(held))))
  const advance = (change: (held: leases.Held) => Effect.Effect<leases.Held, SqlError | DestinationMoved>) =>
    Effect.map(committed(change), (next) => {
      held = next
      return next.position
    })
  return {
    manifest: undefined,
    batch: batchSize,
    begin: (source) => advance((held) => begun(shared, held, source)),
    append: (rows) =>
      rows.length === 0 ? Effect.void : advance((held) => appended(shared, held, rows, writer, cleaner)),
    discard: Effect.asVoid(advance((held) => restarted(shared, held, null, null))),
    complete: (manifest) => committed((held) => shown(shared, held, subject, manifest))
  }
}

/** Changes the window's row, unless another process took the window over. Of two writers the second waits here. */
const changed = (
  { database: { dialect, query }, place }: leases.Shared,
  { fence, position, pull }: leases.Held,
  change: string,
  parameters: ReadonlyArray<string | number | null>
): Effect.Effect<void, SqlError | DestinationMoved> =>
  Effect.flatMap(
    query(
      `UPDATE ${dialect.named("windows")} SET ${change}
       WHERE pull = $1::bigint AND fence = $2::bigint AND position = $3::int AND state = 'loading' RETURNING 1 AS one`,
      [pull, fence, position, ...parameters]
    ),
    (rows) => rows.length === 1 ? Effect.void : new DestinationMoved({ place })
  )

export const removed = ({ database: { dialect, query } }: leases.Shared, pull: string): Effect.Effect<void, SqlError> =>
  Effect.forEach(
    rowTables,
    (table) => query(`DELETE FROM ${dialect.named(table)} WHERE pull = $1::bigint`, [pull]),
    { discard: true }
  )

/** Begins an archive: goes on behind its rows, or removes the rows of another one. */
const begun = (
  shared: leases.Shared,
  held: leases.Held,
  { etag = null, exportId }: { readonly exportId: string; readonly etag?: string | null | undefined }
): Effect.Effect<leases.Held, SqlError | DestinationMoved> =>
  held.exportId === exportId && held.etag === etag ? Effect.succeed(held) : restarted(shared, held, exportId, etag)

/** Removes all rows. */
const restarted = (
  shared: leases.Shared,
  held: leases.Held,
  exportId: string | null,
  etag: string | null
): Effect.Effect<leases.Held, SqlError | DestinationMoved> =>
  Effect.gen(function*() {
    const change = "export_id = $4::text, etag = $5::text, position = 0, replaced_texts = 0"
    yield* changed(shared, held, change, [exportId, etag])
    if (held.position > 0) yield* removed(shared, held.pull)
    return { ...held, exportId, etag, position: 0, replacedTexts: 0 }
  })

/** Stores rows and the new position. */
const appended = (
  shared: leases.Shared,
  held: leases.Held,
  rows: ReadonlyArray<CallRecord.Row>,
  writer: Writer,
  cleaner: Cleaner
): Effect.Effect<leases.Held, SqlError | DestinationMoved> =>
  Effect.gen(function*() {
    const { dialect, query } = shared.database
    const position = held.position + rows.length
    yield* changed(shared, held, `position = $4::int, expires = ${leases.renewed(dialect, shared.lease)}`, [position])
    const before = cleaner.replaced
    for (let start = 0; start < rows.length; start += batchSize) {
      yield* writer.write(held.pull, held.position + start + 1, rows.slice(start, start + batchSize))
    }
    const replacedTexts = held.replacedTexts + cleaner.replaced - before
    if (replacedTexts !== held.replacedTexts) {
      yield* query(`UPDATE ${dialect.named("windows")} SET replaced_texts = $1::int WHERE pull = $2::bigint`, [
        replacedTexts,
        held.pull
      ])
    }
    return { ...held, position, replacedTexts }
  })

/** Shows the rows, and removes those of earlier generations. */
const shown = (
  shared: leases.Shared,
  held: leases.Held,
  { account, exportType, generation, window }: Subject,
  given: Manifest
): Effect.Effect<Manifest, SqlError | DestinationMoved | DestinationConflict> =>
  Effect.gen(function*() {
    const { database: { dialect, query }, place } = shared
    if (given.records + given.rejected !== held.position) {
      const found = `${held.position} rows instead of ${given.records + given.rejected}`
      return yield* new DestinationConflict({ place, found })
    }
    const manifest = seal({ ...given, replacedTexts: held.replacedTexts })
    const json = new Cleaner().json(yield* Effect.orDie(encode(manifest)))
    const type = dialect.isSqlite ? "text" : "jsonb"
    yield* changed(shared, held, `state = 'complete', expires = 0, manifest = $4::${type}`, [json])
    // first, so that an earlier generation's writer is done before its rows are removed
    const earlier = yield* query<{ readonly pull: string }>(
      `UPDATE ${dialect.named("windows")} SET state = 'replaced', expires = 0
       WHERE account = $1::text AND type = $2::text AND window_key = $3::text AND generation < $4::int
         AND state <> 'replaced' RETURNING CAST(pull AS text) AS pull`,
      [account, exportType, window.key, generation]
    )
    yield* Effect.forEach(earlier, ({ pull }) => removed(shared, pull), { discard: true })
    return manifest
  })
