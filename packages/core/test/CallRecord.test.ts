import { CallRecord, Protocol } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Chunk, DateTime, Duration, Effect, Equal, Hash, Option, Schema, Stream } from "effect"
import { readFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import * as generators from "./generators.js"
import { arbitraryOf, FastCheck, prop, runs } from "./property.js"

const sample = (name: string): string => readFileSync(new URL(`./fixtures/${name}.csv`, import.meta.url), "utf8")

const none = Option.none()
const some = Option.some
const utc = (text: string) => some(DateTime.unsafeMake(text))
const usd = (text: string) => Option.some(BigDecimal.unsafeFromString(text))
const seconds = (value: number) => some(Duration.seconds(value))

type Cell = string | null

const line = (cells: ReadonlyArray<Cell>): string =>
  `${cells.map((cell) => cell === null ? "" : `"${cell.replaceAll("\"", "\"\"")}"`).join(",")}\n`

const file = (...lines: ReadonlyArray<ReadonlyArray<Cell>>): string => lines.map(line).join("")

/** Quotes only what must be quoted. */
const unquotedLine = (texts: ReadonlyArray<string>): string =>
  `${
    texts.map((text) => text === "" || /^"|[,\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text).join(",")
  }\n`

const inbound = ["Date/Time Start (UTC)", "Status", "Destination DID"]
const outbound = ["Date/Time Start (UTC)", "Status", "Destination Number"]

const headerOf = (name: string): ReadonlyArray<string> => sample(name).split("\n", 1)[0]?.split(",") ?? []

const rejections = (rows: ReadonlyArray<CallRecord.Row>) =>
  rows.filter(CallRecord.isRejected).map(({ reason, recordNumber }) => ({ recordNumber, reason }))

const isCdrIn = (row: CallRecord.Row | undefined): row is CallRecord.CdrInRecord => row?._tag === "CdrInRecord"

describe("CallRecord", () => {
  it("decode reads the sample of inbound calls", () => {
    const [answered, blank, failed, ...more] = CallRecord.decode(sample("cdr-in"))
    const absent = { sourceNumber: none, sourceNumberOut: none, sourceCountry: none, sourceNetwork: none, extra: {} }
    const prices = {
      tollFree: usd("0.000"),
      pstn: usd("0.003"),
      metered: usd("0.000"),
      cnamIn: usd("0.000"),
      total: usd("0.003")
    }
    assert.deepStrictEqual(answered, {
      _tag: "CdrInRecord",
      ...absent,
      startedAt: utc("2026-03-01T01:11:42Z"),
      connectedAt: utc("2026-03-01T01:11:43Z"),
      endedAt: utc("2026-03-01T01:12:40Z"),
      status: some("Completed"),
      source: some("4"),
      sourceName: some("John Smith"),
      destinationDid: some("97286259404"),
      duration: seconds(57),
      attempt: some(1),
      disconnectCode: some(200),
      response: some("Bye"),
      disconnectInitiator: some("Origination"),
      voiceInTrunk: some("SIP Trunk"),
      destination: some("sip:test@example.com"),
      trunkGroup: some("Trunk Group A"),
      capacityGroup: some("Shared Cap A"),
      ...prices,
      callId: some("abc123")
    })
    assert.isTrue(isCdrIn(blank))
    assert.deepStrictEqual(isCdrIn(blank) && [blank.source, blank.sourceName, blank.capacityGroup], [none, none, none])
    assert.deepStrictEqual(failed, {
      _tag: "CdrInRecord",
      ...absent,
      startedAt: utc("2026-03-03T14:23:25Z"),
      connectedAt: none,
      endedAt: none,
      status: some("Failed"),
      source: some("4"),
      sourceName: none,
      destinationDid: some("97286259407"),
      duration: seconds(0),
      attempt: some(1),
      disconnectCode: some(404),
      response: some("Not Found"),
      disconnectInitiator: some("Origination"),
      voiceInTrunk: some("SIP Trunk"),
      destination: some("sip:fail@example.com"),
      trunkGroup: some("Trunk Group A"),
      capacityGroup: none,
      ...prices,
      pstn: usd("0.000"),
      total: usd("0.000"),
      callId: none
    })
    assert.deepStrictEqual(more, [])
  })

  it("decode reads the sample of outbound calls", () => {
    const [first, second, third, ...more] = CallRecord.decode(sample("cdr-out"))
    assert.deepStrictEqual(first, {
      _tag: "CdrOutRecord",
      startedAt: utc("2026-03-01T10:00:00Z"),
      connectedAt: utc("2026-03-01T10:00:01Z"),
      endedAt: utc("2026-03-01T10:01:00Z"),
      status: some("Completed"),
      source: some("447700900000"),
      cli: some("447700900000"),
      destinationNumber: some("97286259404"),
      callDuration: seconds(59),
      billingDuration: seconds(60),
      disconnectCode: some(200),
      disconnectReason: some("Normal call clearing"),
      voiceOutTrunk: some("Voice OUT Trunk"),
      destinationCountry: some("United Kingdom"),
      network: some("BT"),
      callType: some("International"),
      rate: usd("0.010"),
      charged: usd("0.010"),
      pChargeInfo: none,
      callId: some("call-id-abc"),
      extra: {}
    })
    assert.deepStrictEqual(second?._tag === "CdrOutRecord" && second.network, some("AT&T"))
    assert.deepStrictEqual(third, {
      _tag: "CdrOutRecord",
      startedAt: utc("2026-03-03T09:15:00Z"),
      connectedAt: none,
      endedAt: none,
      status: some("Failed"),
      source: some("49301234567"),
      cli: none,
      destinationNumber: none,
      callDuration: seconds(0),
      billingDuration: none,
      disconnectCode: some(486),
      disconnectReason: some("Busy here"),
      voiceOutTrunk: some("Voice OUT Trunk"),
      destinationCountry: none,
      network: none,
      callType: some("International"),
      rate: none,
      charged: usd("0"),
      pChargeInfo: none,
      callId: some("call-id-ghi"),
      extra: {}
    })
    assert.deepStrictEqual(more, [])
  })

  it("decode reads the known columns of 2026-11-19", () => {
    const [row] = CallRecord.decode(file(
      [
        "Date/Time Start (UTC)",
        "Date/Time Connect (UTC)",
        "Date/Time End (UTC)",
        "Status",
        "Source Number",
        "Source Number Out",
        "Source Name",
        "Source Country",
        "Source Network",
        "Destination DID",
        "Caller Mood"
      ],
      ["2026-11-20 00:00:00", null, null, "Completed", "1", "2", "Ann", "Israel", "Cellcom", "3", "good"]
    ))
    assert.deepStrictEqual(
      isCdrIn(row) && [row.sourceNumber, row.sourceNumberOut, row.sourceCountry, row.sourceNetwork, row.total],
      [some("1"), some("2"), some("Israel"), some("Cellcom"), none]
    )
    assert.deepStrictEqual(isCdrIn(row) && row.extra, { "Caller Mood": "good" })
  })

  prop("decode finds columns by name, in any order", [
    FastCheck.shuffledSubarray(headerOf("cdr-in").map((_, index) => index), { minLength: 22 })
  ], ([order]) => {
    const lines = CallRecord.decode(`c\n${sample("cdr-in")}`).flatMap((row) =>
      CallRecord.isRejected(row) ? [row.cells] : []
    )
    const shuffled = lines.map((cells) => order.map((index) => cells[index] ?? null))
    assert.strictEqual(shuffled.length, 4)
    assert.deepStrictEqual(CallRecord.decode(file(...shuffled)), CallRecord.decode(sample("cdr-in")))
  })

  it("a header with the three marks of one layout has that layout, and a header with the marks of both has none", () => {
    const tags = (header: ReadonlyArray<string>) =>
      CallRecord.decode(file(header, header.map(() => null))).map(({ _tag }) => _tag)
    assert.deepStrictEqual(tags(inbound), ["CdrInRecord"])
    assert.deepStrictEqual(tags(outbound), ["CdrOutRecord"])
    for (const header of [inbound, outbound]) {
      for (const missing of header) {
        assert.deepStrictEqual(tags(header.filter((name) => name !== missing)), ["UnknownRecord"])
      }
    }
    assert.deepStrictEqual(tags([...inbound, "Destination Number"]), ["UnknownRecord"])
  })

  it("an unknown record keeps every column, and tells null from blank", () => {
    const [row] = CallRecord.decode("Time,Cost,__proto__,,Note\nnow,,x,\"\",\"a\"\"b\"\n")
    assert.deepStrictEqual(
      row?._tag === "UnknownRecord" && Object.entries(row.columns),
      [["Time", "now"], ["Cost", null], ["__proto__", "x"], ["", ""], ["Note", "a\"b"]]
    )
  })

  it("a record keeps each column of a name that stands in the header twice", () => {
    const [row] = CallRecord.decode(file(
      [...inbound, "Status", "Note", "Note", "Note #2", "Note"],
      [null, "Completed", "1", "Failed", "a", "b", "c", "d"]
    ))
    assert.deepStrictEqual(isCdrIn(row) && row.status, some("Completed"))
    assert.deepStrictEqual(isCdrIn(row) && row.extra, {
      "Status #2": "Failed",
      Note: "a",
      "Note #3": "b",
      "Note #2": "c",
      "Note #4": "d"
    })
  })

  it("decode gives no rows for an empty file, and none for a header alone", () => {
    for (const csv of ["", "\uFEFF", "a,b", "a,b\n", "\uFEFFa,b\r\n"]) {
      assert.deepStrictEqual(CallRecord.decode(csv), [])
    }
  })

  it("a cell that its column cannot hold rejects its row with the reason, and no other row", () => {
    const header = headerOf("cdr-in")
    const good = header.map(() => null)
    const bad = (name: string, cell: string) => header.map((column) => column === name ? cell : null)
    const rows = CallRecord.decode(file(
      header,
      good,
      bad("Date/Time Start (UTC)", "2026-02-30 00:00:00"),
      bad("Date/Time End (UTC)", "2026-02-28 24:00:00"),
      good,
      bad("Duration (sec)", "1.0005"),
      bad("Attempt", "first"),
      bad("Disconnect Code", "-1"),
      bad("Total (USD)", "1,5"),
      good.slice(1),
      [...good, ""],
      good
    ))
    assert.deepStrictEqual(rejections(rows), [
      { recordNumber: 2, reason: "Column \"Date/Time Start (UTC)\" must be a time such as 2026-04-16 08:00:00." },
      { recordNumber: 3, reason: "Column \"Date/Time End (UTC)\" must be a time such as 2026-04-16 08:00:00." },
      {
        recordNumber: 5,
        reason: "Column \"Duration (sec)\" must be a number of seconds such as 60, with three decimal places at most."
      },
      { recordNumber: 6, reason: "Column \"Attempt\" must be a whole number such as 200." },
      { recordNumber: 7, reason: "Column \"Disconnect Code\" must be a whole number such as 200." },
      { recordNumber: 8, reason: "Column \"Total (USD)\" must be a decimal number such as 0.010." },
      { recordNumber: 9, reason: "The record must have 22 cells, as the header has, and has 21." },
      { recordNumber: 10, reason: "The record must have 22 cells, as the header has, and has 23." }
    ])
    assert.deepStrictEqual(rows.filter(CallRecord.isRejected)[7]?.cells, [...good, ""])
    assert.deepStrictEqual(rows.filter(CallRecord.isRecord).length, 3)
  })

  it("text behind a closing quote rejects the row, whose cells stay as written", () => {
    const rows = CallRecord.decode("a,b\n\"Jo \"the\"\" boss\",2\n3,4 \"5\"\n\"6\"\r,7\n")
    assert.deepStrictEqual(rows, [
      {
        _tag: "RejectedRow",
        recordNumber: 1,
        lines: 1,
        cells: ["\"Jo \"the\"\" boss\"", "2"],
        reason: "Column \"a\" must have a comma or a line end behind its closing quote."
      },
      { _tag: "UnknownRecord", columns: { a: "3", b: "4 \"5\"" } },
      {
        _tag: "RejectedRow",
        recordNumber: 3,
        lines: 1,
        cells: ["\"6\"\r", "7"],
        reason: "Column \"a\" must have a comma or a line end behind its closing quote."
      }
    ])
  })

  const unknown = (a: string, b: string) => ({ _tag: "UnknownRecord", columns: { a, b } })
  const stray = "Column \"b\" begins with a quote that is not closed in its line."
  const strays: Record<string, readonly [csv: string, rows: ReadonlyArray<unknown>]> = {
    "the limit of a record": ["1,2\n3,\"4\n5,é6\n7,8\n9,1000000000\n", [
      unknown("1", "2"),
      { _tag: "RejectedRow", recordNumber: 2, lines: 1, cells: ["3", "\"4"], reason: stray },
      unknown("5", "é6"),
      unknown("7", "8"),
      unknown("9", "1000000000")
    ]],
    "the end of the file": ["3,\"4\n5,6", [
      { _tag: "RejectedRow", recordNumber: 1, lines: 1, cells: ["3", "\"4"], reason: stray },
      unknown("5", "6")
    ]],
    "text behind another quote": ["3,\"4\n5,\"6\"\n7,8\n", [
      { _tag: "RejectedRow", recordNumber: 1, lines: 1, cells: ["3", "\"4"], reason: stray },
      unknown("5", "6"),
      unknown("7", "8")
    ]],
    "another stray quote in another column": ["3,\"4\n5\",6\n7,8\n", [
      { _tag: "RejectedRow", recordNumber: 1, lines: 1, cells: ["3", "\"4"], reason: stray },
      unknown("5\"", "6"),
      unknown("7", "8")
    ]],
    "lines that are no records either": ["3,\"4\r\n5\r\n6,7,8\r\n9,10\r\n", [
      { _tag: "RejectedRow", recordNumber: 1, lines: 3, cells: ["3", "\"4\r\n5\r\n6,7,8"], reason: stray },
      unknown("9", "10")
    ]]
  }
  for (const [end, [csv, rows]] of Object.entries(strays)) {
    it(`decode goes on behind the line of a stray quote that takes text up to ${end}`, () => {
      assert.deepStrictEqual<unknown>(CallRecord.decode(`a,b\n${csv}`, { maxRecordBytes: 24 }), rows)
    })
  }

  it("decode goes on behind the limit of an unclosed quote whose lines are no records", () => {
    const csv = "a,b,c\n1,2,3\n3,\"4,\n5,6\n7,é8\n9,10,11\n11,12,13\n"
    assert.deepStrictEqual<unknown>(CallRecord.decode(csv, { maxRecordBytes: 12 }), [
      { _tag: "UnknownRecord", columns: { a: "1", b: "2", c: "3" } },
      {
        _tag: "RejectedRow",
        recordNumber: 2,
        lines: 3,
        // leaves out the character that the limit cuts
        cells: ["3", "\"4,\n5,6\n7,"],
        reason: "The record must end within 12 bytes; Column \"b\" begins with a quote that is not closed."
      },
      { _tag: "UnknownRecord", columns: { a: "9", b: "10", c: "11" } },
      { _tag: "UnknownRecord", columns: { a: "11", b: "12", c: "13" } }
    ])
    assert.deepStrictEqual(rejections(CallRecord.decode("a,b\n1,2\n3,\"4\n5,6,7\n")), [
      { recordNumber: 2, reason: "Column \"b\" must close its quote before the file ends." }
    ])
    assert.deepStrictEqual(rejections(CallRecord.decode("a,b\n1,23456789\n", { maxRecordBytes: 8 })), [
      { recordNumber: 1, reason: "The record must end within 8 bytes." }
    ])
  })

  it("one stray quote in 5,000 rows costs its own row", () => {
    const names = ["Ann", "Bob \"the man\" B", "C, D"]
    const lines = Array.from(
      { length: 5000 },
      (_, index) => unquotedLine(["2026-03-01 12:00:00", "Completed", String(index), names[index % 3] ?? ""])
    )
    const broken = lines.map((line, index) => index === 2000 ? line.replace(",Completed", ",\"Completed") : line)
    const rows = CallRecord.decode(unquotedLine([...inbound, "Source Name"]) + broken.join(""))
    assert.strictEqual(rows.length, 5000)
    const rejected = rows.filter(CallRecord.isRejected)
    assert.deepStrictEqual(rejected.map(({ lines, recordNumber }) => [recordNumber, lines]), [[2001, 1]])
  })

  it("a header of one column proves no record", () => {
    assert.deepStrictEqual(CallRecord.decode("a\n\"1\n2\n3").map((row) => CallRecord.isRejected(row) && row.lines), [3])
  })

  it("maxRecordBytes is at least one byte", () => {
    for (const maxRecordBytes of [0, -1, NaN]) {
      assert.deepStrictEqual(CallRecord.decode("a\n\n", { maxRecordBytes }).length, 2)
    }
  })

  it("a header that cannot be read rejects all rows", () => {
    const rows = CallRecord.decode("a,\"b\n1,2\n3,4\n5,6\n7,8", { maxRecordBytes: 10 })
    assert.deepStrictEqual(rejections(rows), [
      {
        recordNumber: 0,
        reason: "The header must end within 10 bytes; Cell 2 begins with a quote that is not closed."
      },
      { recordNumber: 1, reason: "The header could not be read, so no cell has a column." },
      { recordNumber: 2, reason: "The header could not be read, so no cell has a column." }
    ])
  })

  it("decode reads text of every kind in a known layout", () => {
    const names = ["José", "日本", "😀", "a \"b\"", "two\nlines", "\uFEFF"]
    const rows = CallRecord.decode(file([...inbound, "Source Name"], ...names.map((name) => [null, "Ü", "1", name])))
    assert.deepStrictEqual(rows.map((row) => isCdrIn(row) && row.sourceName), names.map(some))
  })
})

const { cells } = generators

// uses the public constructors, as code without a thought for speed does
const expected = {
  time: (cell: string): Option.Option<DateTime.Utc> => {
    const pattern =
      /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?: ?(?:(Z|UTC)|([+-](?:0\d|1[0-4])):?([0-5]\d)))?$/
    const [, day = "", clock = "", fraction = "0", , hours = "+00", minutes = "00"] = pattern.exec(cell) ?? []
    const civil = `${day}T${clock}.${fraction.padEnd(3, "0").slice(0, 3)}`
    return DateTime.make(`${civil}Z`).pipe(
      // an impossible day rolls over
      Option.filter((time) => DateTime.formatIso(time) === `${civil}Z`),
      Option.map((time) => {
        const offset = (Number(hours.slice(1)) * 60 + Number(minutes)) * (hours.startsWith("-") ? -1 : 1)
        return DateTime.subtract(time, { minutes: offset })
      })
    )
  },
  money: (cell: string): Option.Option<BigDecimal.BigDecimal> =>
    BigDecimal.fromString(cell).pipe(
      Option.filter(({ scale }) => Math.abs(scale) < 1000),
      // no exponent is left
      Option.map(({ scale, value }) => BigDecimal.make(value * 10n ** BigInt(Math.max(-scale, 0)), Math.max(scale, 0)))
    ),
  whole: (cell: string): Option.Option<number> =>
    Option.filter(
      Option.map(expected.money(cell), BigDecimal.unsafeToNumber),
      (value) => Number.isSafeInteger(value) && value >= 0
    ),
  seconds: (cell: string): Option.Option<Duration.Duration> =>
    Option.map(expected.money(cell), (money) => BigDecimal.unsafeToNumber(BigDecimal.multiply(money, thousand))).pipe(
      Option.filter((millis) => Number.isSafeInteger(millis) && millis >= 0),
      Option.map(Duration.millis)
    )
}

const thousand = BigDecimal.make(1000n, 0)

const typed = FastCheck.record({
  "Date/Time Start (UTC)": cells.time,
  Status: cells.text,
  "Destination DID": cells.text,
  "Duration (sec)": cells.whole,
  Attempt: cells.whole,
  "Total (USD)": cells.money,
  Note: cells.text
})

const typedFile = FastCheck.array(typed, { maxLength: 8 }).map((lines) => ({
  lines,
  csv: file(Object.keys(lines[0] ?? { a: 1 }), ...lines.map((cells) => Object.values(cells)))
}))

const isSchema = Schema.is(Schema.typeSchema(CallRecord.Row))
const encodeSchema = Schema.encodeSync(CallRecord.Row)
const decodeJson = Schema.decodeUnknownSync(Schema.parseJson(CallRecord.Row))

// texts that a file repeats: many alike, and of every kind
const repeated = FastCheck.oneof(
  FastCheck.constantFrom("Completed", "Completes", "Trunk A", "Trunk B", "José", "Josè", "a \"b\"", "a \"c\"", "a,b"),
  FastCheck.constantFrom("a\"\"b", "a\"b", "日本", "日木", "", "x".repeat(64), "x".repeat(65), `${"x".repeat(63)}y`),
  cells.text.map((cell) => cell ?? "")
)

describe("laws of call records", () => {
  prop("a row reads as if it stood alone, whatever rows stand before it", [
    FastCheck.array(FastCheck.tuple(FastCheck.array(repeated, { minLength: 3, maxLength: 3 }), FastCheck.boolean()), {
      maxLength: 40
    })
  ], ([lines]) => {
    const header = line(["Date/Time Start (UTC)", "Status", "Destination DID", "Source", "Source Name"])
    const texts = lines.map(([texts, isQuoted]) => {
      const cells = ["2026-04-16 08:00:00", ...texts, texts[0] ?? ""]
      return isQuoted ? line(cells) : unquotedLine(cells)
    })
    const rows = CallRecord.decode(header + texts.join(""))
    assert.deepStrictEqual(rows, texts.flatMap((text) => CallRecord.decode(header + text)))
  }, runs(500))

  prop("a row is a record if the public constructors accept its cells, and else a rejected row", [typedFile], (
    [{ csv, lines }]
  ) => {
    const rows = CallRecord.decode(csv)
    const text = (cell: Cell) => cell === null || cell === "" ? none : some(cell)
    assert.strictEqual(rows.length, lines.length)
    lines.forEach((cells, index) => {
      const of = <A>(cell: Cell, read: (cell: string) => Option.Option<A>) => {
        const text = (cell ?? "").trim()
        const value = text === "" ? Option.none<A>() : read(text)
        return { value, isBad: text !== "" && !text.startsWith("0000-00-00") && Option.isNone(value) }
      }
      const startedAt = of(cells["Date/Time Start (UTC)"], expected.time)
      const duration = of(cells["Duration (sec)"], expected.seconds)
      const attempt = of(cells.Attempt, expected.whole)
      const total = of(cells["Total (USD)"], expected.money)
      const row = rows[index] ?? assert.fail("a row is missing")
      if ([startedAt, duration, attempt, total].some(({ isBad }) => isBad)) {
        assert.deepInclude(row, { _tag: "RejectedRow", recordNumber: index + 1, cells: Object.values(cells) })
      } else {
        assert.deepInclude(row, {
          _tag: "CdrInRecord",
          startedAt: startedAt.value,
          status: text(cells.Status),
          destinationDid: text(cells["Destination DID"]),
          duration: duration.value,
          attempt: attempt.value,
          total: total.value,
          extra: { Note: cells.Note }
        })
      }
    })
  }, runs(2000))

  const plainText = FastCheck.constantFrom("Ann", "Jo \"the\" boss", "José", "C, D", "", "x")
  prop("a stray quote costs the line that it begins in, and no other line", [
    FastCheck.array(FastCheck.array(plainText, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 30 }),
    FastCheck.nat(),
    FastCheck.nat(3),
    FastCheck.boolean(),
    FastCheck.constantFrom(120, 65_536)
  ], ([lines, place, column, isEnded, maxRecordBytes]) => {
    const at = place % lines.length
    const texts = lines.map(unquotedLine)
    const cells = lines[at]?.map((text) => /^[a-zé]/i.test(text) && !text.includes(",") ? text : "y") ?? []
    texts[at] = `${cells.map((text, index) => index === column ? `"${text}` : text).join(",")}\n`
    const header = "a,b,c,d\n"
    const rows = CallRecord.decode(header + (isEnded ? texts.join("") : texts.join("").slice(0, -1)), {
      maxRecordBytes
    })
    assert.strictEqual(rows.length, lines.length)
    rows.forEach((row, index) => {
      if (index === at) assert.deepInclude(row, { _tag: "RejectedRow", lines: 1, recordNumber: at + 1 })
      else assert.deepStrictEqual([row], CallRecord.decode(header + (texts[index] ?? "")))
    })
  }, runs(1000))

  prop("the rows of a file take all of its lines", [
    generators.wild,
    FastCheck.oneof(FastCheck.integer({ min: 1, max: 40 }), FastCheck.constant(65_536))
  ], ([text, maxRecordBytes]) => {
    const feeds = (text: string | null) => (text ?? "").split("\n").length - 1
    // a header longer than the limit takes a part of the text
    const rows = CallRecord.decode(`a,b\n${text}`, { maxRecordBytes: Math.max(maxRecordBytes, 4) })
    const taken = rows.reduce(
      (sum, row) =>
        sum + (row._tag === "RejectedRow"
          ? row.lines
          : 1 +
            Object.values(row._tag === "UnknownRecord" ? row.columns : {}).reduce((sum, cell) => sum + feeds(cell), 0)),
      0
    )
    assert.strictEqual(taken, feeds(text) + (text === "" || text.endsWith("\n") ? 0 : 1))
  }, runs(5000))

  const columns = ["startedAt", "status", "destinationDid", "duration", "attempt", "total", "source", "extra"] as const

  prop("a list of columns gives the rows of all columns, without the other fields", [
    typedFile,
    FastCheck.subarray([...columns])
  ], ([{ csv }, listed]) => {
    const kept: ReadonlySet<string> = new Set(["_tag", ...listed])
    const expected = CallRecord.decode(csv).map((row) =>
      row._tag !== "CdrInRecord" ? row : Object.fromEntries(
        Object.entries(row).map((
          [key, value]
        ) => [key, kept.has(key) ? value : key === "extra" ? {} : none])
      )
    )
    assert.deepStrictEqual<unknown>(CallRecord.decode(csv, { columns: listed }), expected)
  }, runs(1000))

  it("a list of columns rejects the same rows for the same reason", () => {
    const csv = [sample("cdr-in"), sample("cdr-out")].map((text) => {
      const [header = "", ...lines] = text.trimEnd().split("\n")
      const width = header.split(",").length
      // each column in turn has a cell that only a text can hold
      const spoiled = Array.from(
        { length: width },
        (_, index) => Array.from({ length: width }, (_, at) => at < index ? "" : "x")
      )
      return [header, ...lines, ...spoiled.map((cells) => cells.join(","))].join("\n")
    })
    for (const text of csv) {
      const all = CallRecord.decode(text)
      for (const listed of [[], ["attempt", "callDuration", "status"], ["total", "charged"]] as const) {
        assert.deepStrictEqual(rejections(CallRecord.decode(text, { columns: listed })), rejections(all))
      }
      assert.isAbove(rejections(all).length, 10)
    }
  })

  it("an unknown layout has all its columns, whatever the list says", () => {
    const csv = "Reference,Fee\na,0.1\n"
    assert.deepStrictEqual(CallRecord.decode(csv, { columns: ["total"] }), CallRecord.decode(csv))
  })

  prop("a row has the schema's type, and survives JSON", [typedFile], ([{ csv }]) => {
    for (const row of CallRecord.decode(csv)) {
      assert.isTrue(isSchema(row))
      assert.deepStrictEqual(CallRecord.encode(row), encodeSchema(row))
      assert.deepStrictEqual(decodeJson(JSON.stringify(CallRecord.encode(row))), row)
    }
  }, runs(500))

  prop("encode gives what the schema's encoding gives", [arbitraryOf(CallRecord.Row)], (
    [row]
  ) => {
    assert.deepStrictEqual(CallRecord.encode(row), encodeSchema(row))
  }, runs(500))

  prop("toLine gives what encode gives, without nulls and without an empty extra", [arbitraryOf(CallRecord.Row)], (
    [row]
  ) => {
    const line = CallRecord.toLine(row)
    assert.isFalse(line.includes("\n"))
    const { extra = {}, ...given } = JSON.parse(line)
    const encoded: Record<string, unknown> = { extra: {}, ...CallRecord.encode(row) }
    const known = row._tag === "CdrInRecord" || row._tag === "CdrOutRecord"
    assert.deepStrictEqual(
      { ...given, extra },
      known ? Object.fromEntries(Object.entries(encoded).filter(([, value]) => value !== null)) : encoded
    )
    assert.strictEqual("extra" in JSON.parse(line), known && Object.keys(row.extra).length > 0)
    assert.deepStrictEqual(decodeJson(line), decodeJson(JSON.stringify(encoded)))
  }, runs(500))

  it("money in JSON keeps its zeros, and never gets an exponent", () => {
    const encode = Schema.encodeSync(CallRecord.Money)
    const decode = Schema.decodeUnknownOption(CallRecord.Money)
    for (
      const text of ["0", "0.000", "0.010", "-0.01", "-12.50", "123456789012345678901234567890", `0.${"0".repeat(30)}1`]
    ) {
      assert.deepStrictEqual(Option.map(decode(text), encode), some(text))
    }
    assert.strictEqual(encode(BigDecimal.make(-12n, -3)), "-12000")
    for (const text of ["", ".", "-", "e3", "1e", "1e1000", "1,5", " 1", "0x10"]) {
      assert.deepStrictEqual(decode(text), none, text)
    }
  })

  const exact: Record<string, Readonly<Record<string, readonly [name: keyof CallRecord.CdrInRecord, value: unknown]>>> =
    {
      "Total (USD)": {
        "1e-05": ["total", usd("0.00001")],
        "1E-05": ["total", usd("0.00001")],
        ".003": ["total", usd("0.003")],
        "-.003": ["total", usd("-0.003")],
        "1.": ["total", some(BigDecimal.make(1n, 0))],
        "+0.010": ["total", usd("0.010")],
        "1.5e+03": ["total", some(BigDecimal.make(1500n, 0))],
        " 0.010 ": ["total", usd("0.010")],
        "\u00a00.010\t": ["total", usd("0.010")],
        "  ": ["total", none]
      },
      "Duration (sec)": {
        "57.0": ["duration", seconds(57)],
        "57.250": ["duration", seconds(57.25)],
        "1.001": ["duration", some(Duration.millis(1001))],
        "5.7e1": ["duration", seconds(57)],
        "+57": ["duration", seconds(57)],
        " 57": ["duration", seconds(57)],
        "0000000000000057": ["duration", seconds(57)],
        " ": ["duration", none]
      },
      "Attempt": {
        "1.0": ["attempt", some(1)],
        " 2 ": ["attempt", some(2)],
        "9007199254740991": ["attempt", some(Number.MAX_SAFE_INTEGER)]
      },
      "Disconnect Code": { "200.00": ["disconnectCode", some(200)] },
      "Date/Time Connect (UTC)": {
        "0000-00-00 00:00:00": ["connectedAt", none],
        "0000-00-00T00:00:00.000Z": ["connectedAt", none],
        "0000-00-00": ["connectedAt", none],
        " 2026-03-01 01:11:43": ["connectedAt", utc("2026-03-01T01:11:43Z")],
        "2026-03-01T01:11:43Z ": ["connectedAt", utc("2026-03-01T01:11:43Z")],
        "": ["connectedAt", none]
      }
    }
  for (const [column, cells] of Object.entries(exact)) {
    for (const [cell, [key, value]] of Object.entries(cells)) {
      it(`decode reads ${JSON.stringify(cell)} in the column ${column}`, () => {
        const header = headerOf("cdr-in")
        const [row] = CallRecord.decode(file(header, header.map((name) => name === column ? cell : null)))
        const record = isCdrIn(row) ? row : assert.fail(JSON.stringify(row))
        assert.deepStrictEqual(record[key], value)
        assert.deepStrictEqual(decodeJson(JSON.stringify(CallRecord.encode(record))), record)
      })
    }
  }

  it("a line of JSON can leave out a field that is none", () => {
    const row = decodeJson(`{"_tag":"CdrOutRecord","charged":"1.50","callDuration":1.5,"rate":null,"extra":{}}`)
    assert.deepStrictEqual(row._tag === "CdrOutRecord" && [row.charged, row.callDuration, row.rate, row.callId], [
      usd("1.50"),
      seconds(1.5),
      none,
      none
    ])
  })

  prop("a time equals the same time made by DateTime", [
    FastCheck.date({ noInvalidDate: true, min: new Date("0000-01-01"), max: new Date("9999-12-31") })
  ], ([date]) => {
    const text = date.toISOString().slice(0, 19)
    const [row] = CallRecord.decode(file(inbound, [text.replace("T", " "), null, null]))
    const actual = isCdrIn(row) ? Option.getOrThrow(row.startedAt) : assert.fail("no record")
    const expected = DateTime.unsafeMake(`${text}Z`)
    assert.isTrue(Equal.equals(actual, expected) && Equal.equals(expected, actual))
    assert.strictEqual(Hash.hash(actual), Hash.hash(expected))
    assert.deepStrictEqual(DateTime.toPartsUtc(actual), DateTime.toPartsUtc(expected))
    assert.strictEqual(JSON.stringify(actual), JSON.stringify(expected))
    assert.isTrue(Equal.equals(DateTime.add(actual, { months: 1 }), DateTime.add(expected, { months: 1 })))
  })

  it("sums of decoded rows equal sums of the integers that made the rows", () => {
    const count = Number(process.env.ROWS ?? 20_000)
    const encoder = new TextEncoder()
    const decoder = Protocol.decoder()
    let state = 1
    const next = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below
    const zeros = (value: number, width: number) => String(value).padStart(width, "0")
    let seconds = 0
    let thousandths = 0
    let millionths = 0n
    let rows = 0
    let actualSeconds = 0
    let actual = BigDecimal.make(0n, 0)
    let actualPstn = BigDecimal.make(0n, 0)
    const see = (seen: ReadonlyArray<CallRecord.Row>) => {
      for (const row of seen) {
        const record = isCdrIn(row) ? row : assert.fail("not a record")
        rows++
        actualSeconds += Option.match(record.duration, { onNone: () => 0, onSome: Duration.toSeconds })
        actual = BigDecimal.sum(actual, Option.getOrThrow(record.total))
        actualPstn = BigDecimal.sum(actualPstn, Option.getOrThrow(record.pstn))
      }
    }
    see(decoder.push(encoder.encode(line([...inbound, "Duration (sec)", "Total (USD)", "PSTN (USD)", "Source Name"]))))
    for (let made = 0; made < count;) {
      let csv = ""
      for (const end = Math.min(count, made + 500); made < end; made++) {
        const duration = next(10_000)
        const total = next(2_000_000)
        const pstn = BigInt(next(2_000_000_000)) * BigInt(next(2_000_000_000))
        seconds += duration
        thousandths += total
        millionths += pstn
        const digits = pstn.toString().padStart(7, "0")
        csv += `2026-03-${zeros(1 + next(31), 2)} 12:00:00,Completed,1,${duration},${Math.floor(total / 1000)}.${
          zeros(total % 1000, 3)
        },${digits.slice(0, -6)}.${digits.slice(-6)},${next(3) === 0 ? "\"a, \"\"é\"\"\n\"" : ""}\n`
      }
      see(decoder.push(encoder.encode(csv)))
    }
    see(decoder.end())
    assert.strictEqual(rows, count)
    assert.strictEqual(actualSeconds, seconds)
    assert.isTrue(Equal.equals(actual, BigDecimal.make(BigInt(thousandths), 3)))
    assert.isTrue(Equal.equals(actualPstn, BigDecimal.make(millionths, 6)))
  })
})

const text = (text: string) => new TextEncoder().encode(text)

describe("a file that holds something else", () => {
  const noText: Record<string, Uint8Array> = {
    "another gzip": new Uint8Array(gzipSync(sample("cdr-in"))),
    "another gzip whose first line is too long": Uint8Array.of(0x1f, 0x8b, ...new Uint8Array(70_000).fill(65)),
    "a control byte in its header": text("a\u0000b,c\n1,2\n"),
    "a C1 control in its header": text("a\u0085b,c\n1,2\n"),
    "bytes that are not UTF-8 in its header": Uint8Array.of(0x61, 0xe9, 0x2c, 0x62, 0x0a, 0x31, 0x2c, 0x32, 0x0a),
    "UTF-16": new Uint8Array(Buffer.from("\uFEFFa,b\n1,2\n", "utf16le"))
  }
  const noColumn: Record<string, readonly [CallRecord.DecodeOptions["exportType"], Uint8Array]> = {
    "an HTML page in place of inbound calls": ["cdr_in", text("<html>\n<body>gone</body>\n")],
    "messages in place of outbound calls": ["cdr_out", text("Time,Body\nnow,hi\n")]
  }
  const foreign = [
    ...Object.entries(noText).map(([name, csv]) => [name, csv, undefined] as const),
    ...Object.entries(noColumn).map(([name, [exportType, csv]]) => [name, csv, exportType] as const)
  ]
  for (const [name, csv, exportType] of foreign) {
    it(`decode gives rejected rows only for ${name}`, () => {
      const rows = CallRecord.decode(csv, { exportType })
      assert.isNotEmpty(rows)
      assert.isTrue(rows.every(CallRecord.isRejected))
      assert.match(rejections(rows)[0]?.reason ?? "", /^The header must (be text|have a column of cdr_(in|out)), and/)
    })

    for (const size of [1, 100_000]) {
      it.effect(`decodeStream fails with CorruptArchive and gives no row for ${name}, in chunks of ${size}`, () =>
        Effect.gen(function*() {
          const parts = Array.from(
            { length: Math.ceil(csv.length / size) },
            (_, index) => csv.subarray(index * size, (index + 1) * size)
          )
          const seen: Array<CallRecord.Row> = []
          const failure = yield* Stream.fromIterable(parts).pipe(
            CallRecord.decodeStream({ exportType }),
            Stream.runForEach((row) => Effect.sync(() => seen.push(row))),
            Effect.flip
          )
          assert.deepInclude(failure, { _tag: "CorruptArchive", reason: "content", rows: 0 })
          assert.deepStrictEqual(seen, [])
        }))
    }
  }

  it("text of an unknown layout is no such file", () => {
    const unknown = text("<html>\nTab\there\n")
    for (const exportType of [undefined, "sms_in", "sms_out", "unknown"] as const) {
      assert.deepStrictEqual(CallRecord.decode(unknown, { exportType }).map(({ _tag }) => _tag), ["UnknownRecord"])
    }
    const some = text("Call ID,Other\n1,2\n")
    assert.deepStrictEqual(CallRecord.decode(some, { exportType: "cdr_in" }).map(({ _tag }) => _tag), ["UnknownRecord"])
    assert.deepStrictEqual(CallRecord.decode(sample("cdr-in"), { exportType: "cdr_in" }).length, 3)
    assert.deepStrictEqual(CallRecord.decode("", { exportType: "cdr_in" }), [])
  })
})

describe("decodeStream", () => {
  const bytes = new TextEncoder().encode(sample("cdr-in"))
  const chunks = (size: number) =>
    Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, index) => bytes.subarray(index * size, (index + 1) * size)
    )

  it.effect("decodeStream gives the rows of decode, whatever the chunks", () =>
    Effect.gen(function*() {
      for (const size of [1, 100, 1000]) {
        const rows = yield* Stream.fromIterable(chunks(size)).pipe(CallRecord.decodeStream(), Stream.runCollect)
        assert.deepStrictEqual(Chunk.toReadonlyArray(rows), CallRecord.decode(bytes))
      }
    }))

  it.effect("decodeStream gives one chunk of rows for each chunk of bytes, and starts anew on each run", () =>
    Effect.gen(function*() {
      const stream = CallRecord.decodeStream(Stream.fromIterable(chunks(600)), { maxRecordBytes: 600 })
      for (const _ of [1, 2]) {
        const seen = yield* Stream.runCollect(Stream.chunks(stream))
        assert.deepStrictEqual(Chunk.toReadonlyArray(seen).map(Chunk.size).filter((size) => size > 0), [1, 2])
      }
    }))

  it.effect("decodeStream gives the rows before a failure, then the failure", () =>
    Effect.gen(function*() {
      const seen: Array<CallRecord.Row> = []
      const failure = yield* Stream.make(bytes.subarray(0, 800)).pipe(
        Stream.concat(Stream.fail("cut")),
        CallRecord.decodeStream(),
        Stream.runForEach((row) => Effect.sync(() => seen.push(row))),
        Effect.flip
      )
      assert.strictEqual(failure, "cut")
      assert.deepStrictEqual(seen, CallRecord.decode(bytes).slice(0, 2))
    }))
})
