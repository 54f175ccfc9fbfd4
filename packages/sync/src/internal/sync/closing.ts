/** Makes a closing audit: reads one export of a whole month, and counts its rows by the windows of the month. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import type { Manifest } from "../../Manifest.js"
import type { PlannedAudit } from "../../Plan.js"
import type { WindowError } from "../../Sync.js"
import { RowsHash } from "../pull/rowsHash.js"
import { timeOfText } from "../pull/totals.js"
import type { AccountRun } from "./account.js"
import * as audits from "./audits.js"
import type { Requested } from "./request.js"
import * as state from "./state.js"
import type { Ready } from "./watch.js"

export const run = (
  { client, destination: { ledger }, emit, hold }: AccountRun,
  { manifests }: PlannedAudit,
  { subject }: Requested,
  archived: Ready
): Effect.Effect<void, WindowError> =>
  Effect.gen(function*() {
    const hash = createHash("sha256")
    const counting = countingOf(manifests)
    const rows = client.records(archived, {
      onBytes: (bytes) => Effect.sync(() => bytes.forEach((one) => hash.update(one)))
    })
    yield* Stream.runForEachChunk(
      rows,
      (chunk) => Effect.sync(() => Chunk.forEach(chunk, (row) => count(counting, row)))
    )
    const audit: state.Audit = {
      account: subject.account,
      exportType: subject.exportType,
      from: subject.window.from,
      to: subject.window.to,
      generation: subject.generation,
      exportId: archived.id,
      requestedAt: archived.createdAt ?? (yield* DateTime.now),
      archiveSha256: hash.digest("hex"),
      rows: counting.all.rows,
      rowsHash: String(counting.all.hash),
      ...(counting.columns[0] !== undefined && { column: counting.columns[0] }),
      windows: counting.columns.length === 0 ? [] : counting.windows.map(({ from, hash, rows, to }) => ({
        from: DateTime.unsafeMake(from),
        to: DateTime.unsafeMake(to),
        rows,
        rowsHash: String(hash)
      })),
      outside: counting.outside
    }
    yield* hold.check
    yield* state.save(ledger, "audits", audit)
    yield* state.settle(ledger, { subject })
    yield* emit({ _tag: "Audited", subject, differing: audits.differing(audit, manifests) })
  })

interface Tally {
  rows: number
  readonly hash: RowsHash
}

interface Bucket extends Tally {
  readonly from: number
  readonly to: number
}

interface Counting {
  readonly all: Tally
  readonly columns: ReadonlyArray<string>
  /** By time, without gaps. */
  readonly windows: ReadonlyArray<Bucket>
  outside: number
}

const countingOf = (manifests: ReadonlyArray<Manifest>): Counting => ({
  all: { rows: 0, hash: new RowsHash() },
  columns: columnsOf(manifests),
  windows: manifests.map(({ subject: { window } }) => ({
    from: DateTime.toEpochMillis(window.from),
    to: DateTime.toEpochMillis(window.to),
    rows: 0,
    hash: new RowsHash()
  })),
  outside: 0
})

/** Calls that are not answered have no time of their connection. */
const preferred = ["startedAt", "endedAt"]

/**
 * DIDWW does not say which time `from` and `to` mean. It is a column whose times are all within the window of their row. Another
 * column has calls across midnight, except in windows without such calls, where both tell the rows apart alike.
 */
const columnsOf = (manifests: ReadonlyArray<Manifest>): ReadonlyArray<string> => {
  const columns = Array.from(new Set([...preferred, ...manifests.flatMap(({ times }) => Object.keys(times))]))
  const isWithin = (column: string): boolean =>
    manifests.every(({ subject: { window }, times }) => {
      const found = times[column]
      return found === undefined ||
        DateTime.greaterThanOrEqualTo(found.first, window.from) && DateTime.lessThan(found.last, window.to)
    })
  return columns.filter((column) => manifests.some(({ times }) => times[column] !== undefined) && isWithin(column))
}

/** A call that was not answered has no time of its connection and may have none of its end. Then its start counts. */
const timeOf = (row: CallRecord.Row, column: string): number | undefined => {
  if (row._tag === "RejectedRow") return undefined
  if (row._tag === "UnknownRecord") return timeOfText(row.columns[column])
  // the column is one of times
  const cell = Option.orElse(row[column as never] as Option.Option<DateTime.Utc>, () => row.startedAt)
  return Option.isSome(cell) ? DateTime.toEpochMillis(cell.value) : undefined
}

/** No manifest has a row that two columns put into two windows. It counts in both, so that both are requested again. */
const count = (counting: Counting, row: CallRecord.Row): void => {
  const { all, columns, windows } = counting
  all.rows++
  all.hash.add(row)
  const found = new Set(columns.map((column) => windowAt(windows, timeOf(row, column))))
  if (columns.length === 0 || found.has(undefined)) counting.outside++
  for (const window of found) {
    if (window === undefined) continue
    window.rows++
    window.hash.add(row)
  }
}

const windowAt = (windows: ReadonlyArray<Bucket>, time: number | undefined): Bucket | undefined => {
  if (time === undefined) return undefined
  let low = 0
  let high = windows.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (windows[middle]!.from <= time) low = middle
    else high = middle - 1
  }
  const found = windows[low]
  return found !== undefined && found.from <= time && time < found.to ? found : undefined
}
