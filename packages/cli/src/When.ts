/**
 * A time that a flag names: a date, a month, a time of ISO 8601, or words such as `yesterday`, `last-month` and `7d-ago`.
 *
 * A day and a month stand for their first instant, whichever flag names them. So `--to this-month` ends where this month
 * begins, as `--to 2026-11-01` ends where that day begins.
 */
import { ExportFilter, type ExportRequest } from "@effect-didww/core"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"

/** A month of the calendar, or one that is so many months before the current one. */
export type Month =
  | { readonly _tag: "MonthOf"; readonly year: number; readonly month: number }
  | { readonly _tag: "MonthsAgo"; readonly months: number }

/** A time. The clock and the time zone tell which instant it is. */
export type When =
  | Month
  | { readonly _tag: "DaysAgo"; readonly days: number }
  /** What a calendar and a clock of the zone show, written as if in UTC. */
  | { readonly _tag: "Local"; readonly shown: DateTime.Utc }
  | { readonly _tag: "Instant"; readonly instant: DateTime.Utc }

const months = new Map<string, Month>([
  ["this-month", { _tag: "MonthsAgo", months: 0 }],
  ["last-month", { _tag: "MonthsAgo", months: 1 }]
])

const days = new Map<string, When>([
  ["today", { _tag: "DaysAgo", days: 0 }],
  ["yesterday", { _tag: "DaysAgo", days: 1 }]
])

/** The words for months. */
export const monthWords: ReadonlyArray<string> = Array.from(months.keys())

/** The words for times. `7d-ago` and `2w-ago` are two more, with any number. */
export const words: ReadonlyArray<string> = [...days.keys(), ...monthWords]

/** Reads a month. */
export const parseMonth = (text: string): Option.Option<Month> => {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? []
  return Option.fromNullable(
    month === undefined ? months.get(text) : { _tag: "MonthOf", year: Number(year), month: Number(month) }
  )
}

/** Reads a time. A time without an offset is a time of the zone. */
export const parse = (text: string): Option.Option<When> =>
  Option.firstSomeOf([
    parseMonth(text),
    Option.fromNullable(days.get(text)),
    parseAgo(text),
    parseIso(text)
  ])

const parseAgo = (text: string): Option.Option<When> => {
  const [, count, unit] = /^(\d{1,4})([dw])-ago$/.exec(text) ?? []
  return unit === undefined
    ? Option.none()
    : Option.some({ _tag: "DaysAgo", days: Number(count) * (unit === "w" ? 7 : 1) })
}

/** The signs of a date and a time. Without them it would be a filter with more than a time. */
const isIso = /^[+-]?\d{4,6}-[-+\d:.TUCZ ]+$/i

const hasOffset = /(?:Z|UTC|[+-]\d\d:?\d\d)$/i

/** Reads a date or a time as the text of a filter does. */
const parseIso = (text: string): Option.Option<When> =>
  Option.flatMap(
    isIso.test(text) ? Either.getRight(ExportFilter.parse(`from = ${text}`)) : Option.none(),
    (filter): Option.Option<When> =>
      filter._tag !== "From"
        ? Option.none()
        : hasOffset.test(text)
        ? Option.some({ _tag: "Instant", instant: filter.value })
        : Option.some({ _tag: "Local", shown: filter.value })
  )

const utc: DateTime.TimeZone = DateTime.zoneMakeOffset(0)

/** The instant at which the clocks of a zone show a time. A zone can skip a midnight, and has the next instant then. */
const instantOf = (zone: DateTime.TimeZone, shown: number | DateTime.Utc): DateTime.Utc =>
  DateTime.toUtc(DateTime.setZone(DateTime.unsafeMake(shown), zone, { adjustForTimeZone: true }))

/** The instant of a time. Default: in UTC. */
export const instant = (self: When, zone: DateTime.TimeZone = utc): Effect.Effect<DateTime.Utc> =>
  Effect.map(DateTime.now, (now) => {
    const { day, month, year } = DateTime.toParts(DateTime.setZone(now, zone))
    switch (self._tag) {
      case "MonthOf":
        return instantOf(zone, Date.UTC(self.year, self.month - 1))
      case "MonthsAgo":
        return instantOf(zone, Date.UTC(year, month - 1 - self.months))
      case "DaysAgo":
        return instantOf(zone, Date.UTC(year, month - 1, day - self.days))
      case "Local":
        return instantOf(zone, self.shown)
      case "Instant":
        return self.instant
    }
  })

const next = (self: Month): Month =>
  self._tag === "MonthOf" ? { ...self, month: self.month + 1 } : { ...self, months: self.months - 1 }

/** A whole month. Default: in UTC. */
export const period = (self: Month, zone?: DateTime.TimeZone): Effect.Effect<ExportRequest.Period> =>
  Effect.all({ from: instant(self, zone), to: instant(next(self), zone) })
