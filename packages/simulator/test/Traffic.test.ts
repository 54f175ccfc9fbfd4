import { Account, Archive, Traffic } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "./csv.js"
import { FastCheck, prop } from "./property.js"

const hour = 3_600_000
const day = 24 * hour
const october = { from: Date.UTC(2026, 9), to: Date.UTC(2026, 10) }

const exportTypes = ["cdr_in", "cdr_out", "sms_in", "sms_out"] as const

const timeFields = ["start", "connect", "end"] as const

const traffics = FastCheck.record({
  seed: FastCheck.integer(),
  callsPerDay: FastCheck.nat(60),
  timeField: FastCheck.constantFrom(...timeFields),
  recordedAfter: FastCheck.constantFrom<Traffic.Options["recordedAfter"]>(
    "1 minute",
    (random) => `${random * 40} hours`
  )
})

/** Periods within four days whose borders are full hours, where some calls start and end. */
const periods = FastCheck.tuple(FastCheck.nat(95), FastCheck.nat(95)).map(([one, another]) => ({
  from: october.from + Math.min(one, another) * hour,
  to: october.from + (Math.max(one, another) + 1) * hour
}))

const cases = FastCheck.record({
  options: traffics,
  exportType: FastCheck.constantFrom(...exportTypes),
  one: periods,
  another: periods
})

/** The lines of the archive's CSV without the header, each as one text. */
const lines = (options: Archive.Options): ReadonlyArray<string> =>
  parse(Array.from(Archive.csv(Archive.make(options))).join("")).slice(1).map((line) => JSON.stringify(line))

/** A time as filters have it. */
const text = (millis: number) => new Date(millis).toISOString().slice(0, 19).replace("T", " ")

const sorted = (lines: Iterable<string>): ReadonlyArray<string> => Array.from(lines).sort()

const idsOf = (calls: Iterable<Traffic.Call>): ReadonlyArray<string> =>
  Array.from(calls, ({ attempt, id }) => `${id} ${attempt}`)

/** The time that decides the period, by the words of the documentation. */
const timeOf = (call: Traffic.Call, field: (typeof timeFields)[number]): number =>
  (field === "start" ? undefined : field === "connect" ? call.connectedAt : call.endedAt) ?? call.startedAt

describe("Traffic", () => {
  prop(
    "archives of periods that overlap agree on the calls of both",
    cases,
    ({ another, exportType, one, options }) => {
      const traffic = Traffic.make(options)
      const both = { from: Math.max(one.from, another.from), to: Math.min(one.to, another.to) }
      const within = new Set(lines({ traffic, exportType, ...both }))
      const outside = (period: typeof one) =>
        new Set(
          lines({ traffic, exportType, from: period.from, to: Math.min(period.to, both.from) }).concat(
            lines({ traffic, exportType, from: Math.max(period.from, both.to), to: period.to })
          )
        )
      for (const period of [one, another].filter(() => both.from < both.to)) {
        const whole = lines({ traffic, exportType, ...period })
        assert.deepStrictEqual(sorted(whole), sorted([...within, ...outside(period)]))
      }
    }
  )

  it("a month's archive has the rows of its days' archives, whichever time decides", () => {
    for (const timeField of timeFields) {
      for (const exportType of exportTypes) {
        const traffic = Traffic.make({ seed: 7, callsPerDay: 40, timeField })
        const days = Array.from({ length: 31 }, (_, index) => ({
          from: october.from + index * day,
          to: october.from + (index + 1) * day
        }))
        const month = lines({ traffic, exportType, ...october })
        assert.deepStrictEqual(
          sorted(month),
          sorted(days.flatMap((period) => lines({ traffic, exportType, ...period })))
        )
        assert.strictEqual(new Set(month).size, month.length)
      }
    }
  })

  prop("an archive has the calls whose time lies in its period", cases, ({ exportType, one, options }) => {
    const traffic = Traffic.make(options)
    const all = Array.from(Traffic.calls(traffic, { exportType, from: october.from - day, to: october.from + 6 * day }))
    const expected = all.filter((call) => {
      const at = timeOf(call, options.timeField)
      return at >= one.from && at < one.to
    })
    assert.deepStrictEqual(idsOf(Traffic.calls(traffic, { exportType, ...one })), idsOf(expected))
  })

  it("every hour has its calls, however long they take, and an unanswered call counts by its start", () => {
    for (const timeField of timeFields) {
      const traffic = Traffic.make({ callsPerDay: 6000, timeField })
      const selection = { exportType: "cdr_in", from: october.from - day, to: october.from + 5 * day }
      const hours = new Map<number, Array<Traffic.Call>>()
      for (const call of Traffic.calls(traffic, selection)) {
        const at = Math.floor(timeOf(call, timeField) / hour)
        const calls = hours.get(at)
        if (calls === undefined) hours.set(at, [call])
        else calls.push(call)
      }
      for (let from = october.from; from < selection.to; from = from + hour) {
        const calls = Traffic.calls(traffic, { ...selection, from, to: from + hour })
        assert.deepStrictEqual(idsOf(calls), idsOf(hours.get(from / hour) ?? []))
      }
    }
  })

  prop(
    "an archive has the calls that are recorded when its export is created",
    cases,
    ({ another, exportType, one, options }) => {
      const traffic = Traffic.make(options)
      const selection = { exportType, ...one }
      const expected = Array.from(Traffic.calls(traffic, selection)).filter(({ recordedAt }) =>
        recordedAt <= another.to
      )
      assert.deepStrictEqual(idsOf(Traffic.calls(traffic, { ...selection, recordedBy: another.to })), idsOf(expected))
      const [stored] = Account.generate({ size: 1 }).exports
      const filters = { from: text(one.from), to: text(one.to) }
      const archive = Archive.fromExport({ ...stored!, exportType, createdAt: another.to, filters }, { traffic })
      assert.strictEqual(archive.rowCount, expected.length)
      assert.lengthOf(Array.from(Archive.rows(archive)), expected.length)
    }
  )

  prop("the totals are the sums over the CSV", cases, ({ exportType, one, options }) => {
    const traffic = Traffic.make(options)
    const { money, rows, seconds } = Traffic.totals(traffic, { exportType, ...one })
    const [header, ...records] = parse(Array.from(Archive.csv(Archive.make({ traffic, exportType, ...one }))).join(""))
    const sum = (column: string, unit: number) => {
      const index = header!.indexOf(column)
      return records.reduce((sum, cells) => sum + Math.round(Number(cells[index] ?? 0) * unit), 0)
    }
    assert.strictEqual(rows, records.length)
    assert.strictEqual(
      seconds,
      exportType === "cdr_in" ? sum("Duration (sec)", 1) : exportType === "cdr_out" ? sum("Call Duration (sec)", 1) : 0
    )
    for (const [column, thousandths] of Object.entries(money)) {
      assert.strictEqual(thousandths, BigInt(sum(column, 1000)))
    }
    assert.strictEqual(Object.keys(money).length, exportType === "cdr_in" ? 5 : exportType === "cdr_out" ? 2 : 1)
  })

  prop("a filter narrows an archive to its number or trunk", cases, ({ exportType, one, options }) => {
    const traffic = Traffic.make(options)
    const all = lines({ traffic, exportType, ...one })
    const parts = exportType === "cdr_in"
      ? Traffic.didNumbers.flatMap((didNumber) => lines({ traffic, exportType, ...one, didNumber }))
      : exportType === "cdr_out"
      ? Traffic.voiceOutTrunks.flatMap((voiceOutTrunk) => lines({ traffic, exportType, ...one, voiceOutTrunk }))
      : all
    assert.deepStrictEqual(sorted(parts), sorted(all))
    assert.deepStrictEqual(lines({ traffic, exportType: "cdr_in", ...one, didNumber: "442071838750" }), [])
    assert.deepStrictEqual(lines({ traffic, exportType: "cdr_out", ...one, voiceOutTrunk: "unknown" }), [])
  })

  it("the archive of an export of one trunk has the calls of that trunk", () => {
    const traffic = Traffic.make({ callsPerDay: 20 })
    const [stored] = Account.generate({ size: 1 }).exports
    const [voiceOutTrunk] = Traffic.voiceOutTrunks
    const filters = { from: text(october.from), to: text(october.to), "voice_out_trunk.id": voiceOutTrunk }
    const archive = Archive.fromExport({ ...stored!, exportType: "cdr_out", createdAt: null, filters }, { traffic })
    const { rows } = Traffic.totals(traffic, { exportType: "cdr_out", ...october, voiceOutTrunk })
    assert.strictEqual(archive.rowCount, rows)
    assert.isBelow(rows, Traffic.totals(traffic, { exportType: "cdr_out", ...october }).rows)
  })

  it("callsPerDay decides how many calls start on a day", () => {
    const traffic = Traffic.make({
      callsPerDay: (exportType, at) => exportType === "sms_in" ? 7 : new Date(at).getUTCDay() % 6 === 0 ? 100 : 3000
    })
    const started = (exportType: string, date: number) => {
      const from = Date.UTC(2026, 9, date)
      return new Set(
        Array.from(Traffic.calls(traffic, { exportType, from, to: from + day }))
          .filter(({ attempt }) => attempt === 1).map(({ id }) => id)
      ).size
    }
    assert.deepStrictEqual([started("cdr_in", 2), started("cdr_out", 3), started("sms_in", 4)], [3000, 100, 7])
  })

  it("about one call in 50 has several rows with one Call ID, and no two calls share an id", () => {
    const attempts = new Map<string, number>()
    const disordered: Array<string> = []
    const traffic = Traffic.make({ callsPerDay: 2000 })
    for (const exportType of exportTypes) {
      for (const { attempt, id } of Traffic.calls(traffic, { exportType, ...october })) {
        if (attempt !== (attempts.get(id) ?? 0) + 1) disordered.push(id)
        attempts.set(id, attempt)
      }
    }
    assert.isEmpty(disordered)
    assert.strictEqual(attempts.size, 4 * 31 * 2000)
    const several = Array.from(attempts.values()).filter((count) => count > 1).length
    assert.isTrue(several > 0.018 * 2 * 31 * 2000 && several < 0.022 * 2 * 31 * 2000)
  })

  it("some calls take hours, and some start or end exactly at an hour", () => {
    const calls = Array.from(Traffic.calls(Traffic.make({ callsPerDay: 2000 }), { exportType: "cdr_in", ...october }))
    const longest = Math.max(...calls.map(({ seconds }) => seconds))
    assert.isTrue(longest > 4.9 * 3600 && longest <= 5 * 3600)
    assert.isAbove(calls.filter(({ startedAt }) => startedAt % hour === 0).length, 100)
    assert.isAbove(calls.filter(({ endedAt = 1 }) => endedAt % hour === 0).length, 100)
  })

  it("the same seed makes the same archive, and another seed shares no call with it", () => {
    const [one, same, another] = [1, 1, 2].map((seed) =>
      lines({ traffic: Traffic.make({ seed, callsPerDay: 100 }), ...october })
    )
    assert.deepStrictEqual(same, one)
    assert.isEmpty(another!.filter((line) => one!.includes(line)))
  })

  it("a call has the same bad row in every archive", () => {
    const traffic = Traffic.make({ seed: 3, callsPerDay: 200 })
    const bad = (seed: number, to: number) =>
      Array.from(Archive.rows(Archive.make({ traffic, seed, badRows: 0.1, from: october.from, to })))
    const short = bad(1, october.from + day)
    assert.deepStrictEqual(bad(2, october.from + 2 * day).slice(0, short.length), short)
    assert.isAbove(short.filter(({ bad }) => bad !== undefined).length, 5)
  })
})
