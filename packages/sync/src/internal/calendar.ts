/** Days and months of a zone, and the months of UTC that DIDWW keeps. */
import type { Period } from "@effect-didww/core/ExportRequest"
import * as DateTime from "effect/DateTime"

export const utc: DateTime.TimeZone = DateTime.zoneMakeOffset(0)

/** The first instant of a day. A zone can have midnight twice or not at all. Day 0, month 13 and so on are allowed. */
export const startOf = (zone: DateTime.TimeZone, year: number, month: number, day: number): DateTime.Utc =>
  DateTime.toUtc(
    DateTime.setZone(DateTime.unsafeMake(Date.UTC(year, month - 1, day)), zone, { adjustForTimeZone: true })
  )

export type Step = "day" | "month"

const startAt = (zone: DateTime.TimeZone, time: DateTime.Utc, step: Step, offset: number): DateTime.Utc => {
  const { day, month, year } = DateTime.toParts(DateTime.setZone(time, zone))
  return step === "day" ? startOf(zone, year, month, day + offset) : startOf(zone, year, month + offset, 1)
}

/** The first instant of the day or the month that has this time. */
export const startOfStep = (zone: DateTime.TimeZone, time: DateTime.Utc, step: Step): DateTime.Utc =>
  startAt(zone, time, step, 0)

/** The first instant after the day or the month that has this time. */
export const endOfStep = (zone: DateTime.TimeZone, time: DateTime.Utc, step: Step): DateTime.Utc => {
  const next = startAt(zone, time, step, 1)
  // a zone that crosses the date line can skip a day
  return DateTime.greaterThan(next, time) ? next : startAt(zone, time, step, 2)
}

/** The first instant of a month, counted from the month that has this time. */
export const monthAt = (zone: DateTime.TimeZone, time: DateTime.Utc, offset: number): DateTime.Utc =>
  startAt(zone, time, "month", offset)

/** Cuts a period into the days or the months of a zone. */
export const cut = ({ from, to }: Period, step: Step, zone: DateTime.TimeZone): ReadonlyArray<Period> => {
  const periods: Array<Period> = []
  let start = from
  while (DateTime.lessThan(start, to)) {
    const end = DateTime.min(endOfStep(zone, start, step), to)
    periods.push({ from: start, to: end })
    start = end
  }
  return periods
}

/** Whether two periods begin and end at the same instants. */
export const isSame = (self: Period, that: Period): boolean =>
  DateTime.Equivalence(self.from, that.from) && DateTime.Equivalence(self.to, that.to)

/** Whether two periods have an instant in common. */
export const isOverlapping = (self: Period, that: Period): boolean =>
  DateTime.lessThan(self.from, that.to) && DateTime.lessThan(that.from, self.to)

/** Whether a period is a part of another one, or all of it. */
export const isWithin = (inner: Period, outer: Period): boolean =>
  DateTime.lessThanOrEqualTo(outer.from, inner.from) && DateTime.lessThanOrEqualTo(inner.to, outer.to)

/** The parts of a period that no other period has. The others come by their beginnings. */
export const without = (whole: Period, others: ReadonlyArray<Period>): ReadonlyArray<Period> => {
  const parts: Array<Period> = []
  let start = whole.from
  for (const { from, to } of others) {
    if (DateTime.lessThan(start, from) && DateTime.lessThan(start, whole.to)) {
      parts.push({ from: start, to: DateTime.min(from, whole.to) })
    }
    start = DateTime.max(start, to)
  }
  if (DateTime.lessThan(start, whole.to)) parts.push({ from: start, to: whole.to })
  return parts
}

/** The first instant that DIDWW still has records of: the month of UTC two months before the current one. */
export const cliff = (now: DateTime.Utc): DateTime.Utc => monthAt(utc, now, -2)

/**
 * The instant at which DIDWW deletes the records of a window: the first one of the third month after the window's own. Nobody
 * says whose months these are. So where the zone's month begins before that of UTC, its beginning counts.
 */
export const deadline = (from: DateTime.Utc, zone: DateTime.TimeZone): DateTime.Utc => {
  const end = monthAt(utc, from, 3)
  const { month, year } = DateTime.toParts(end)
  return DateTime.min(end, startOf(zone, year, month, 1))
}
