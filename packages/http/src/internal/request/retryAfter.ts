/** Reads `Retry-After`: seconds, or one of HTTP's three forms of a date. */
import * as Duration from "effect/Duration"

/** HTTP reads a number of seconds that is too large as this one. */
const mostSeconds = 2 ** 31

/** How long the server asks to wait. Zero for a time that has passed, `undefined` for a text that is no time. */
export const parse = (text: string, now: number): Duration.Duration | undefined => {
  const trimmed = text.trim()
  if (/^\d+$/.test(trimmed)) return Duration.seconds(Math.min(Number(trimmed), mostSeconds))
  const at = parseDate(trimmed, now)
  return at === undefined ? undefined : Duration.millis(Math.max(0, at - now))
}

const time = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)"

const forms = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d\\d) (?<month>[A-Z][a-z]{2}) (?<year>\\d{4}) ${time} GMT$`),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(
    `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-(?<month>[A-Z][a-z]{2})-(?<year>\\d\\d) ${time} GMT$`
  ),
  // Sun Nov  6 08:49:37 1994
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`)
]

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

const parseDate = (text: string, now: number): number | undefined => {
  const parts = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined)
  if (parts === undefined) return undefined
  const month = months.indexOf(parts.month ?? "")
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number) as Four
  const year = parts.year?.length === 2 ? fullYear(Number(parts.year), now) : Number(parts.year)
  // 60 is a leap second, the last one of its minute
  if (month < 0 || hour > 23 || minute > 59 || second > 60) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.getUTCMonth() === month && date.getUTCDate() === day
    ? date.getTime() + ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000
    : undefined
}

// each form has these four groups, and each group is digits
type Four = [number, number, number, number]

/** A year of two digits belongs to the century before if it would be more than fifty years ahead. */
const fullYear = (year: number, now: number): number => {
  const current = new Date(now).getUTCFullYear()
  const candidate = current - (current % 100) + year
  return candidate > current + 50 ? candidate - 100 : candidate
}
