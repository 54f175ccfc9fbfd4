/** Times as DIDWW writes them. Dates that no calendar has are no times. */
import type * as DateTime from "effect/DateTime"
import * as utc from "./utc.js"

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ?(Z|UTC|[+-](?:0\d|1[0-4]):?[0-5]\d))?$/

/** Reads ISO 8601 and `YYYY-MM-DD HH:MM:SS`, in UTC if no offset is given. Gives `undefined` for an impossible date. */
export const parse = (text: string): DateTime.Utc | undefined => {
  const millis = isIso(text) || isSeconds(text) ? common(text) : NaN
  return Number.isNaN(millis) ? parseAny(text) : utc.make(millis)
}

const zero = /^0000-00-00(?:[T ]00:00:00(?:\.0+)?(?: ?(?:Z|UTC|[+-]00:?00))?)?$/

/** Whether a text is the zero date, by which databases say that a call has no such time. */
export const isZero = (text: string): boolean => zero.test(text)

/** Whether a text has the shape of `2026-04-16T08:00:00.000Z`. If it is a time, `formatIso` writes it so. */
export const isIso = (text: string): boolean =>
  text.length === 24 && text.charCodeAt(10) === 84 && text.charCodeAt(19) === dot && text.charCodeAt(23) === 90 &&
  // a space may stand before the Z
  text.charCodeAt(22) !== space

/** Whether a text has the shape of `2026-04-16 08:00:00`. If it is a time, `formatSeconds` writes it so. */
export const isSeconds = (text: string): boolean => text.length === 19 && text.charCodeAt(10) === space

const space = 32
const dash = 45
const dot = 46
const colon = 58

/** The milliseconds of a text of the two common shapes. NaN if only the pattern can tell. */
const common = (text: string): number => {
  const isMarked = text.charCodeAt(4) === dash && text.charCodeAt(7) === dash &&
    text.charCodeAt(13) === colon && text.charCodeAt(16) === colon
  const tenths = text.length === 19 ? 0 : pair(text.charCodeAt(20), text.charCodeAt(21))
  const thousandths = text.length === 19 ? 0 : pair(48, text.charCodeAt(22))
  if (!isMarked || tenths === noPair || thousandths === noPair) return NaN
  return tenths * 10 + thousandths + epochOf(
    pair(text.charCodeAt(0), text.charCodeAt(1)),
    pair(text.charCodeAt(2), text.charCodeAt(3)),
    pair(text.charCodeAt(5), text.charCodeAt(6)),
    pair(text.charCodeAt(8), text.charCodeAt(9)),
    pair(text.charCodeAt(11), text.charCodeAt(12)),
    pair(text.charCodeAt(14), text.charCodeAt(15)),
    pair(text.charCodeAt(17), text.charCodeAt(18))
  )
}

/** The milliseconds of the nineteen bytes from `at` on, if they are like `2026-04-16 08:00:00`; else NaN. */
export const millisOfBytes = (bytes: Uint8Array, at: number): number => {
  const isMarked = bytes[at + 4] === dash && bytes[at + 7] === dash && bytes[at + 10] === space &&
    bytes[at + 13] === colon && bytes[at + 16] === colon
  return !isMarked ? NaN : epochOf(
    pair(bytes[at]!, bytes[at + 1]!),
    pair(bytes[at + 2]!, bytes[at + 3]!),
    pair(bytes[at + 5]!, bytes[at + 6]!),
    pair(bytes[at + 8]!, bytes[at + 9]!),
    pair(bytes[at + 11]!, bytes[at + 12]!),
    pair(bytes[at + 14]!, bytes[at + 15]!),
    pair(bytes[at + 17]!, bytes[at + 18]!)
  )
}

/** The number that two digits make; `noPair` if they are not digits. All are integers: other numbers cost an object each. */
const pair = (tens: number, ones: number): number =>
  (tens ^ 48) > 9 || (ones ^ 48) > 9 ? noPair : (tens ^ 48) * 10 + (ones ^ 48)

/** More than any part of a time. */
const noPair = 100

const epochOf = (
  century: number,
  yearOfCentury: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number
): number => {
  const year = century * 100 + yearOfCentury
  return century < noPair && yearOfCentury < noPair && month >= 1 && month <= 12 && day >= 1 &&
      day <= daysIn(year, month) && hour < 24 && minute < 60 && second < 60
    ? daysSince1970(year, month, day) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000
    : NaN
}

const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/**
 * Counts years from March on, so that a leap day is the last day of its year. Years begin four centuries earlier, so that no
 * quotient is negative: those of integers cost less than `Math.floor`.
 */
const daysSince1970 = (year: number, month: number, day: number): number => {
  const years = (month > 2 ? year : year - 1) + 400
  const months = month > 2 ? month - 3 : month + 9
  return years * 365 + (years >> 2) - (years / 100 | 0) + (years / 400 | 0) + ((153 * months + 2) / 5 | 0) + day -
    865_566
}

/** `parse` without its short way: the specification of `parse`. */
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

// the pattern has six groups of digits
type Six = [number, number, number, number, number, number]

const offsetMillis = (offset: string | undefined): number => {
  if (offset === undefined || offset === "Z" || offset === "UTC") return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))
  return (offset.startsWith("-") ? -minutes : minutes) * 60_000
}

/** Whether the four-digit years of the wire can say a time, in milliseconds. */
export const isWritable = (millis: number): boolean => millis >= -62_167_219_200_000 && millis < 253_402_300_800_000

/** `2026-04-16T08:00:00.000Z` */
export const formatIso = (time: DateTime.Utc): string => new Date(utc.millisOf(time)).toISOString()

/** `2026-04-16 08:00:00`. A time with a fraction of a second is written in ISO 8601. */
export const formatSeconds = (time: DateTime.Utc): string => {
  const iso = formatIso(time)
  return iso.endsWith(".000Z") ? iso.slice(0, -5).replace("T", " ") : iso
}

/** `2026-04-16T08:00:00Z`, with milliseconds only if it has some. */
export const formatShort = (time: DateTime.Utc): string => formatIso(time).replace(".000Z", "Z")
