/** The window of a request: a calendar day or month of a zone, or any other period. */
import type { ExportType } from "@effect-didww/core/Export"
import type { ExportRequest, Period } from "@effect-didww/core/ExportRequest"
import * as ExportRequests from "@effect-didww/core/ExportRequest"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import type { Manifest, Window } from "../../Manifest.js"
import { isSame, startOf } from "../calendar.js"

export const windowOf = ({ from, to }: Period, zone: DateTime.TimeZone): Window => {
  const { day, month, year } = DateTime.toParts(DateTime.setZone(from, zone))
  const isBetween = (start: DateTime.Utc, end: DateTime.Utc): boolean => isSame({ from, to }, { from: start, to: end })
  const named = (key: string): Window => ({ from, to, key })
  const monthName = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`
  return isBetween(startOf(zone, year, month, 1), startOf(zone, year, month + 1, 1))
    ? named(monthName)
    : isBetween(startOf(zone, year, month, day), startOf(zone, year, month, day + 1))
    ? named(`${monthName}-${String(day).padStart(2, "0")}`)
    : named(`${short(from)}_${short(to)}`)
}

/** A window of an account and a type. */
interface Named {
  readonly account: string
  readonly exportType: ExportType
  readonly window: Period
}

/** Whether two subjects are of the same window. Their generations may differ. */
export const isSameWindow = (self: Named, that: Named): boolean =>
  self.account === that.account && self.exportType === that.exportType && isSame(self.window, that.window)

const short = (time: DateTime.Utc): string => DateTime.formatIso(time).replace(".000Z", "Z")

const encode = Schema.encodeSync(ExportRequests.ExportRequest)

/** The keys in which a request differs from the request of a manifest. References and callbacks do not count. */
export const differences = (request: ExportRequest, { request: earlier }: Manifest): ReadonlyArray<string> => {
  const wanted: Readonly<Record<string, unknown>> = { ...encode(request) }
  const held: Readonly<Record<string, unknown>> = { ...encode(earlier) }
  return Array.from(new Set([...Object.keys(wanted), ...Object.keys(held)])).filter((key) =>
    key !== "callback" && key !== "externalReferenceId" && JSON.stringify(wanted[key]) !== JSON.stringify(held[key])
  )
}
