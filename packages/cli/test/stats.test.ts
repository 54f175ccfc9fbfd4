import { CallRecord } from "@effect-didww/core"
import { Summary } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { BigDecimal, Effect } from "effect"
import { writeFileSync } from "node:fs"
import { stripVTControlCharacters } from "node:util"
import { gzipSync } from "node:zlib"
import { width } from "../src/internal/text.js"
import { spanOf } from "../src/Sparkline.js"
import * as Sparkline from "../src/Sparkline.js"
import { directory, run } from "./terminal.js"

const names = "Date/Time Start (UTC),Date/Time Connect (UTC),Status,Destination DID,Duration (sec),Voice IN Trunk," +
  "Source Country,PSTN (USD),Total (USD),Call ID"

const trunks = ["Berlin", "電話システム", "A trunk whose name is much longer than a narrow terminal"]

/** 600 calls of 30 days to three trunks. */
const calls = Array.from({ length: 600 }, (_, index) => {
  const start = `2026-10-${String(1 + index % 30).padStart(2, "0")} 23:30:00`
  const seconds = index % 4 === 0 ? 0 : 1 + index * 7 % 300
  const money = `${(index * 37 % 1000) / 1000}`
  return [
    start,
    seconds === 0 ? "" : start,
    "Done",
    "442071838750",
    seconds,
    trunks[index % 3],
    ["DE", "FR", ""][index % 3]
  ]
    .concat(["0.0010", money, `call-${index}`]).join(",")
})

const csv = [names, ...calls].join("\n")

const archive = Effect.map(directory, (folder) => {
  writeFileSync(`${folder}/calls.csv.gz`, gzipSync(csv))
  return `${folder}/calls.csv.gz`
})

const rows = CallRecord.decode(csv)

describe("stats", () => {
  it.scopedLive("csv and ndjson hold the exact sums of the library's summary", () =>
    Effect.gen(function*() {
      const path = yield* archive
      const expected = Summary.fromRows(rows, { by: ["trunk", "date"], increment: "1 minute" })
      const args = ["stats", path, "--by", "trunk,date", "--round", "1m"]
      const { out } = yield* run([...args, "--format", "csv"])
      const found: ReadonlyArray<Record<string, string>> = parse(out, { columns: true })
      assert.deepStrictEqual(
        found.map(({ calls, date, minutes, total, trunk }) => [trunk, date, calls, minutes, Number(total)]),
        expected.groups.map((group) => [
          group.key.trunk ?? "",
          group.key.date ?? "",
          String(group.calls),
          String(Summary.minutes(group)),
          BigDecimal.unsafeToNumber(group.money.total ?? BigDecimal.make(0n, 0))
        ])
      )
      const ndjson = yield* run([...args, "--format", "ndjson"])
      assert.deepStrictEqual(
        ndjson.out.trimEnd().split("\n").map((line) => JSON.parse(line)).map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value ?? "")]))
        ),
        found.map((row) => ({ ...row }))
      )
    }))

  it.scopedLive("sums of several sources are those of all their calls", () =>
    Effect.gen(function*() {
      const path = yield* archive
      const stats = (...sources: ReadonlyArray<string>) =>
        run(["stats", ...sources, "--fields", "calls,total", "--format", "tsv"], { stdin: [Buffer.from(csv)] })
      const one = yield* stats(path)
      const [count = "", total = ""] = one.out.trimEnd().split("\t")
      assert.strictEqual(count, "600")
      const three = yield* stats(path, "-", path)
      assert.strictEqual(three.out, `1800\t${Number((Number(total) * 3).toFixed(3))}\n`)
    }))

  it.scopedLive("a table fits its terminal, aligns numbers at their ends, and keeps calls and money longest", () =>
    Effect.gen(function*() {
      const path = yield* archive
      const titles = new Map<number, string>()
      for (const columns of [60, 80, 120, 200]) {
        const { code, out } = yield* run(["stats", path, "--by", "trunk,country"], { columns })
        assert.strictEqual(code, 0)
        const lines = stripVTControlCharacters(out).trimEnd().split("\n")
        assert.strictEqual(lines.length, 5)
        assert.isTrue(lines.every((line) => width(line) <= columns))
        const [header = "", ...others] = lines
        const end = width(header.slice(0, header.indexOf("CALLS") + 5))
        for (const line of others) {
          const calls = Array.from(line.matchAll(/\d(?=  )/g), ({ index }) => width(line.slice(0, index + 1)))
          assert.include(calls, end)
        }
        titles.set(columns, header.trim().replaceAll(/ {2,}/g, "|"))
      }
      assert.deepStrictEqual(Object.fromEntries(titles), {
        60: "TRUNK|COUNTRY|CALLS|MINUTES|TOTAL USD",
        80: "TRUNK|COUNTRY|CALLS|ANSWERED|MINUTES|TOTAL USD|CALLS BY DAY",
        120: "TRUNK|COUNTRY|CALLS|ANSWERED|ASR %|ACD s|MINUTES|TOTAL USD|CALLS BY DAY",
        200: "TRUNK|COUNTRY|CALLS|ANSWERED|ASR %|ACD s|MINUTES|TOTAL USD|CALLS BY DAY"
      })
    }))

  it.scopedLive("a table ends with the total, and data does not", () =>
    Effect.gen(function*() {
      const path = yield* archive
      const table = yield* run(["stats", path, "--by", "trunk", "--format", "table"])
      assert.match(table.out, /\nTOTAL +600 /)
      const data = yield* run(["stats", path, "--by", "trunk", "--format", "tsv", "--header"])
      assert.deepStrictEqual(data.out.trimEnd().split("\n").map((line) => line.split("\t")[0]), [
        "trunk",
        ...trunks.toSorted()
      ])
    }))

  it.scopedLive("--zone moves a call at night to the next day", () =>
    Effect.gen(function*() {
      const path = yield* archive
      const dates = (...zone: ReadonlyArray<string>) =>
        Effect.map(
          run(["stats", path, "--by", "date", "--fields", "date", "--format", "tsv", ...zone]),
          ({ out }) => out.trimEnd().split("\n")
        )
      assert.strictEqual((yield* dates())[0], "2026-10-01")
      assert.strictEqual((yield* dates("--zone", "Europe/Berlin"))[0], "2026-10-02")
      assert.strictEqual((yield* dates("--zone", "+02:00")).at(-1), "2026-10-31")
    }))

  it.scopedLive("--round takes a minimum and an increment, and --money other columns", () =>
    Effect.gen(function*() {
      const path = yield* archive
      const minutes = (...flags: ReadonlyArray<string>) =>
        Effect.map(run(["stats", path, "--fields", "minutes", "--format", "tsv", ...flags]), ({ out }) => Number(out))
      const expected = (input: Summary.Input) => Summary.minutes(Summary.total(Summary.fromRows(rows, input)))
      assert.strictEqual(yield* minutes("--round", "30/6"), expected({ minimum: "30 seconds", increment: "6 seconds" }))
      assert.strictEqual(yield* minutes("--round", "1m"), expected({ increment: "1 minute" }))
      const { out } = yield* run(["stats", path, "--money", "pstn", "--fields", "pstn", "--format", "tsv"])
      assert.strictEqual(Number(out), 0.6)
    }))

  it.scopedLive("unknown names and zones are usage errors, and rejected rows are counted", () =>
    Effect.gen(function*() {
      const path = yield* archive
      for (
        const [args, says] of [
          [["--by", "price"], /--by takes type, trunk, country, /],
          [["--zone", "Nowhere"], /--zone takes a time zone/],
          [["--round", "0/0"], /--round takes/],
          [["--money", "price"], /--money takes/],
          [["--fields", "price"], /Unknown column price\. Known columns: calls, answered, /]
        ] as const
      ) {
        const { code, err } = yield* run(["stats", path, ...args])
        assert.strictEqual(code, 2)
        assert.match(err, says)
      }
      const bad = ["stats", "-", "--format", "tsv"]
      const stdin = [Buffer.from(`${csv}\nx\n`)]
      const { code, err, out } = yield* run(bad, { stdin })
      assert.deepStrictEqual([code, out.split("\t")[0]], [0, "600"])
      assert.match(err, /1 row could not be read and is left out; the first is row 601: /)
      assert.strictEqual((yield* run([...bad, "--strict"], { stdin })).code, 1)
      const other = yield* run(bad, { stdin: [Buffer.from("Time,From\n2026-10-01 00:00:00,1\n")] })
      assert.match(other.err, /1 record of unknown layouts is left out/)
    }))

  it("a sparkline has a bar for each day, and shares bars where there is no room", () => {
    const counts = [["2026-10-01", 8], ["2026-10-02", 1], ["2026-10-04", 4]] as const
    const span = spanOf(counts.map(([date]) => date))
    assert.deepStrictEqual(span?.days, 4)
    assert.strictEqual(Sparkline.draw(counts, span!, 40), "█▁ ▄")
    assert.strictEqual(Sparkline.draw(counts, span!, 2), "█▄")
  })
})
