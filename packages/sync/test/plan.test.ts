import { type Manifest, Plan } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, FastCheck } from "effect"
import * as rowsHash from "../src/internal/pull/rowsHash.js"
import { afterHours, manifestOf, utc } from "./manifests.js"

const hour = 3_600_000

const tracks: Plan.Input["tracks"] = [{ account: "acme", exportType: "cdr_in" }]

/** Zones with days of 23, 24 and 25 hours, and with days that begin at 1:00. */
const zoneNames = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago",
  "Asia/Tokyo",
  "Asia/Beirut",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Kiritimati"
]

const zones = FastCheck.constantFrom(...zoneNames.map((name) => DateTime.zoneUnsafeMakeNamed(name)))

const times = FastCheck.integer({ min: Date.UTC(2025, 11) / hour, max: Date.UTC(2027, 3) / hour }).map((hours) =>
  utc(hours * hour)
)

const situations = FastCheck.record({
  now: times,
  zone: zones,
  window: FastCheck.constantFrom("day" as const, "month" as const)
})

const runs = (numRuns: number) => ({ fastCheck: { numRuns } })

const planOf = (input: Partial<Plan.Input> & Pick<Plan.Input, "now">): Plan.Plan =>
  Plan.make({ tracks, manifests: [], audit: false, ...input })

const millis = DateTime.toEpochMillis

/** The first instant that DIDWW has, and the first one that it will have when it deletes a time: by the months of UTC. */
const cliffOf = (now: DateTime.Utc): number => {
  const date = new Date(millis(now))
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 2)
}

const lossOf = (time: DateTime.Utc): number => {
  const date = new Date(millis(time))
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 3)
}

/** Joins windows to spans of time. Fails if two of them overlap. */
const spans = (windows: ReadonlyArray<Manifest.Window>): ReadonlyArray<readonly [number, number]> => {
  const joined: Array<[number, number]> = []
  for (const { from, key, to } of windows.toSorted((one, other) => millis(one.from) - millis(other.from))) {
    const last = joined.at(-1)
    if (millis(from) < (last?.[1] ?? 0)) return assert.fail(`${key} overlaps another window`)
    if (last?.[1] === millis(from)) last[1] = millis(to)
    else joined.push([millis(from), millis(to)])
  }
  return joined
}

const windowsOf = (plan: Plan.Plan): ReadonlyArray<Manifest.Window> => [
  ...plan.pulls.map(({ subject }) => subject.window),
  ...plan.waiting.map(({ window }) => window),
  ...plan.lost.map(({ window }) => window)
]

const keys = (pulls: ReadonlyArray<Plan.PlannedPull>): ReadonlyArray<string> =>
  pulls.map(({ subject }) => subject.window.key).toSorted()

describe("A plan", () => {
  it.prop("of an empty destination has everything that DIDWW has in one piece, and no time twice", [situations], ([
    situation
  ]) => {
    const plan = planOf(situation)
    const all = spans(windowsOf(plan))
    assert.strictEqual(all.length, 1)
    assert.strictEqual(all[0]![0], cliffOf(situation.now))
    assert.isAbove(all[0]![1], millis(situation.now))
    assert.deepStrictEqual(plan.lost, [])
  }, runs(25))

  it.prop("requests windows of whole days or months of the zone, but for the one at the cliff", [situations], ([
    { now, window, zone }
  ]) => {
    const pattern = window === "day" ? /^\d{4}-\d\d-\d\d$/ : /^\d{4}-\d\d$/
    const pulls = planOf({ now, zone, window }).pulls.toSorted((one, other) =>
      millis(one.subject.window.from) - millis(other.subject.window.from)
    )
    assert.deepStrictEqual(keys(pulls.slice(1)).filter((key) => !pattern.test(key)), [])
    assert.strictEqual(new Set(keys(pulls)).size, pulls.length)
  }, runs(25))

  it.prop(
    "has exactly the windows whose manifests are gone",
    [situations, FastCheck.infiniteStream(FastCheck.boolean())],
    ([{ now, window, zone }, coins]) => {
      const { pulls } = planOf({ now, zone, window, settleAfter: "2 hours" })
      const isGone = new Map(pulls.map((pull) => [pull.subject.window.key, coins.next().value]))
      const rest = pulls.filter(({ subject }) => !isGone.get(subject.window.key))
      const plan = planOf({
        now,
        zone,
        window,
        settleAfter: "2 hours",
        manifests: rest.map((pull) => afterHours(pull, 2))
      })
      assert.deepStrictEqual(keys(plan.pulls), keys(pulls.filter(({ subject }) => isGone.get(subject.window.key))))
    },
    runs(25)
  )

  it.prop(
    "replaces a window once that was requested before it settled",
    [situations, FastCheck.infiniteStream(FastCheck.integer({ min: 2, max: 40 }))],
    ([{ now, window, zone }, hours]) => {
      const { pulls } = planOf({ now, zone, window })
      const manifests = pulls.map((pull) => afterHours(pull, hours.next().value))
      const plan = planOf({ now, zone, window, manifests })
      const isEarly = ({ requestedAt, subject }: Manifest.Manifest) =>
        millis(requestedAt) < millis(subject.window.to) + 26 * hour
      const settles = ({ subject }: Manifest.Manifest) => millis(subject.window.to) + 26 * hour <= millis(now)
      assert.deepStrictEqual(
        keys(plan.pulls),
        manifests.filter((one) => isEarly(one) && settles(one)).map(({ subject }) => subject.window.key).toSorted()
      )
      assert.isTrue(plan.pulls.every(({ reason, subject }) => reason === "settled" && subject.generation === 2))
      assert.deepStrictEqual(
        plan.provisional.map(({ window }) => window.key).toSorted(),
        manifests.filter((one) => isEarly(one) && !settles(one)).map(({ subject }) => subject.window.key).toSorted()
      )
    },
    runs(25)
  )

  it.prop("requests first what DIDWW deletes first", [situations], ([situation]) => {
    const deadlines = planOf(situation).pulls.map(({ deadline }) => millis(deadline))
    assert.deepStrictEqual(deadlines, deadlines.toSorted((one, other) => one - other))
  }, runs(25))

  it.prop(
    "knows deadlines that are never too late, and earlier than the loss by less than the day's first hours of the zone",
    [situations],
    ([situation]) => {
      for (const { deadline, subject: { window } } of planOf(situation).pulls) {
        const loss = lossOf(window.from)
        assert.isTrue(millis(deadline) <= loss && millis(deadline) >= loss - 14 * hour, window.key)
      }
    },
    runs(25)
  )

  it.prop(
    "is complete until no later than anything that is missing, lost or not settled",
    [situations, FastCheck.infiniteStream(FastCheck.integer({ min: 0, max: 40 }))],
    ([{ now, window, zone }, hours]) => {
      const earlier = DateTime.subtract(now, { days: 40 })
      const { pulls } = planOf({ now: earlier, zone, window })
      const manifests = pulls.flatMap((pull) => {
        const after = hours.next().value
        return after < 2 ? [] : [afterHours(pull, after)]
      })
      const coverage = { ...tracks[0]!, from: utc(cliffOf(earlier)), window, zone }
      const plan = planOf({ now, zone, window, manifests, state: { ...noState, coverages: [coverage] } })
      const [track] = plan.tracks
      const open = [
        ...windowsOf(plan),
        ...plan.provisional.map(({ window }) => window)
      ].map(({ from }) => millis(from))
      assert.isAtMost(millis(track!.completeUntil), Math.min(...open))
    },
    runs(25)
  )
})

const noState: Plan.State = {
  coverages: [],
  intents: [],
  acknowledgements: [],
  audits: [],
  successes: [],
  verifications: []
}

describe("A plan over the months", () => {
  // every third day is missing
  const manifests = Array.from({ length: 150 }, (_, day) => day)
    .filter((day) => day % 3 !== 0)
    .map((day) => {
      const from = DateTime.add(utc("2025-11-01T00:00:00Z"), { days: day })
      const window = { from, to: DateTime.add(from, { days: 1 }), key: DateTime.formatIsoDateUtc(from) }
      return manifestOf({ ...tracks[0]!, window, generation: 1 }, {
        requestedAt: DateTime.add(window.to, { hours: 26 })
      })
    })
  const state = {
    ...noState,
    coverages: [{
      ...tracks[0]!,
      from: utc("2025-11-01T00:00:00Z"),
      window: "day" as const,
      zone: DateTime.zoneMakeOffset(0)
    }]
  }

  const monthEnds = ["2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"].map(utc)

  const hours = monthEnds.flatMap((end) =>
    Array.from({ length: 60 }, (_, hour) => DateTime.add(end, { hours: hour - 30 }))
  )

  it("counts down to a loss while the records can be had, and never after, in each hour over three month ends", () => {
    for (const now of hours) {
      const at = DateTime.formatIso(now)
      const had = manifests.filter(({ requestedAt }) => DateTime.lessThanOrEqualTo(requestedAt, now))
      const plan = planOf({ now, manifests: had, state })
      const cliff = cliffOf(now)
      const missing = plan.pulls.filter(({ reason }) => reason === "missing")
      assert.isTrue(
        missing.every(({ deadline, subject }) =>
          millis(subject.window.from) >= cliff && DateTime.greaterThan(deadline, now)
        ),
        at
      )
      assert.isTrue(
        plan.lost.every(({ at: lostAt, window }) =>
          millis(window.to) <= cliff && DateTime.lessThanOrEqualTo(lostAt, now)
        ),
        at
      )
      const [next] = missing
      assert.deepStrictEqual(
        plan.tracks[0]!.nextLoss,
        next === undefined ? undefined : {
          at: next.deadline,
          windows: missing.filter(({ deadline }) => millis(deadline) === millis(next.deadline)).length
        },
        at
      )
      // nothing is in two states, and nothing in none
      const all = spans([...windowsOf(plan), ...had.map(({ subject }) => subject.window)])
      assert.strictEqual(all.length, 1, at)
    }
  })
})

describe("A plan of a zone", () => {
  it("that skipped a day has no window for it", () => {
    const zone = DateTime.zoneUnsafeMakeNamed("Pacific/Apia")
    const plan = planOf({ now: utc("2012-01-05T12:00:00Z"), zone })
    const december = keys(plan.pulls).filter((key) => key.startsWith("2011-12-"))
    assert.strictEqual(december.length, 30)
    assert.notInclude(december, "2011-12-30")
    assert.include(december, "2011-12-29")
    assert.include(december, "2011-12-31")
    assert.strictEqual(spans(windowsOf(plan)).length, 1)
  })

  it("has days of 23 and 25 hours, and each instant in one of them", () => {
    const lengths = (zone: string, now: string): ReadonlyArray<readonly [string, number]> =>
      planOf({ now: utc(now), zone: DateTime.zoneUnsafeMakeNamed(zone) }).pulls
        .map(({ subject: { window } }) => [window.key, DateTime.distance(window.from, window.to) / hour] as const)
        .filter(([key, hours]) => hours !== 24 && key.length === 10)
    assert.deepStrictEqual(lengths("Europe/Berlin", "2026-11-10T00:00:00Z"), [["2026-10-25", 25]])
    assert.deepStrictEqual(lengths("Europe/Berlin", "2026-04-10T00:00:00Z"), [["2026-03-29", 23]])
    // their clocks change at midnight
    assert.deepStrictEqual(lengths("America/Santiago", "2026-10-10T00:00:00Z"), [["2026-09-06", 23]])
    assert.deepStrictEqual(lengths("Asia/Beirut", "2026-04-10T00:00:00Z"), [["2026-03-29", 23]])
    assert.deepStrictEqual(lengths("America/Santiago", "2026-05-10T00:00:00Z"), [["2026-04-04", 25]])
  })
})

describe("A window", () => {
  const [track] = tracks
  const september1 = { from: utc("2026-09-01T00:00:00Z"), to: utc("2026-09-02T00:00:00Z"), key: "2026-09-01" }
  const subject = { ...track!, window: september1, generation: 1 }
  const covered = {
    ...noState,
    coverages: [{ ...track!, from: september1.from, window: "day" as const, zone: DateTime.zoneMakeOffset(0) }]
  }
  const december = utc("2026-12-01T00:10:00Z")

  it("is not lost while its export exists, which was requested in time", () => {
    const intent = { subject, at: utc("2026-11-30T23:59:00Z") }
    const plan = planOf({ now: december, state: { ...covered, intents: [intent] } })
    assert.deepStrictEqual(plan.pulls[0]?.intent, intent)
    assert.strictEqual(plan.pulls[0]?.reason, "missing")
    assert.notInclude(plan.lost.map(({ window }) => window.key), "2026-09-01")
    assert.strictEqual(plan.lost.length, 29)
    assert.strictEqual(DateTime.formatIso(plan.tracks[0]!.completeUntil), "2026-09-01T00:00:00.000Z")
    // no archive lives that long
    const later = planOf({ now: utc("2027-01-10T00:00:00Z"), state: { ...covered, intents: [intent] } })
    assert.strictEqual(later.lost[0]?.window.key, "2026-09-01")
    // the next loss is that of October
    assert.strictEqual(DateTime.formatIso(plan.tracks[0]!.nextLoss!.at), "2027-01-01T00:00:00.000Z")
  })

  it("is lost if nobody requested it again after it settled", () => {
    const early = manifestOf(subject, { requestedAt: utc("2026-09-02T03:00:00Z") })
    const plan = planOf({ now: december, manifests: [early], state: covered })
    assert.strictEqual(plan.lost[0]?.window.key, "2026-09-01")
    const acknowledgement = { ...track!, from: september1.from, to: september1.to, at: december }
    const seen = planOf({
      now: december,
      manifests: [early],
      state: { ...covered, acknowledgements: [acknowledgement] }
    })
    assert.isTrue(seen.lost[0]?.isAcknowledged)
    assert.strictEqual(DateTime.formatIso(seen.tracks[0]!.completeUntil), "2026-09-02T00:00:00.000Z")
  })

  it("is replaced if somebody asks for it, also after an audit", () => {
    const now = utc("2026-10-20T00:00:00Z")
    const manifests = planOf({ now }).pulls
      .filter(({ subject }) => subject.window.key.startsWith("2026-09")).map((pull) => afterHours(pull, 30))
    const audit = {
      ...track!,
      from: september1.from,
      to: utc("2026-10-01T00:00:00Z"),
      generation: 1,
      exportId: manifests[0]!.exportId,
      requestedAt: utc("2026-10-05T00:00:00Z"),
      archiveSha256: "",
      rows: 210,
      rowsHash: rowsHash.total(manifests.map(({ rowsHash }) => rowsHash)),
      windows: [],
      outside: 0
    }
    const state = { ...covered, audits: [audit] }
    assert.isTrue(planOf({ now, manifests, state }).pulls.every(({ reason }) => reason === "missing"))
    const intent = { subject: { ...subject, generation: 2 }, at: now }
    const [again] = planOf({ now, manifests, state: { ...state, intents: [intent] } }).pulls
    assert.strictEqual(again?.reason, "again")
    assert.strictEqual(again?.subject.generation, 2)
  })

  it("can be added later as long as DIDWW has it", () => {
    const now = utc("2026-11-20T00:00:00Z")
    const coverage = { ...covered.coverages[0]!, from: utc("2026-11-01T00:00:00Z") }
    const state = { ...covered, coverages: [coverage] }
    assert.strictEqual(planOf({ now, state }).pulls[0]?.subject.window.key, "2026-11-01")
    assert.strictEqual(
      planOf({ now, state, since: utc("2026-10-15T00:00:00Z") }).pulls[0]?.subject.window.key,
      "2026-10-15"
    )
    assert.strictEqual(
      planOf({ now, state, since: utc("2026-01-01T00:00:00Z") }).pulls[0]?.subject.window.key,
      "2026-09-01"
    )
  })
})
