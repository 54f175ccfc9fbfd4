import { assert, describe, it } from "@effect/vitest"
import { Clock, DateTime, Effect, Option, TestClock } from "effect"
import * as When from "../src/When.js"
import { FastCheck, prop } from "./property.js"
import { run } from "./terminal.js"

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kathmandu",
  // midnight does not exist on some days
  "America/Sao_Paulo",
  "Africa/Cairo",
  // 2011-12-30 does not exist
  "Pacific/Apia"
]

const zoned = (name: string) => DateTime.zoneUnsafeMakeNamed(name)

/** From 1990 to 2040. */
const clocks = FastCheck.integer({ min: 631_152_000_000, max: 2_208_988_800_000 })

const places = FastCheck.record({ now: clocks, zone: FastCheck.constantFrom(...zones) })

const parse = (text: string): When.When =>
  Option.getOrThrowWith(When.parse(text), () => new Error(`${text} is no time`))

const parseMonth = (text: string): When.Month =>
  Option.getOrThrowWith(When.parseMonth(text), () => new Error(`${text} is no month`))

/** Runs at a time of the clock. */
const at = <A>(now: number, self: Effect.Effect<A>): A =>
  Effect.runSync(Effect.withClock(self, { ...Clock.make(), currentTimeMillis: Effect.succeed(now) }))

/** The instant of a text at a time of the clock. */
const instant = (text: string, now: number, zone = "UTC"): number =>
  at(now, Effect.map(When.instant(parse(text), zoned(zone)), DateTime.toEpochMillis))

/** The date in a zone, as the platform's calendar shows it. */
const dateOf = (millis: number, zone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(millis)

const iso = (text: string, now: string) => new Date(instant(text, Date.parse(now))).toISOString()

describe("a time of a flag", () => {
  it("a word names the first instant of its day or month in UTC", () => {
    const now = "2026-11-28T13:45:10Z"
    const expected = {
      today: "2026-11-28T00:00:00.000Z",
      yesterday: "2026-11-27T00:00:00.000Z",
      "1d-ago": "2026-11-27T00:00:00.000Z",
      "30d-ago": "2026-10-29T00:00:00.000Z",
      "2w-ago": "2026-11-14T00:00:00.000Z",
      "this-month": "2026-11-01T00:00:00.000Z",
      "last-month": "2026-10-01T00:00:00.000Z",
      "2026-09": "2026-09-01T00:00:00.000Z",
      "2026-09-05": "2026-09-05T00:00:00.000Z",
      "2026-09-05T08:30": "2026-09-05T08:30:00.000Z",
      "2026-09-05T08:30:00+02:00": "2026-09-05T06:30:00.000Z"
    }
    for (const [text, instant] of Object.entries(expected)) assert.strictEqual(iso(text, now), instant, text)
  })

  it("last-month is December in January, and yesterday is the 29th of February on the 1st of March", () => {
    assert.strictEqual(iso("last-month", "2027-01-31T23:59:59Z"), "2026-12-01T00:00:00.000Z")
    assert.strictEqual(iso("yesterday", "2028-03-01T00:00:00Z"), "2028-02-29T00:00:00.000Z")
  })

  prop("today is the first instant of the date that the zone's calendar shows", places, ({ now, zone }) => {
    const start = instant("today", now, zone)
    assert.isAtMost(start, now)
    assert.strictEqual(dateOf(start, zone), dateOf(now, zone))
    assert.notStrictEqual(dateOf(start - 1, zone), dateOf(now, zone))
  })

  prop(
    "7d-ago, 1w-ago and the date of that day name the same instant",
    FastCheck.tuple(places, FastCheck.nat(1000)),
    ([{ now, zone }, weeks]) => {
      const date = new Date(Date.parse(`${dateOf(now, zone)}T00:00:00Z`) - weeks * 7 * 86_400_000)
      const expected = instant(date.toISOString().slice(0, 10), now, zone)
      assert.strictEqual(instant(`${weeks * 7}d-ago`, now, zone), expected)
      assert.strictEqual(instant(`${weeks}w-ago`, now, zone), expected)
    }
  )

  prop("this month begins where last month ends, and holds the clock", places, ({ now, zone }) => {
    const period = (text: string) => {
      const { from, to } = at(now, When.period(parseMonth(text), zoned(zone)))
      return { from: DateTime.toEpochMillis(from), to: DateTime.toEpochMillis(to) }
    }
    const last = period("last-month")
    const current = period("this-month")
    assert.strictEqual(last.to, current.from)
    assert.isAtMost(current.from, now)
    assert.isAbove(current.to, now)
    assert.deepStrictEqual(period(dateOf(now, zone).slice(0, 7)), current)
    assert.strictEqual(instant("last-month", now, zone), last.from)
  })

  prop("a time with an offset is the same instant in every zone", places, ({ now, zone }) => {
    assert.strictEqual(instant(new Date(now).toISOString(), 0, zone), now)
  })

  prop(
    "every other text is no time",
    FastCheck.oneof(
      FastCheck.string().filter((text) => !/\d{4}-\d\d/.test(text)),
      FastCheck.constantFrom(
        ...["", "now", "tomorrow", "Today", "d-ago", "-1d-ago", "1.5d-ago", "7d", "3m-ago", "10000d-ago", "next-month"],
        ...["2026-13", "2026-00", "2026-02-30", "2026-10-01T25:00", "toString", "2026-10-01 and everything"]
      )
    ),
    (text) => assert.isTrue(Option.isNone(When.parse(text)), text)
  )
})

describe("a command with times", () => {
  const explained = (args: ReadonlyArray<string>) => Effect.map(run(["list", "--explain", ...args]), ({ out }) => out)

  it.effect("--since and --until take words, which mean the day of the clock in UTC", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.parse("2026-11-28T13:45:10Z"))
      assert.strictEqual(
        yield* explained(["--since", "7d-ago", "--until", "today"]),
        yield* explained(["--since", "2026-11-21", "--until", "2026-11-28T00:00:00Z"])
      )
    }))
})
