/** Times as DIDWW writes them, and nothing that a calendar does not have. */
import type * as DateTime from "effect/DateTime"
import * as utc from "./utc.js"

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ?(Z|UTC|[+-](?:0\d|1[0-4]):?[0-5]\d))?$/

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
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  const millis = text.length === 19 ? 0 : twoDigits(text, 20) * 10 + digit(text, 22)
  const isMarked = text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45 &&
    text.charCodeAt(13) === 58 && text.charCodeAt(16) === 58
  return isMarked && year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) &&
      hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && millis >= 0
    ? daysSince1970(year, month, day) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000 + millis
    : NaN
}

/** All integers: numbers of another kind would cost an object each. */
const digit = (text: string, at: number): number => {
  const value = text.charCodeAt(at) - 48
  return value >= 0 && value <= 9 ? value : noDigit
}

/** Keeps each number that it is part of below zero. */
const noDigit = -1_000_000

const twoDigits = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1)

const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** By years that begin in March, so that a leap day is their last. */
const daysSince1970 = (year: number, month: number, day: number): number => {
  const years = month > 2 ? year : year - 1
  const months = month > 2 ? month - 3 : month + 9
  return years * 365 + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400) +
    Math.floor((153 * months + 2) / 5) + day - 719_469
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
