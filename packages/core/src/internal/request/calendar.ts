/** Days and months of UTC or of a zone, and the time that DIDWW keeps records for. */
import * as DateTime from "effect/DateTime"
import type { Period } from "../../ExportRequest.js"
import * as utc from "../utc.js"

const zoneOfUtc: DateTime.TimeZone = DateTime.zoneMakeOffset(0)

/** The first instant of a day. A zone can have midnight twice or not at all. Day 0, month 13 and so on are allowed. */
const startOf = (zone: DateTime.TimeZone, year: number, month: number, day: number): DateTime.Utc =>
  DateTime.toUtc(
    DateTime.setZone(DateTime.unsafeMake(Date.UTC(year, month - 1, day)), zone, { adjustForTimeZone: true })
  )

const monthOf = (time: DateTime.Utc, zone: DateTime.TimeZone, offset: number): DateTime.Utc => {
  const { month, year } = DateTime.toParts(DateTime.setZone(time, zone))
  return startOf(zone, year, month + offset, 1)
}

/** The current month of UTC and the two before it, up to the last whole second. */
export const kept = (now: DateTime.Utc): Period => ({
  from: monthOf(now, zoneOfUtc, -2),
  to: DateTime.unsafeMake(Math.floor(utc.millisOf(now) / 1000) * 1000)
})

export const lastMonth = (now: DateTime.Utc, zone: DateTime.TimeZone = zoneOfUtc): Period => ({
  from: monthOf(now, zone, -1),
  to: monthOf(now, zone, 0)
})

export const windows = (
  period: Period,
  step: "day" | "month",
  now: DateTime.Utc,
  zone: DateTime.TimeZone = zoneOfUtc
): ReadonlyArray<Period> => {
  const bounds = kept(now)
  const from = DateTime.max(period.from, bounds.from)
  const to = DateTime.min(period.to, bounds.to)
  const { day, month, year } = DateTime.toParts(DateTime.setZone(from, zone))
  const windows: Array<Period> = []
  let start = from
  for (let index = 1; DateTime.lessThan(start, to); index++) {
    const next = step === "day" ? startOf(zone, year, month, day + index) : startOf(zone, year, month + index, 1)
    // a zone that crosses the date line can skip a day
    if (DateTime.lessThanOrEqualTo(next, start)) continue
    const end = DateTime.min(next, to)
    windows.push({ from: start, to: end })
    start = end
  }
  return windows
}

/** A whole month or day of UTC: the period of a request before 2026-04-16. */
export interface Calendar {
  readonly year: number
  readonly month: number
  readonly day?: number
}

export const fromCalendar = ({ day, month, year }: Calendar): Period =>
  day === undefined
    ? { from: startOf(zoneOfUtc, year, month, 1), to: startOf(zoneOfUtc, year, month + 1, 1) }
    : { from: startOf(zoneOfUtc, year, month, day), to: startOf(zoneOfUtc, year, month, day + 1) }

/** The month or the day that a period is; `undefined` if it is neither. */
export const toCalendar = ({ from, to }: Period): Calendar | undefined => {
  const { day, month, year } = DateTime.toPartsUtc(from)
  return [{ year, month }, { year, month, day }].find((calendar) => {
    const period = fromCalendar(calendar)
    return DateTime.Equivalence(period.from, from) && DateTime.Equivalence(period.to, to)
  })
}
