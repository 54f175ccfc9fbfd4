/** Times as DIDWW writes them, and nothing that a calendar does not have. */
import type * as DateTime from "effect/DateTime"
import * as utc from "./utc.js"

const pattern = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?$/

/** ISO 8601 or `YYYY-MM-DD HH:MM:SS`, UTC unless it says otherwise; `undefined` for an impossible date. */
export const parse = (text: string): DateTime.Utc | undefined => {
  const millis = isIso(text) || isSeconds(text) ? common(text) : NaN
  return Number.isNaN(millis) ? parseAny(text) : utc.make(millis)
}

/** Shaped like `2026-04-16T08:00:00.000Z`: if it is a time at all, it is spelled as `formatIso` does. */
export const isIso = (text: string): boolean =>
  text.length === 24 && text.charCodeAt(10) === 84 && text.charCodeAt(19) === 46 && text.charCodeAt(23) === 90 &&
  // a space may stand before the Z
  text.charCodeAt(22) !== 32

/** Shaped like `2026-04-16 08:00:00`: if it is a time at all, it is spelled as `formatSeconds` does. */
export const isSeconds = (text: string): boolean => text.length === 19 && text.charCodeAt(10) === 32

/** The milliseconds of the two common shapes; NaN where a look with the pattern is due. */
const common = (text: string): number => {
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  const millis = text.length === 19 ? 0 : digits(text, 20, 23)
  const isMarked = text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45 &&
    text.charCodeAt(13) === 58 && text.charCodeAt(16) === 58
  // `Date.UTC` takes the first hundred years for others
  if (
    !isMarked || !(year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60) ||
    !(second < 60 && millis < 1000)
  ) {
    return NaN
  }
  const time = Date.UTC(year, month - 1, day, hour, minute, second, millis)
  // a day that its month does not have is one of the next month there
  return day <= 28 || new Date(time).getUTCDate() === day ? time : NaN
}

/** The number that the digits make; NaN if one is none. */
const digits = (text: string, from: number, to: number): number => {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return NaN
    value = value * 10 + digit
  }
  return value
}

/** The same of all shapes: what explains `parse`. */
export const parseAny = (text: string): DateTime.Utc | undefined => {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as Six
  const civil = new Date(0)
  civil.setUTCFullYear(year, month - 1, day)
  if (
    civil.getUTCMonth() !== month - 1 || civil.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59
  ) {
    return undefined
  }
  const millis = civil.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 +
    Number((match[7] ?? "").padEnd(3, "0").slice(0, 3))
  return utc.make(millis - offsetMillis(match[8]))
}

// six groups of digits that the pattern makes certain
type Six = [number, number, number, number, number, number]

const offsetMillis = (offset: string | undefined): number => {
  if (offset === undefined || offset === "Z" || offset === "UTC") return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))
  return (offset.startsWith("-") ? -minutes : minutes) * 60_000
}

/** Whether the wire's four-digit years can say it; in milliseconds. */
export const isWritable = (millis: number): boolean => millis >= -62_167_219_200_000 && millis < 253_402_300_800_000

/** `2026-04-16T08:00:00.000Z` */
export const formatIso = (time: DateTime.Utc): string => new Date(time.epochMillis).toISOString()

/** `2026-04-16 08:00:00`; a time with a fraction of a second keeps it, as ISO 8601 */
export const formatSeconds = (time: DateTime.Utc): string => {
  const iso = formatIso(time)
  return iso.endsWith(".000Z") ? iso.slice(0, -5).replace("T", " ") : iso
}

/** `2026-04-16T08:00:00Z`, with milliseconds where there are some */
export const formatShort = (time: DateTime.Utc): string => formatIso(time).replace(".000Z", "Z")
