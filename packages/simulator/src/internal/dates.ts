/** Times as the API takes and shows them, in UTC. */
import type { JsonObject } from "./json.js"

const pattern = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:(Z)|([+-])(\d\d):?(\d\d))?$/

/** Milliseconds since 1970 at a whole second. `undefined` for a text that is no date, such as February 30. */
export const parse = (text: string): number | undefined => {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [year, month, day, hours, minutes, seconds] = match.slice(1, 7).map(Number)
  const at = Date.UTC(year!, month! - 1, day, hours, minutes, seconds)
  if (format(at) !== `${text.slice(0, 10)} ${text.slice(11, 19)}`) return undefined
  const offset = match[8] === undefined ? 0 : (Number(match[9]) * 60 + Number(match[10])) * 60_000
  return match[8] === "-" ? at + offset : at - offset
}

/** Writes a time as `YYYY-MM-DD HH:MM:SS`. */
export const format = (millis: number): string => new Date(millis).toISOString().slice(0, 19).replace("T", " ")

/** The first instant of a month, counted from the month of the given instant. */
export const monthStart = (millis: number, months: number): number => {
  const date = new Date(millis)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months)
}

/** The same day and time of the next month, or the last day of a month that is too short. */
export const monthLater = (millis: number): number => {
  const date = new Date(millis)
  const later = new Date(date.setUTCMonth(date.getUTCMonth() + 1))
  return later.getUTCDate() === new Date(millis).getUTCDate() ? later.getTime() : later.setUTCDate(0)
}

/** The time that an export covers, in milliseconds since 1970. */
export interface Period {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

/** Reads the period of an export's filters, from `from` and `to` or from `year`, `month` and `day`. */
export const periodOf = (filters: JsonObject | null): Period | undefined => {
  const from = parse(String(filters?.from ?? ""))
  const to = parse(String(filters?.to ?? ""))
  if (from !== undefined && to !== undefined && from < to) return { from, to }
  const [year, month] = [Number(filters?.year), Number(filters?.month)]
  if (!Number.isInteger(year) || !Number.isInteger(month)) return undefined
  const day = filters?.day === undefined ? undefined : Number(filters.day)
  return day === undefined
    ? { from: Date.UTC(year, month - 1), to: Date.UTC(year, month) }
    : { from: Date.UTC(year, month - 1, day), to: Date.UTC(year, month - 1, day + 1) }
}
