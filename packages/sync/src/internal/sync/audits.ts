/**
 * The closing audit: one export of a whole month, compared with the windows of the month. Windows that differ are requested
 * again. It finds calls that were recorded after their window had settled, and rows that changed.
 */
import type { Period } from "@effect-didww/core/ExportRequest"
import * as DateTime from "effect/DateTime"
import type { Manifest, Window } from "../../Manifest.js"
import type { PlannedAudit, PlannedPull } from "../../Plan.js"
import * as calendar from "../calendar.js"
import { total } from "../pull/rowsHash.js"
import { windowOf } from "../pull/subject.js"
import { rowsOf } from "../pull/totals.js"
import type { Audit } from "./state.js"
import { intended, type TrackInput } from "./track.js"

/** The key of an audited month is not that of a month window. */
export const auditEnding = ".audit"

export const isAudit = ({ key }: Pick<Window, "key">): boolean => key.endsWith(auditEnding)

/** A month is audited so long after its end. */
const days = 3

/** A window that still differs is left to people after so many audits. */
const mostAudits = 3

const auditOf = ({ state: { audits } }: TrackInput, period: Period): Audit | undefined =>
  audits.find((audit) => calendar.isWithin(period, audit))

/** Whether the windows together have the rows of the audit. */
const isEqual = (audit: Audit, windows: ReadonlyArray<Manifest>): boolean =>
  audit.rows === windows.reduce((sum, manifest) => sum + rowsOf(manifest), 0) &&
  audit.rowsHash === total(windows.map(({ rowsHash }) => rowsHash))

const hasRowsOf = ({ windows }: Audit, manifest: Manifest): boolean =>
  windows.some((window) =>
    calendar.isSame(window, manifest.subject.window) && window.rows === rowsOf(manifest) &&
    window.rowsHash === manifest.rowsHash
  )

/** How many windows have other rows than the audit. */
export const differing = (audit: Audit, windows: ReadonlyArray<Manifest>): number =>
  isEqual(audit, windows) ? 0 : windows.filter((manifest) => !hasRowsOf(audit, manifest)).length

const windowsOf = ({ manifests }: TrackInput, period: Period): ReadonlyArray<Manifest> =>
  manifests.filter(({ subject }) => calendar.isWithin(subject.window, period))

/**
 * What the audit of its month says of a window. `differs`: it is to be requested again. `disputed`: it was, and still
 * differs. `undefined`: no audit was made.
 */
export const verdict = (track: TrackInput, manifest: Manifest): "equal" | "differs" | "disputed" | undefined => {
  const { window } = manifest.subject
  const audit = auditOf(track, window)
  if (audit === undefined) return undefined
  if (isEqual(audit, windowsOf(track, audit))) return "equal"
  if (hasRowsOf(audit, manifest)) return "equal"
  return DateTime.lessThan(manifest.requestedAt, audit.requestedAt) ? "differs" : "disputed"
}

/** The months that can be audited: whole, and still to be had. */
export const possible = (track: TrackInput): ReadonlyArray<PlannedAudit> => {
  const { rules: { cliff, now, zone }, since } = track
  const first = DateTime.max(cliff, since)
  const months = calendar.cut({ from: first, to: DateTime.max(first, calendar.monthAt(zone, now, 0)) }, "month", zone)
  return months.flatMap((month) => {
    const windows = windowsOf(track, month)
    const isWhole = calendar.without(month, windows.map(({ subject }) => subject.window)).length === 0
    return isWhole ? [auditPull(track, month, windows)] : []
  })
}

/** The months that are to be audited: settled, or asked for. */
export const planned = (track: TrackInput, pulls: ReadonlyArray<PlannedPull>): ReadonlyArray<PlannedAudit> =>
  possible(track).filter(({ intent, manifests, subject: { window } }) => {
    const isRipe = DateTime.lessThanOrEqualTo(DateTime.add(window.to, { days }), track.rules.now)
    const isBusy = pulls.some(({ subject }) => calendar.isWithin(subject.window, window))
    return (intent !== undefined || (track.rules.audit && isRipe && isDue(track, window, manifests))) && !isBusy
  })

const isDue = (track: TrackInput, month: Period, windows: ReadonlyArray<Manifest>): boolean => {
  const audit = auditOf(track, month)
  if (audit === undefined) return true
  return audit.generation < mostAudits && windows.some((manifest) => verdict(track, manifest) === "disputed") &&
    DateTime.lessThanOrEqualTo(DateTime.addDuration(audit.requestedAt, track.rules.confirmAfter), track.rules.now)
}

const auditPull = (track: TrackInput, month: Period, manifests: ReadonlyArray<Manifest>): PlannedAudit => {
  const { account, exportType, rules: { zone } } = track
  const named = windowOf(month, zone)
  const window = { ...named, key: `${named.key}${auditEnding}` }
  const { generation, intent } = intended(track, window, auditOf(track, month)?.generation ?? 0)
  return {
    subject: { account, exportType, window, generation },
    deadline: calendar.deadline(month.from, zone),
    intent,
    manifests
  }
}
