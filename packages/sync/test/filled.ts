/** Windows of calls that no server has, in any destination. */
import { CallRecord, Export, Protocol } from "@effect-didww/core"
import { type Destination, Manifest } from "@effect-didww/sync"
import { Chunk, DateTime, Effect, Stream } from "effect"
import { createHash } from "node:crypto"
import * as totals from "../src/internal/pull/totals.js"
import * as states from "../src/internal/sync/state.js"

const columns = Protocol.columns.CdrInRecord

const text = (time: number): string => new Date(time).toISOString().slice(0, 19).replace("T", " ")

/** A call of one minute for one cent. Calls of the same number and time are the same. */
export const line = (number: number, start: number): string => {
  const cells: Readonly<Record<string, string>> = {
    startedAt: text(start),
    endedAt: text(start + 60_000),
    status: "answered",
    source: `4420${number}`,
    destinationDid: `3120${number}`,
    duration: "60",
    attempt: "1",
    total: "0.010",
    callId: `call-${number}`
  }
  return columns.map(({ key }) => cells[key] ?? "").join()
}

/** The rows of some lines of an archive. */
export const rowsOf = (lines: ReadonlyArray<string>): ReadonlyArray<CallRecord.Row> =>
  CallRecord.decode([columns.map(({ name }) => name).join(), ...lines].join("\n") + "\n")

export interface Filling {
  readonly account?: string
  readonly exportType?: "cdr_in" | "cdr_out"
  /** A day of UTC, or any other window. */
  readonly day: string | Manifest.Window
  readonly generation?: number
  readonly exportId?: string
  readonly rows: ReadonlyArray<CallRecord.Row>
}

export const windowOf = (day: string): Manifest.Window => {
  const from = DateTime.unsafeMake(`${day}T00:00:00Z`)
  return { from, to: DateTime.add(from, { days: 1 }), key: day }
}

/** Fills a window as a pull does. */
export const fill = (
  destination: Destination.Destination,
  { account = "acme", day, exportId, exportType = "cdr_in", generation = 1, rows }: Filling
) =>
  Effect.scoped(Effect.gen(function*() {
    const window = typeof day === "string" ? windowOf(day) : day
    const subject: Manifest.Subject = { account, exportType, window, generation }
    const open = yield* destination.open(subject)
    if (open.manifest !== undefined) return open.manifest
    const id = Export.ExportId.make(exportId ?? `${account}-${exportType}-${window.key}-${generation}`)
    yield* open.begin({ exportId: id, etag: undefined })
    const bytes = new TextEncoder().encode(`archive ${id}`)
    if (open.keep !== undefined) yield* open.keep([bytes])
    const all = totals.make()
    yield* Stream.runForEachChunk(
      Stream.rechunk(Stream.fromIterable(rows), 1000),
      (chunk) =>
        Effect.andThen(
          Effect.sync(() => totals.add(all, Chunk.toReadonlyArray(chunk))),
          open.append(Chunk.toReadonlyArray(chunk))
        )
    )
    const requestedAt = DateTime.add(window.to, { hours: 27 })
    return yield* open.complete({
      version: 1,
      subject,
      request: { exportType, from: window.from, to: window.to },
      exportId: id,
      requestedAt,
      archiveSha256: createHash("sha256").update(bytes).digest("hex"),
      archiveBytes: bytes.length,
      records: all.records,
      rejected: all.rejected,
      rejectedLines: all.rejectedLines,
      replacedTexts: 0,
      sums: totals.sumsOf(all),
      times: totals.timesOf(all),
      rowsHash: String(all.hash),
      completedAt: requestedAt
    })
  }))

/** The ledger of a sync that keeps an account and a type since a day, and ended well at a time. */
export const noted = (
  { ledger }: Destination.SyncDestination,
  { account = "acme", exportType = "cdr_in", since, success }: {
    readonly account?: string
    readonly exportType?: "cdr_in" | "cdr_out"
    readonly since: string
    readonly success: string
  }
) =>
  Effect.andThen(
    states.save(ledger, "coverages", {
      account,
      exportType,
      from: DateTime.unsafeMake(`${since}T00:00:00Z`),
      window: "day",
      zone: DateTime.zoneMakeOffset(0)
    }),
    states.save(ledger, "successes", { at: DateTime.unsafeMake(success) })
  )
