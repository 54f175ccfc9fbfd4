import { CallRecord, Export } from "@effect-didww/core"
import { Archive } from "@effect-didww/simulator"
import type { Destination, Manifest } from "@effect-didww/sync"
import { DateTime, Effect } from "effect"
import { RowsHash } from "../../src/internal/pull/rowsHash.js"

const from = DateTime.unsafeMake("2026-10-01T00:00:00Z")
const to = DateTime.unsafeMake("2026-11-01T00:00:00Z")

export const subject: Manifest.Subject = {
  account: "acme",
  exportType: "cdr_in",
  window: { from, to, key: "2026-10" },
  generation: 1
}

export const source: Destination.Source = { exportId: Export.ExportId.make("export-1"), etag: "\"1\"" }

export const decode = (archive: Archive.Archive): ReadonlyArray<CallRecord.Row> =>
  CallRecord.decode([...Archive.csv(archive)].join(""))

export const manifestOf = (
  subject: Manifest.Subject,
  { etag, exportId }: Destination.Source,
  rows: ReadonlyArray<CallRecord.Row>
): Manifest.Manifest => {
  const rejected = rows.filter(CallRecord.isRejected)
  const hash = new RowsHash()
  for (const row of rows) hash.add(row)
  return {
    version: 1,
    subject,
    request: { exportType: subject.exportType, from, to },
    exportId,
    requestedAt: to,
    ...(etag !== undefined && { etag }),
    archiveSha256: "0".repeat(64),
    archiveBytes: 1,
    records: rows.length - rejected.length,
    rejected: rejected.length,
    rejectedLines: rejected.reduce((sum, { lines }) => sum + lines, 0),
    replacedTexts: 0,
    sums: {},
    times: {},
    rowsHash: String(hash),
    completedAt: to
  }
}

/** Loads rows as a pull does: behind those that the destination has. */
export const load = (
  destination: Destination.Destination,
  rows: ReadonlyArray<CallRecord.Row>,
  options: {
    readonly subject?: Manifest.Subject
    readonly source?: Destination.Source
    readonly size?: number
  } = {}
) =>
  Effect.scoped(Effect.gen(function*() {
    const { size = 1000, source: of = source, subject: wanted = subject } = options
    const window = yield* destination.open(wanted)
    if (window.manifest !== undefined) return window.manifest
    for (let at = yield* window.begin(of); at < rows.length; at += size) yield* window.append(rows.slice(at, at + size))
    return yield* window.complete(manifestOf(wanted, of, rows))
  }))
