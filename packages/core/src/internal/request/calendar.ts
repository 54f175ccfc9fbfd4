/** Days and months of UTC or a zone, and what DIDWW keeps of them. */
import * as DateTime from "effect/DateTime"
import type { Range } from "../../ExportRequest.js"

const utc: DateTime.TimeZone = DateTime.zoneMakeOffset(0)

/** The first instant of a day in the zone, where midnight may come twice or not at all; day 0, month 13 and so on too. */
const startOf = (zone: DateTime.TimeZone, year: number, month: number, day: number): DateTime.Utc =>
  DateTime.toUtc(
    DateTime.setZone(DateTime.unsafeMake(Date.UTC(year, month - 1, day)), zone, { adjustForTimeZone: true })
  )

const monthOf = (time: DateTime.Utc, zone: DateTime.TimeZone, offset: number): DateTime.Utc => {
  const { month, year } = DateTime.toParts(DateTime.setZone(time, zone))
  return startOf(zone, year, month + offset, 1)
}

/** The current month of UTC and the two before it, up to the last whole second. */
export const kept = (now: DateTime.Utc): Range => ({
  from: monthOf(now, utc, -2),
  to: DateTime.unsafeMake(Math.floor(now.epochMillis / 1000) * 1000)
})

export const lastMonth = (now: DateTime.Utc, zone: DateTime.TimeZone = utc): Range => ({
  from: monthOf(now, zone, -1),
  to: monthOf(now, zone, 0)
})

export const windows = (
  range: Range,
  step: "day" | "month",
  now: DateTime.Utc,
  zone: DateTime.TimeZone = utc
): ReadonlyArray<Range> => {
  const bounds = kept(now)
  const from = DateTime.max(range.from, bounds.from)
  const to = DateTime.min(range.to, bounds.to)
  const { day, month, year } = DateTime.toParts(DateTime.setZone(from, zone))
  const windows: Array<Range> = []
  let start = from
  for (let index = 1; DateTime.lessThan(start, to); index++) {
    const next = step === "day" ? startOf(zone, year, month, day + index) : startOf(zone, year, month + index, 1)
    // a zone that crosses the date line can be without a day
    if (DateTime.lessThanOrEqualTo(next, start)) continue
    const end = DateTime.min(next, to)
    windows.push({ from: start, to: end })
    start = end
  }
  return windows
}

/** A whole month or day of UTC, as the versions before 2026-04-16 order it. */
export interface Period {
  readonly year: number
  readonly month: number
  readonly day?: number
}

export const fromPeriod = ({ day, month, year }: Period): Range =>
  day === undefined
    ? { from: startOf(utc, year, month, 1), to: startOf(utc, year, month + 1, 1) }
    : { from: startOf(utc, year, month, day), to: startOf(utc, year, month, day + 1) }

/** The month or the day that a range is; none if it is neither. */
export const toPeriod = ({ from, to }: Range): Period | undefined => {
  const { day, month, year } = DateTime.toPartsUtc(from)
  return [{ year, month }, { year, month, day }].find((period) => {
    const range = fromPeriod(period)
    return DateTime.Equivalence(range.from, from) && DateTime.Equivalence(range.to, to)
  })
}
