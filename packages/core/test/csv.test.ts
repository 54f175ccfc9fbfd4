import { CallRecord, Protocol } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { CsvError } from "csv-parse"
import { parse } from "csv-parse/sync"
import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { Splitter } from "../src/internal/callRecord/csv.js"
import { cellsOf as widthOf } from "../src/internal/callRecord/strayQuote.js"
import * as generators from "./generators.js"
import { FastCheck, prop, runs } from "./property.js"

type Cells = ReadonlyArray<string | null>

/** The cells of a row of a file with one column. A row of several cells is rejected, and shows them raw. */
const cellsOf = (row: CallRecord.Row): Cells => {
  if (row._tag === "RejectedRow") return row.cells
  return row._tag === "UnknownRecord" ? Object.values(row.columns) : assert.fail("the layout is known")
}

const rows = (csv: string): ReadonlyArray<CallRecord.Row> => CallRecord.decode(`c\n${csv}`)

const isMalformed = (row: CallRecord.Row): boolean => row._tag === "RejectedRow" && !row.reason.includes("cells")

/** A slow and plain splitter: one character after the other, over the whole text. */
const reference = (text: string): ReadonlyArray<{ readonly cells: Cells; readonly isMalformed: boolean }> => {
  const records: Array<{ readonly cells: Cells; readonly isMalformed: boolean }> = []
  let at = 0
  const endsAt = (index: number) =>
    index === text.length || text[index] === "," || text[index] === "\n" || text.startsWith("\r\n", index)
  while (at < text.length) {
    const cells: Array<string | null> = []
    let isMalformed = false
    for (;;) {
      const start = at
      let quoted: string | undefined
      if (text[at] === "\"") {
        let value = ""
        at++
        while (at < text.length && (text[at] !== "\"" || text[at + 1] === "\"")) {
          value += text[at]
          at += text[at] === "\"" ? 2 : 1
        }
        if (at < text.length && endsAt(at + 1)) quoted = value
        else isMalformed = true
        at++
      }
      while (!endsAt(Math.min(at, text.length))) at++
      at = Math.min(at, text.length)
      cells.push(quoted ?? (at === start ? null : text.slice(start, at)))
      if (text[at] !== ",") break
      at++
    }
    if (at < text.length) at += text[at] === "\r" ? 2 : 1
    records.push({ cells, isMalformed })
  }
  return records
}

/** The records of csv-parse; `undefined` if it says that a quote is not closed. */
const oracle = (text: string): ReadonlyArray<Cells> | undefined => {
  try {
    return parse(text, {
      relax_quotes: true,
      relax_column_count: true,
      record_delimiter: ["\n", "\r\n"],
      cast: (value, { quoting }) => value === "" && !quoting ? null : value
    })
  } catch (error) {
    assert.strictEqual(error instanceof CsvError && error.code, "CSV_QUOTE_NOT_CLOSED")
    return undefined
  }
}

const unquoted = (cells: Cells): Cells => cells.map((cell) => cell?.replaceAll("\"", "") ?? null)

describe("the splitter", () => {
  prop("the splitter reads what was written", [generators.csv], ([{ cells, text }]) => {
    assert.deepStrictEqual(rows(text).map(cellsOf), cells)
    assert.isFalse(rows(text).some(isMalformed))
  }, runs(1000))

  prop("the splitter reads any text as the reference does, malformed or not", [generators.wild], ([text]) => {
    assert.deepStrictEqual(
      rows(text).map((row) => ({ cells: cellsOf(row), isMalformed: isMalformed(row) })),
      reference(text)
    )
  }, runs(5000))

  prop("the splitter reads as csv-parse does", [
    FastCheck.oneof(generators.wild, generators.csv.map(({ text }) => text))
  ], (
    [text]
  ) => {
    const expected = oracle(text)
    const actual = rows(text)
    if (expected === undefined) {
      assert.isTrue(isMalformed(actual[actual.length - 1] ?? assert.fail("no row")))
      // with a closing quote, both read it
      assert.deepStrictEqual(rows(`${text}"`).map(cellsOf).map(unquoted), oracle(`${text}"`)?.map(unquoted))
      return
    }
    assert.strictEqual(actual.length, expected.length)
    actual.forEach((row, index) => {
      // csv-parse drops the second of two quotes before the text that makes a cell malformed
      const of = isMalformed(row) ? unquoted : (cells: Cells) => cells
      assert.deepStrictEqual(of(cellsOf(row)), of(expected[index] ?? []))
    })
  }, runs(3000))

  prop("the splitter gives the same rows for any cut, and for single bytes", [
    FastCheck.oneof(generators.wild, generators.strays),
    FastCheck.oneof(FastCheck.integer({ min: 1, max: 40 }), FastCheck.constant(65_536)),
    FastCheck.array(FastCheck.nat(80), { maxLength: 6 }),
    FastCheck.boolean()
  ], ([text, maxRecordBytes, cuts, hasMark]) => {
    const bytes = new TextEncoder().encode(`${hasMark ? "\uFEFF" : ""}a,b\n${text}`)
    const whole = CallRecord.decode(bytes, { maxRecordBytes })
    assert.deepStrictEqual(pushed(bytes, cuts, maxRecordBytes), whole)
    assert.deepStrictEqual(pushed(bytes, bytes.keys(), maxRecordBytes), whole)
  }, runs(2000))

  prop("the splitter reads bytes that are not UTF-8 as a decoder of the whole text does", [
    generators.wild,
    FastCheck.array(FastCheck.tuple(FastCheck.nat(200), FastCheck.integer({ min: 0x80, max: 0xff })), { maxLength: 4 })
  ], ([text, spoiled]) => {
    const bytes = new TextEncoder().encode(`a\n${text}`)
    for (const [at, byte] of spoiled) if (bytes.length > 2) bytes[2 + at % (bytes.length - 2)] = byte
    assert.deepStrictEqual(CallRecord.decode(bytes), CallRecord.decode(new TextDecoder().decode(bytes)))
  }, runs(2000))

  const spectrum = dirname(createRequire(import.meta.url).resolve("csv-spectrum"))
  const read = (...path: ReadonlyArray<string>) => readFileSync(join(spectrum, ...path))
  const records = (name: string) =>
    CallRecord.decode(read("csvs", `${name}.csv`)).map((row) =>
      row._tag === "UnknownRecord" ? { ...row.columns } : assert.fail(`${name} has a ${row._tag}`)
    )
  for (const file of readdirSync(join(spectrum, "csvs"))) {
    const name = file.replace(".csv", "")
    const expected: unknown = JSON.parse(read("json", `${name}.json`).toString())
    // its JSON is an object instead of a list, and has the phone number of another file
    if (name === "location_coordinates") {
      it("the splitter reads location_coordinates of csv-spectrum, except for a number that its JSON has wrong", () => {
        assert.deepStrictEqual(records(name), [
          { ...(expected as Record<string, string>), "Contact Phone Number": "2095257564" }
        ])
      })
    } else {
      it(`the splitter reads ${name} of csv-spectrum`, () => {
        assert.deepStrictEqual(records(name), expected)
      })
    }
  }

  prop("a line by itself has as many cells as the splitter finds in it, or is not CSV for both", [
    FastCheck.oneof(generators.wild, generators.strays).map((text) => text.replaceAll(/[\r\n]/g, ""))
  ], ([text]) => {
    const line = new TextEncoder().encode(text)
    const [row] = rows(`${text}\n`)
    const expected = row === undefined || isMalformed(row) ? 0 : cellsOf(row).length
    assert.strictEqual(widthOf(line, 0, line.length), expected)
  }, runs(5000))

  it("a file of stray quotes is not read again without end, and the same for any cut", () => {
    const text = new TextEncoder().encode(`a,b,c,d\n${"a,x\",\"y\n".repeat(20_000)}`)
    const splitter = new Splitter(65_536)
    for (let at = 0; at < text.length; at += 1000) splitter.write(text.subarray(at, at + 1000))
    assert.isAtMost(splitter.strays.reread, 8 * text.length + 2 * 65_536)
    const whole = CallRecord.decode(text)
    assert.deepStrictEqual(pushed(text, Array.from({ length: 300 }, (_, index) => index * 777), 65_536), whole)
  })

  it("a quote that never closes costs little memory, and no byte is read twice", () => {
    const limit = 4096
    for (const size of [1, 100, 65_536]) {
      for (const filler of ["a", "\"\"", "\n", "\",", "\",\""]) {
        const splitter = new Splitter(limit)
        const text = new TextEncoder().encode(`"${filler.repeat(100_000 / filler.length)}`)
        let unread = 0
        for (let at = 0; at < text.length; at += size) {
          splitter.write(text.subarray(at, at + size))
          unread = Math.max(unread, splitter.length - splitter.position)
        }
        // a quote waits for the two bytes behind it
        assert.isAtMost(unread, 2)
        assert.isAtMost(splitter.bytes.length, 2 * (limit + size))
        assert.isAtMost(splitter.cells.length, 6 * (limit + size + 2))
      }
    }
  })
})

function pushed(bytes: Uint8Array, cuts: Iterable<number>, maxRecordBytes: number): ReadonlyArray<CallRecord.Row> {
  const decoder = Protocol.decoder({ maxRecordBytes })
  const ends = [...Array.from(cuts).filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
  return [
    ...ends.flatMap((end, index) => decoder.push(bytes.subarray(ends[index - 1] ?? 0, end))),
    ...decoder.end()
  ]
}
