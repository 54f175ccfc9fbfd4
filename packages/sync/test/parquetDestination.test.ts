import { CallRecord, Export, ExportRequest } from "@effect-didww/core"
import { FileDestination, type Manifest } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Chunk, Data, DateTime, Duration, Effect, Equal, Option, Stream } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { archiveOf, connected, pull, sha256, temporary } from "./setup.js"

const whole = connected({ archives: { rows: 2000, seed: 4, badRows: 0.01 } })

const recordsIn = (path: string) => Effect.map(Stream.runCollect(Parquet.records(path)), Chunk.toReadonlyArray)

/** Compares values: the file has money with six decimal places. */
const assertEqual = (found: ReadonlyArray<CallRecord.CallRecord>, rows: ReadonlyArray<CallRecord.Row>) => {
  const records = rows.filter(CallRecord.isRecord)
  assert.strictEqual(found.length, records.length)
  const isEqual = (record: CallRecord.CallRecord, index: number): boolean =>
    Equal.equals(Data.struct({ ...record, extra: 0 }), Data.struct({ ...records[index], extra: 0 }))
  assert.isTrue(found.every(isEqual))
}

const assertWhole = (path: string, manifest: Manifest.Manifest) =>
  Effect.gen(function*() {
    const { rows } = yield* archiveOf(manifest)
    assertEqual(yield* recordsIn(path), rows)
    assert.strictEqual(manifest.records + manifest.rejected, rows.length)
    assert.strictEqual(manifest.file?.sha256, sha256(path))
    const rejected = `${path}.rejected`
    assert.strictEqual(
      existsSync(rejected) ? readFileSync(rejected, "utf8") : "",
      rows.filter(CallRecord.isRejected).map((row) => `${CallRecord.toLine(row)}\n`).join("")
    )
  })

const usd = (text: string) => Option.some(BigDecimal.unsafeFromString(text))

describe("A destination of Parquet", () => {
  it.scopedLive("has each record of a pull once, in order", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls.parquet`
      const manifest = yield* pull(yield* FileDestination.file(path, { format: Parquet.format }))
      assert.isAbove(manifest.rejected, 0)
      yield* assertWhole(path, manifest)
    }).pipe(Effect.provide(whole)))

  it.scopedLive("counts a record of another layout as a rejected row, and leaves it out of the sums", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls.parquet`
      const destination = yield* FileDestination.file(path, { format: Parquet.format })
      const from = DateTime.unsafeMake("2026-10-01T00:00:00Z")
      const to = DateTime.unsafeMake("2026-10-02T00:00:00Z")
      const subject = {
        account: "acme",
        exportType: "cdr_in",
        window: { from, to, key: "2026-10-01" },
        generation: 1
      } as const
      const exportId = Export.ExportId.make("0b1c3f7e-98a1-4f25-9d8e-000000000001")
      const [record] = CallRecord.decode("Date/Time Start (UTC),Status,Destination DID\n,Completed,972\n")
      if (record?._tag !== "CdrInRecord") return assert.fail("another layout")
      const [outbound] = CallRecord.decode("Date/Time Start (UTC),Status,Destination Number\n,Completed,44\n")
      if (outbound?._tag !== "CdrOutRecord") return assert.fail("another layout")
      const rows: ReadonlyArray<CallRecord.Row> = [
        { ...record, total: usd("0.010"), duration: Option.some(Duration.seconds(60)) },
        { ...outbound, charged: usd("0.0000001"), callDuration: Option.some(Duration.seconds(5)) },
        { ...record, sourceName: Option.some("a\ud800") }
      ]
      const manifest = yield* Effect.scoped(Effect.gen(function*() {
        const window = yield* destination.open(subject)
        assert.strictEqual(yield* window.begin({ exportId, etag: undefined }), 0)
        yield* window.append(rows)
        return yield* window.complete({
          version: 1,
          subject,
          request: ExportRequest.cdrIn({ from, to, externalReferenceId: "acme" }),
          exportId,
          requestedAt: to,
          archiveSha256: "",
          archiveBytes: 0,
          records: 3,
          rejected: 0,
          rejectedLines: 0,
          replacedTexts: 0,
          sums: { total: "0.01", duration: "60", charged: "0.0000001", callDuration: "5" },
          times: {},
          rowsHash: "0".repeat(16),
          completedAt: to
        })
      }))
      const { records, rejected, rejectedLines, replacedTexts, sums } = manifest
      assert.deepStrictEqual({ records, rejected, rejectedLines, replacedTexts }, {
        records: 2,
        rejected: 1,
        rejectedLines: 1,
        replacedTexts: 1
      })
      assert.deepStrictEqual(sums, { total: "0.01", duration: "60", charged: "0", callDuration: "0" })
      assert.strictEqual((yield* recordsIn(path)).length, 2)
      assert.match(readFileSync(`${path}.rejected`, "utf8"), /"recordNumber":2,.*must be a CdrInRecord/)
    }).pipe(Effect.provide(whole)))
})
