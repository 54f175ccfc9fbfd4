/** Names of the days, hours and months of a zone. */
import * as DateTime from "effect/DateTime"

/** Since then, the clocks of all zones change at whole quarters of an hour, by whole quarters. */
const sinceQuarters = Date.UTC(1980, 0, 1)
const quarter = 900_000

/** About two years of quarters. */
const mostNames = 65_536

const two = (value: number): string => String(value).padStart(2, "0")

const monthOf = (time: DateTime.Zoned): string => {
  const { month, year } = DateTime.toParts(time)
  return `${String(year).padStart(4, "0")}-${two(month)}`
}

const dateOf = (time: DateTime.Zoned): string => `${monthOf(time)}-${two(DateTime.toParts(time).day)}`

const hourOf = (time: DateTime.Zoned): string => {
  const offset = DateTime.zonedOffsetIso(time)
  return `${dateOf(time)}T${two(DateTime.toParts(time).hours)}:00${offset === "+00:00" ? "Z" : offset}`
}

const periods = { month: monthOf, date: dateOf, hour: hourOf }

export type Period = keyof typeof periods

/** Names the period that a time falls in. Remembers the names of quarters of an hour. */
export const namer = (period: Period, zone: DateTime.TimeZone): (time: DateTime.Utc) => string => {
  const names = new Map<number, string>()
  const nameOf = (time: DateTime.Utc): string => periods[period](DateTime.setZone(time, zone))
  return (time) => {
    const millis = DateTime.toEpochMillis(time)
    if (millis < sinceQuarters) return nameOf(time)
    const key = Math.floor(millis / quarter)
    const known = names.get(key)
    if (known !== undefined) return known
    const name = nameOf(time)
    if (names.size === mostNames) names.clear()
    names.set(key, name)
    return name
  }
}
