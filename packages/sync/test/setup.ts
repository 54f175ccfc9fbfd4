import { CallRecord, Export, ExportRequest } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Account, Archive, Simulator, SimulatorClient } from "@effect-didww/simulator"
import type { Destination, Manifest } from "@effect-didww/sync"
import { Pull } from "@effect-didww/sync"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { DateTime, Effect, Layer, Redacted, Schedule } from "effect"
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { readParquet, trimmed } from "./parquetFile.js"

/** A client over a simulator in memory that makes exports at once, and the files of Node. */
export const connected = (simulator: Simulator.Options = {}) =>
  ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("key")) }).pipe(
    Layer.provideMerge(SimulatorClient.layer({
      rateLimit: "none",
      account: Account.make([]),
      processing: { pending: 0, processing: 0 },
      ...simulator
    })),
    Layer.provideMerge(Layer.mergeAll(RateLimit.none, NodeGunzip.layer, NodeContext.layer))
  )

/** Yesterday in UTC. */
export const day = Effect.map(DateTime.now, (now) => {
  const to = DateTime.startOf(now, "day")
  return { from: DateTime.subtract(to, { days: 1 }), to }
})

export const requestOf = (period: ExportRequest.Period, reference = "calls") =>
  ExportRequest.cdrIn({ ...period, externalReferenceId: reference })

export const pull = (
  destination: Destination.Destination,
  options: Pull.Options = {},
  reference?: string
) =>
  Effect.flatMap(day, (period) =>
    Pull.run(requestOf(period, reference), destination, {
      await: { schedule: Schedule.spaced("1 millis") },
      ...options
    }))

export const temporary = Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())

export const requestCount = Effect.flatMap(
  Simulator.Simulator,
  (simulator) => Effect.map(simulator.received, (all) => all.length)
)

/** The archive of an export as the simulator has it, and its rows as core reads them. */
export const archiveOf = (manifest: Manifest.Manifest) =>
  Effect.gen(function*() {
    const simulator = yield* Simulator.Simulator
    const stored = (yield* simulator.exports).find(({ id }) => id === manifest.exportId)
    if (stored === undefined) return yield* Effect.dieMessage("the simulator has no such export")
    const archive = simulator.archive(stored)
    return { archive, rows: CallRecord.decode(Array.from(Archive.csv(archive)).join("")) }
  })

export const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex")

const textOf = (path: string): string => {
  const bytes = readFileSync(path)
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString()
}

/** The records of a data file as text by field. Both formats of text read alike. */
export const read = (path: string): ReadonlyArray<Readonly<Record<string, unknown>>> => {
  const text = textOf(path)
  if (!/\.csv(\.gz)?$/.test(path)) {
    return text.split("\n").slice(0, -1).map((line) => {
      const { _tag, extra, ...fields } = JSON.parse(line)
      return { ...fields, ...(extra !== undefined && { extra: JSON.stringify(extra) }) }
    })
  }
  return CallRecord.decode(text).map((row) => {
    if (row._tag !== "UnknownRecord") return assert.fail(`a ${row._tag} in a typed CSV`)
    const known = Object.entries(row.columns).filter(([, value]) => value !== null)
    return Object.fromEntries(known.map(([key, value]) => [key, numbers.has(key) ? Number(value) : value]))
  })
}

const numbers = new Set(["duration", "attempt", "disconnectCode", "rowNumber"])

/** What a file of these rows must read as. */
export const expected = (rows: ReadonlyArray<CallRecord.Row>, exportId: Export.ExportId) =>
  rows.flatMap((row, index) => {
    if (row._tag === "RejectedRow") return []
    const { _tag, extra, ...fields } = JSON.parse(CallRecord.toLine(row))
    return [{
      ...fields,
      ...(extra !== undefined && { extra: JSON.stringify(extra) }),
      exportId,
      rowNumber: index + 1
    }]
  })

/** Asserts that a complete window holds each row of its archive once, in order, with the exact sums. */
export const assertWhole = (path: string, rejectedPath: string, manifest: Manifest.Manifest) =>
  Effect.gen(function*() {
    const { archive, rows } = yield* archiveOf(manifest)
    const totals = Archive.totals(archive)
    const records = expected(rows, manifest.exportId)
    if (path.endsWith(".parquet")) {
      assert.deepStrictEqual(yield* Effect.promise(() => readParquet(path)), records.map(withTrimmedMoney))
    } else {
      assert.deepStrictEqual(read(path), records)
    }
    assert.deepStrictEqual(
      existsSync(rejectedPath) ? readFileSync(rejectedPath, "utf8") : "",
      rows.filter(CallRecord.isRejected).map((row) => `${CallRecord.toLine(row)}\n`).join("")
    )
    assert.strictEqual(manifest.records + manifest.rejected, totals.rows)
    assert.strictEqual(manifest.rejected, totals.bad)
    assert.strictEqual(manifest.file?.sha256, sha256(path))
    assert.strictEqual(manifest.file?.bytes, readFileSync(path).length)
    for (const [name, key] of Object.entries(money)) {
      assert.strictEqual(thousandths(manifest.sums[key]), totals.money[name] ?? 0n, key)
    }
  })

const withTrimmedMoney = (record: Readonly<Record<string, unknown>>) => {
  const sums = Object.values(money).flatMap((key) => key in record ? [[key, trimmed(String(record[key]))]] : [])
  return { ...record, ...Object.fromEntries(sums) }
}

const money = {
  "Toll-free (USD)": "tollFree",
  "PSTN (USD)": "pstn",
  "Metered (USD)": "metered",
  "CNAM IN (USD)": "cnamIn",
  "Total (USD)": "total"
}

const thousandths = (text = "0"): bigint => {
  const [whole = "", part = ""] = text.split(".")
  return BigInt(whole + part.padEnd(3, "0"))
}
