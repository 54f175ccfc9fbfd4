import { Account, Archive } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "./csv.js"
import { FastCheck, prop } from "./property.js"

const layouts = [
  { exportType: "cdr_in", columns: 22, first: "Date/Time Start (UTC)" },
  { exportType: "cdr_out", columns: 19, first: "Date/Time Start (UTC)" },
  { exportType: "cdr_in", apiVersion: "2026-11-19", columns: 10, first: "Date/Time Start (UTC)" },
  { exportType: "sms_in", columns: 5, first: "Reference" }
] as const

const options = FastCheck.record({
  exportType: FastCheck.constantFrom("cdr_in", "cdr_out", "sms_out"),
  apiVersion: FastCheck.constantFrom("2022-05-10" as const, "2026-04-16" as const, "2026-11-19" as const),
  rows: FastCheck.nat(300),
  seed: FastCheck.integer(),
  badRows: FastCheck.constantFrom(0, 0.1, 1),
  quoting: FastCheck.constantFrom("minimal" as const, "all" as const, "mixed" as const, undefined)
})

const text = (archive: Archive.Archive) => Array.from(Archive.csv(archive)).join("")

const decimal = (thousandths: number) =>
  `${Math.floor(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, "0")}`

describe("Archive", () => {
  it("an archive has the documented columns, or invented ones", () => {
    for (const { columns, first, ...options } of layouts) {
      const archive = Archive.make(options)
      assert.strictEqual(archive.columns.length, columns)
      assert.strictEqual(archive.columns[0], first)
    }
  })

  prop("the CSV says what the rows say", options, (options) => {
    const archive = Archive.make(options)
    const [header, ...records] = parse(text(archive))
    assert.deepStrictEqual(header, archive.columns.slice())
    assert.deepStrictEqual(records, Array.from(Archive.rows(archive), ({ cells }) => cells.slice()))
  })

  prop("the totals are the sums over the good rows", options, (options) => {
    const archive = Archive.make(options)
    const rows = Array.from(Archive.rows(archive))
    const good = rows.filter(({ bad }) => bad === undefined)
    const totals = Archive.totals(archive)
    assert.deepStrictEqual([totals.rows, totals.bad], [rows.length, rows.length - good.length])
    archive.money.forEach((column, index) => {
      assert.strictEqual(totals.money[column], good.reduce((sum, { money }) => sum + BigInt(money[index]!), 0n))
      const at = archive.columns.indexOf(column)
      for (const { cells, money } of good) {
        if (cells[at] === null || cells[at] === "0") assert.strictEqual(money[index], 0)
        else assert.strictEqual(cells[at], decimal(money[index]!))
      }
    })
  })

  prop("a bad row changes no other row", options, (options) => {
    const bad = Array.from(Archive.rows(Archive.make(options)))
    const good = Array.from(Archive.rows(Archive.make({ ...options, badRows: 0 })))
    bad.forEach((row, index) => {
      if (row.bad === undefined) assert.deepStrictEqual(row, good[index])
      else assert.notDeepEqual(row.cells, good[index]!.cells)
    })
  })

  prop("quoting does not change what the CSV says", options, (options) => {
    const [one, another] = (["minimal", "all"] as const).map((quoting) =>
      parse(text(Archive.make({ ...options, quoting })))
    )
    assert.deepStrictEqual(one, another)
  })

  it("the same seed makes the same archive", () => {
    assert.strictEqual(text(Archive.make({ seed: 1 })), text(Archive.make({ seed: 1 })))
    assert.notStrictEqual(text(Archive.make({ seed: 1 })), text(Archive.make({ seed: 2 })))
  })

  it("badRows makes bad rows of every kind, about as many as it is asked for", () => {
    const rows = Array.from(Archive.rows(Archive.make({ rows: 10_000, badRows: 0.1 })))
    const kinds = rows.flatMap(({ bad }) => bad ?? [])
    assert.deepStrictEqual(new Set(kinds), new Set(["short", "long", "date", "money"]))
    assert.isTrue(kinds.length > 800 && kinds.length < 1200)
  })

  it("an archive has every difficulty of CSV", () => {
    const csv = text(Archive.make({ rows: 500, quoting: "mixed" }))
    for (const part of ["ü", "山", "\"\"", ",,", "\nSecond line\"", "Hauptstraße, 2."]) assert.include(csv, part)
  })

  it("the archive of an export keeps to its period and its number", () => {
    const [stored] = Account.generate({ size: 1, types: ["cdr_in"] }).exports
    const filters = { from: "2026-09-05 00:00:00", to: "2026-09-05 00:00:10", did_number: "97226" }
    const archive = Archive.fromExport({ ...stored!, filters }, { rows: 100 })
    const rows = Array.from(Archive.rows(archive), ({ cells }) => cells)
    assert.strictEqual(rows[0]?.[0], "2026-09-05 00:00:00")
    assert.strictEqual(rows[99]?.[0], "2026-09-05 00:00:09")
    assert.deepStrictEqual(new Set(rows.map((cells) => cells[6])), new Set(["97226"]))
    const legacy = Archive.fromExport({ ...stored!, filters: { year: "2026", month: "03", day: "07" } })
    const [first] = Archive.rows(legacy)
    assert.isTrue(first?.cells.includes("2026-03-07 00:00:00"))
  })

  it("the CSV comes in pieces, however many rows it has", () => {
    let longest = 0
    for (const piece of Archive.csv(Archive.make({ rows: 20_000 }))) longest = Math.max(longest, piece.length)
    assert.isBelow(longest, 140_000)
    const [first] = Archive.csv(Archive.make({ rows: 10_000_000 }))
    assert.isString(first)
  })
})
