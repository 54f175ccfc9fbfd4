import { CallRecord } from "@effect-didww/core"
import { Archive } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { FastCheck, Option } from "effect"
import * as rowsHash from "../src/internal/pull/rowsHash.js"

const rows = CallRecord.decode(
  [...Archive.csv(Archive.make({ rows: 60, badRows: 0.1 }))].join("")
)

const hashOf = (rows: ReadonlyArray<CallRecord.Row>): string => {
  const hash = new rowsHash.RowsHash()
  rows.forEach((row) => hash.add(row))
  return String(hash)
}

describe("the hash of rows", () => {
  it.prop(
    "is the same in any order",
    [FastCheck.shuffledSubarray([...rows], { minLength: rows.length })],
    ([shuffled]) => assert.strictEqual(hashOf(shuffled), hashOf(rows))
  )

  it.prop(
    "of a month is the total of its days",
    [FastCheck.nat({ max: rows.length })],
    ([cut]) => assert.strictEqual(rowsHash.total([hashOf(rows.slice(0, cut)), hashOf(rows.slice(cut))]), hashOf(rows))
  )

  it.prop("changes with a row that is missing or doubled", [FastCheck.nat({ max: rows.length - 1 })], ([at]) => {
    assert.notStrictEqual(hashOf(rows.toSpliced(at, 1)), hashOf(rows))
    assert.notStrictEqual(hashOf([...rows, rows[at]!]), hashOf(rows))
  })

  it("changes with any cell of a row", () => {
    const [row] = rows.filter((row) => row._tag === "CdrInRecord")
    if (row === undefined) return assert.fail("no record")
    const hashes = Object.keys(row).flatMap((key) => {
      const cell: unknown = row[key as keyof typeof row]
      return Option.isOption(cell) && Option.isSome(cell) ? [rowsHash.ofRow({ ...row, [key]: Option.none() })] : []
    })
    assert.isAbove(hashes.length, 10)
    assert.strictEqual(new Set([...hashes, rowsHash.ofRow(row)]).size, hashes.length + 1)
    assert.notStrictEqual(
      rowsHash.ofRow({ ...row, extra: { Note: "" } }),
      rowsHash.ofRow({ ...row, extra: { Note: null } })
    )
  })
})
