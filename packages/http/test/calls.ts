import { CallRecord } from "@effect-didww/core"
import { Archive } from "@effect-didww/simulator"
import { assert } from "@effect/vitest"
import { Effect, Either, Schema } from "effect"
import { createReadStream } from "node:fs"
import { createInterface } from "node:readline"

/** The fields that the simulator's columns of money become. */
export const money = {
  "Toll-free (USD)": "tollFree",
  "PSTN (USD)": "pstn",
  "Metered (USD)": "metered",
  "CNAM IN (USD)": "cnamIn",
  "Total (USD)": "total"
} as const

/** In thousandths of a dollar, digit by digit. */
const thousandths = (text: string | null | undefined): bigint =>
  text == null ? 0n : BigInt(text.replace(/^(\d+)(?:\.(\d+))?$/, (_, whole, part = "") => whole + part.padEnd(3, "0")))

const decodeRow = Schema.decodeUnknownEither(Schema.parseJson(CallRecord.Row))

/** Asserts that a file of records holds each row of its archive once, in order, and all of the money. */
export const assertWritten = (path: string, archive: Archive.Archive) =>
  Effect.promise(async () => {
    const totals = Archive.totals(archive)
    const expected = Archive.rows(archive)
    const callId = archive.columns.indexOf("Call ID")
    const sums = new Map<string, bigint>()
    let rows = 0
    let rejected = 0
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      const row = expected.next().value
      rows++
      const json = JSON.parse(line)
      if (json._tag === "RejectedRow") {
        assert.strictEqual(json.recordNumber, rows)
        rejected++
        continue
      }
      assert.strictEqual(json._tag, "CdrInRecord")
      assert.strictEqual(json.callId ?? "", row?.cells[callId] ?? "")
      for (const [column, field] of Object.entries(money)) {
        sums.set(column, (sums.get(column) ?? 0n) + thousandths(json[field]))
      }
      // the schema reads some of the lines only, because it is slow
      if (rows % 997 === 1) assert.isTrue(Either.isRight(decodeRow(line)), line)
    }
    assert.deepStrictEqual({ rows, rejected }, { rows: totals.rows, rejected: totals.bad })
    assert.deepStrictEqual(Object.fromEntries(sums), totals.money)
  })
