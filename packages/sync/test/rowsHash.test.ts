import { CallRecord } from "@effect-didww/core"
import { Archive } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, FastCheck, Option } from "effect"
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

  it("is the same as a destination gives a row back", () => {
    const [row] = rows.filter((row) => row._tag === "CdrInRecord")
    if (row === undefined) return assert.fail("no record")
    const same = (one: Partial<typeof row>, other: Partial<typeof row>) =>
      assert.strictEqual(rowsHash.ofRow({ ...row, ...one }), rowsHash.ofRow({ ...row, ...other }))
    const money = (text: string) => ({ total: Option.some(BigDecimal.unsafeFromString(text)) })
    for (
      const [one, other] of [["0.010", "0.01"], ["-1200", "-1.2e3"], ["0.000", "0"], [
        "12345678901234567890.50",
        "12345678901234567890.5"
      ]]
    ) {
      same(money(one!), money(other!))
    }
    same({ extra: { a: "1", b: "2", c: null } }, { extra: { b: "2", a: "1" } })
    same({ status: Option.some("a\0b\ud800\udc00\udfff😀\ud800") }, {
      status: Option.some("a\ufffdb\ud800\udc00\ufffd😀\ufffd")
    })
  })

  it("tells money, columns and texts apart", () => {
    const [row] = rows.filter((row) => row._tag === "CdrInRecord")
    if (row === undefined) return assert.fail("no record")
    const money = (text: string) => ({ total: Option.some(BigDecimal.unsafeFromString(text)) })
    const changes: ReadonlyArray<Partial<typeof row>> = [
      ...["0.01", "0.1", "1", "10", "-0.01", "0", "12345678901234567890", "123456789012345678900"].map(money),
      { extra: { a: "b" } },
      { extra: { b: "a" } },
      { extra: { a: "1", b: "2" } },
      { extra: { a: "2", b: "1" } },
      { source: Option.some("1"), sourceName: Option.none() },
      { source: Option.none(), sourceName: Option.some("1") }
    ]
    assert.strictEqual(new Set(changes.map((change) => rowsHash.ofRow({ ...row, ...change }))).size, changes.length)
  })
})
