/** Reads `Retry-After`: seconds, or one of HTTP's three forms of a date. */
import * as Duration from "effect/Duration"

/** HTTP reads a number of seconds that is too large as this one. */
const mostSeconds = 2 ** 31

/** An answer that may ask to wait. */
interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/**
 * How long the server asks to wait. `undefined` if it names no time. `now` is in milliseconds since 1970.
 *
 * The greatest of several times counts. A date counts from the answer's own `Date`, because the clocks of server and client
 * differ. On a 429, a time that is not in the future counts as a missing one: another request at once would be one too many.
 */
export const read = ({ headers, status }: Answer, now: number): Duration.Duration | undefined => {
  const header = headers["retry-after"]
  if (header === undefined) return undefined
  const sentAt = parseDate((headers.date ?? "").trim(), now) ?? now
  const times = valuesOf(header).map((value) => parse(value, sentAt)).filter((time) => time !== undefined)
  const millis = Math.max(...times)
  return times.length === 0 || (status === 429 && millis <= 0) ? undefined : Duration.millis(Math.max(0, millis))
}

/** Separates several values. The comma behind the day of a week separates nothing. */
const valuesOf = (header: string): ReadonlyArray<string> =>
  header.match(/\s*(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,)?[^,]+/g) ?? []

/** Milliseconds to wait, negative for a date in the past. */
const parse = (value: string, sentAt: number): number | undefined => {
  const text = value.trim()
  if (/^(?:\d+\.?\d*|\.\d+)$/.test(text)) return Math.min(Math.ceil(Number(text)), mostSeconds) * 1000
  const at = parseDate(text, sentAt)
  return at === undefined ? undefined : at - sentAt
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
