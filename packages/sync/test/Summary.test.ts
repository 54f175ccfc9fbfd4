import { CallRecord } from "@effect-didww/core"
import { Archive } from "@effect-didww/simulator"
import { Summary } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, DateTime, Duration, Effect, Either, FastCheck, Option, Schema, Stream } from "effect"

const csv = (options: Archive.Options): string => Array.from(Archive.csv(Archive.make(options))).join("")

const rowsOf = (options: Archive.Options): ReadonlyArray<CallRecord.Row> => CallRecord.decode(csv(options))

const inbound = rowsOf({ exportType: "cdr_in", rows: 700, seed: 1, badRows: 0.05 })
const outbound = rowsOf({ exportType: "cdr_out", rows: 700, seed: 2, badRows: 0.05 })
const newest = rowsOf({ exportType: "cdr_in", apiVersion: "2026-11-19", rows: 200, seed: 3 })
const messages = rowsOf({ exportType: "sms_in", rows: 100, seed: 4 })
const mixed = [...inbound, ...outbound, ...newest, ...messages]

const zoneOf = DateTime.zoneUnsafeMakeNamed
const usd = BigDecimal.unsafeFromString
const text = Schema.encodeSync(CallRecord.Money)

const inputs = FastCheck.record({
  by: FastCheck.uniqueArray(FastCheck.constantFrom(...Summary.dimensions), { maxLength: 3 }),
  zone: FastCheck.constantFrom(undefined, zoneOf("Europe/Berlin"), zoneOf("Australia/Lord_Howe")),
  increment: FastCheck.constantFrom(undefined, "6 seconds" as const, "1 minute" as const),
  minimum: FastCheck.constantFrom(undefined, "30 seconds" as const)
})

const subsets = FastCheck.subarray(mixed, { maxLength: 60 })

const law = <A extends Array<unknown>>(
  arbitraries: readonly [...{ [I in keyof A]: FastCheck.Arbitrary<A[I]> }],
  holds: (...values: A) => void
): void =>
  FastCheck.assert(FastCheck.property(FastCheck.tuple<A>(...arbitraries), (values) => holds(...values)), {
    numRuns: Number(process.env.RUNS ?? 100)
  })

const merged = (...summaries: readonly [Summary.Summary, ...Array<Summary.Summary>]): Summary.Summary =>
  summaries.slice(1).reduce((sum, next) => Either.getOrThrow(Summary.merge(sum, next)), summaries[0])

/** The specification: each number by itself, from the objects of Effect. */
const naive = (rows: ReadonlyArray<CallRecord.Row>, increment: number) => {
  const groups = new Map<string, { calls: number; answered: number; seconds: number; rounded: number; usd: bigint }>()
  for (const row of rows) {
    if (row._tag !== "CdrInRecord" && row._tag !== "CdrOutRecord") continue
    const trunk = Option.getOrElse(row._tag === "CdrInRecord" ? row.voiceInTrunk : row.voiceOutTrunk, () => "-")
    const date = Option.match(row.startedAt, { onNone: () => "-", onSome: DateTime.formatIsoDate })
    const name = `${trunk} ${date}`
    const group = groups.get(name) ?? { calls: 0, answered: 0, seconds: 0, rounded: 0, usd: 0n }
    groups.set(name, group)
    const seconds = row._tag === "CdrOutRecord" || Option.isSome(row.duration)
      ? Option.match(row._tag === "CdrInRecord" ? row.duration : row.callDuration, {
        onNone: () => 0,
        onSome: Duration.toSeconds
      })
      : Option.match(Option.all([row.connectedAt, row.endedAt]), {
        onNone: () => 0,
        onSome: ([from, to]) => Duration.toSeconds(DateTime.distanceDuration(from, to))
      })
    group.calls++
    if (Option.isSome(row.connectedAt)) group.answered++
    group.seconds += seconds
    group.rounded += Math.ceil(seconds / increment) * increment
    group.usd += Option.match(row._tag === "CdrInRecord" ? row.total : row.charged, {
      onNone: () => 0n,
      onSome: (money) => BigDecimal.scale(money, 3).value
    })
  }
  return groups
}

describe("Summary", () => {
  it("a summary equals sums that are made one by one", () => {
    const summary = Summary.fromRows(mixed, { by: ["trunk", "date"], increment: "1 minute" })
    const found = summary.groups.map(({ answered, calls, key, money, rounded, seconds }) => {
      const amounts = Object.values(money).map((amount) => BigDecimal.scale(amount, 3).value)
      return [`${key.trunk ?? "-"} ${key.date ?? "-"}`, {
        calls,
        answered,
        seconds: BigDecimal.unsafeToNumber(seconds),
        rounded: BigDecimal.unsafeToNumber(rounded),
        usd: amounts.reduce((sum, amount) => sum + amount, 0n)
      }]
    })
    assert.isAbove(found.length, 100)
    assert.deepStrictEqual(Object.fromEntries(found), Object.fromEntries(naive(mixed, 60)))
  })

  it("a summary has the simulator's sums of money", () => {
    const archive = Archive.make({ exportType: "cdr_in", rows: 5000, seed: 7, badRows: 0.01 })
    const { bad, money, rows } = Archive.totals(archive)
    const summary = Summary.fromRows(CallRecord.decode(Array.from(Archive.csv(archive)).join("")), {
      by: ["disconnectCode"],
      money: ["tollFree", "pstn", "metered", "cnamIn", "total"]
    })
    const total = Summary.total(summary)
    assert.strictEqual(summary.rejected, bad)
    assert.strictEqual(total.calls, rows - bad)
    assert.deepStrictEqual(
      Object.values(total.money).map(({ scale, value }) => [value, scale]),
      Object.values(money).map((thousandths) => [thousandths, 3])
    )
  })

  it("empty changes nothing, and the order of a merge does not matter", () => {
    law([inputs, subsets, subsets, subsets], (input, ...parts) => {
      const [a, b, c] = parts.map((rows) => Summary.fromRows(rows, input)) as [
        Summary.Summary,
        Summary.Summary,
        Summary.Summary
      ]
      const empty = Summary.empty(input)
      assert.deepStrictEqual(merged(a, empty), a)
      assert.deepStrictEqual(merged(empty, a), a)
      assert.deepStrictEqual(merged(a, b), merged(b, a))
      assert.deepStrictEqual(merged(merged(a, b), c), merged(a, merged(b, c)))
      assert.deepStrictEqual(merged(a, b, c), Summary.fromRows(parts.flat(), input))
      assert.deepStrictEqual(Summary.add(a, parts[1]), merged(a, b))
    })
  })

  it("rollUp gives the summary by fewer dimensions", () => {
    law([inputs, subsets, FastCheck.infiniteStream(FastCheck.boolean())], (input, rows, choice) => {
      const by = input.by.filter(() => choice.next().value === true).toReversed()
      assert.deepStrictEqual(
        Summary.rollUp(Summary.fromRows(rows, input), by),
        Summary.fromRows(rows, { ...input, by })
      )
    })
  })

  it("a summary survives JSON", () => {
    const codec = Schema.parseJson(Summary.Summary)
    law([inputs, subsets], (input, rows) => {
      const summary = Summary.fromRows(rows, input)
      assert.deepStrictEqual(Schema.decodeSync(codec)(Schema.encodeSync(codec)(summary)), summary)
    })
  })

  it("JSON of a summary is readable", () => {
    const summary = Summary.fromRows(inbound.slice(0, 40), {
      by: ["type", "disconnectCode"],
      increment: "1 minute"
    })
    assert.deepStrictEqual(Schema.encodeSync(Summary.Summary)(Summary.rollUp(summary, ["type"])), {
      options: { by: ["type"], zone: "UTC", money: ["total", "charged"], increment: 60_000 },
      groups: [{
        key: { type: "cdr_in" },
        calls: 38,
        answered: 35,
        seconds: "9439",
        rounded: "10380",
        money: { total: "0.816" }
      }],
      unknown: 0,
      rejected: 2,
      rejectedLines: 2
    })
  })

  it("summaries of different options do not merge", () => {
    const berlin = Summary.empty({ by: ["date"], zone: zoneOf("Europe/Berlin") })
    const refused = Either.flip(Summary.merge(berlin, Summary.empty({ by: ["month"] })))
    assert.deepStrictEqual(Either.getOrThrow(refused).options, ["by", "zone"])
    assert.strictEqual(
      Either.getOrThrow(refused).message,
      "The summaries differ in by and zone. Merge summaries of the same options."
    )
    assert.isTrue(
      Either.isLeft(Summary.merge(Summary.empty({ increment: "1 minute" }), Summary.empty({ increment: 6000 })))
    )
  })

  it.effect("a sink summarizes a stream as often as it runs", () =>
    Effect.gen(function*() {
      const input: Summary.Input = { by: ["country"] }
      const sink = Summary.sink(input)
      const expected = Summary.fromRows(mixed, input)
      for (let run = 0; run < 2; run++) {
        const summary = yield* Stream.run(Stream.rechunk(Stream.fromIterable(mixed), 100), sink)
        assert.deepStrictEqual(summary, expected)
      }
    }))

  it("a summary of the decoded columns is the summary of all columns", () => {
    for (const [exportType, seed] of [["cdr_in", 1], ["cdr_out", 2], ["cdr_in", 3]] as const) {
      const text = csv({ exportType, seed, rows: 100, badRows: 0.2, ...(seed === 3 && { apiVersion: "2026-11-19" }) })
      const rows = CallRecord.decode(text)
      law([inputs], (input) => {
        const decoded = CallRecord.decode(text, { columns: Summary.columns(input) })
        assert.deepStrictEqual(Summary.fromRows(decoded, input), Summary.fromRows(rows, input))
      })
    }
  })

  it("messages are counted as unknown, and rejected rows with their lines", () => {
    const header = "Date/Time Start (UTC),Status,Destination DID,Total (USD)\n"
    const rejected = CallRecord.decode(`${header}2026-10-01 00:00:00,ok,1,x\n2026-10-01 00:00:00,"a\nb",1\n`)
    const summary = Summary.fromRows([...messages, ...rejected], { by: ["date"] })
    const { groups, rejected: count, rejectedLines, unknown } = summary
    assert.deepStrictEqual({ groups, unknown, count, rejectedLines }, {
      groups: [],
      unknown: 100,
      count: 2,
      rejectedLines: 3
    })
    assert.deepStrictEqual(Summary.total(summary).money, {})
  })

  const call = (fields: Partial<CallRecord.CdrInRecord>): CallRecord.Row => ({
    ...(CallRecord.decode("Date/Time Start (UTC),Status,Destination DID\n,,\n")[0] as CallRecord.CdrInRecord),
    ...fields
  })

  it("dates, months and hours are those of the zone, also where the clock goes back", () => {
    const rows = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-31T23:30:00Z"].map((text) =>
      call({ startedAt: Option.some(DateTime.unsafeMake(text)) })
    )
    const keys = (zone: string) =>
      Summary.fromRows([...rows, call({})], { by: ["month", "date", "hour"], zone: zoneOf(zone) }).groups.map((
        { key }
      ) => [key.month, key.date, key.hour])
    assert.deepStrictEqual(keys("Europe/Berlin"), [
      ["2026-10", "2026-10-25", "2026-10-25T02:00+01:00"],
      ["2026-10", "2026-10-25", "2026-10-25T02:00+02:00"],
      ["2026-11", "2026-11-01", "2026-11-01T00:00+01:00"],
      [null, null, null]
    ])
    assert.deepStrictEqual(keys("UTC").slice(0, 2), [
      ["2026-10", "2026-10-25", "2026-10-25T00:00Z"],
      ["2026-10", "2026-10-25", "2026-10-25T01:00Z"]
    ])
  })

  it("a duration is rounded up for each call, and no duration stays none", () => {
    const durations = [0, 1, 29, 30, 36, 60, 61].map((seconds) =>
      call({ duration: Option.some(Duration.seconds(seconds)) })
    )
    const rounded = (input: Summary.Input) =>
      text(Summary.total(Summary.fromRows([...durations, call({})], input)).rounded)
    assert.strictEqual(rounded({}), "217")
    assert.strictEqual(rounded({ increment: "1 minute" }), String(5 * 60 + 120))
    assert.strictEqual(rounded({ increment: "6 seconds", minimum: "30 seconds" }), String(3 * 30 + 36 + 60 + 66))
    assert.strictEqual(rounded({ minimum: "1 minute" }), String(5 * 60 + 61))
  })

  it("sums are exact beyond the exact numbers of JavaScript", () => {
    const amounts = ["9007199254740993", "0.000000000000000001", "-1e20", "0.10", "1e20"]
    const lengths = [
      Duration.millis(Number.MAX_SAFE_INTEGER),
      Duration.millis(Number.MAX_SAFE_INTEGER),
      Duration.nanos(1n)
    ]
    const rows = [
      ...amounts.map((amount) => call({ total: Option.some(usd(amount)) })),
      ...lengths.map((length) => call({ duration: Option.some(length) }))
    ]
    const { money, seconds } = Summary.total(Summary.fromRows(rows))
    assert.strictEqual(text(money.total ?? usd("0")), "9007199254740993.100000000000000001")
    assert.strictEqual(text(seconds), "18014398509481.982000001")
  })

  it("ASR and ACD are none without calls, and minutes are 0", () => {
    const { acd, asr, minutes } = Summary
    const none = Summary.total(Summary.empty())
    assert.deepStrictEqual([asr(none), acd(none), minutes(none)], [Option.none(), Option.none(), 0])
    const answered = call({
      connectedAt: Option.some(DateTime.unsafeMake(0)),
      duration: Option.some(Duration.seconds(90))
    })
    const half = Summary.total(Summary.fromRows([answered, call({})], { increment: "1 minute" }))
    assert.deepStrictEqual([asr(half), acd(half), minutes(half)], [Option.some(0.5), Option.some(90), 2])
  })

  it("the date of each call equals Effect's, in any zone and year", () => {
    const zones = ["Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Africa/Monrovia"]
    const seconds = FastCheck.array(FastCheck.integer({ min: -(2 ** 31), max: 2 ** 31 }), { minLength: 1 })
    law(
      [seconds, FastCheck.integer({ min: 0, max: 86_400 }), FastCheck.constantFrom(...zones)],
      (starts, after, name) => {
        const zone = zoneOf(name)
        const times = starts.flatMap((start) => [start, start + after]).map((second) =>
          DateTime.unsafeMake(second * 1000)
        )
        const rows = times.map((time) => call({ startedAt: Option.some(time) }))
        const dates = Summary.fromRows(rows, { by: ["date"], zone }).groups.map(({ key }) => key.date)
        const expected = new Set(times.map((time) => DateTime.formatIsoDate(DateTime.setZone(time, zone))))
        assert.deepStrictEqual(dates, Array.from(expected).toSorted())
      }
    )
  })

  it("the columns of a summary are those that it reads", () => {
    assert.deepStrictEqual(Summary.columns({ by: ["trunk", "date"] }).toSorted(), [
      "callDuration",
      "charged",
      "connectedAt",
      "duration",
      "endedAt",
      "startedAt",
      "total",
      "voiceInTrunk",
      "voiceOutTrunk"
    ])
  })
})
