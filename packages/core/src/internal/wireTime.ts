/** Times as DIDWW writes them, and nothing that a calendar does not have. */
import * as DateTime from "effect/DateTime"

const pattern = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?$/

/** ISO 8601 or `YYYY-MM-DD HH:MM:SS`, UTC unless it says otherwise; `undefined` for an impossible date. */
export const parse = (text: string): DateTime.Utc | undefined => {
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
  return DateTime.unsafeMake(millis - offsetMillis(match[8]))
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
