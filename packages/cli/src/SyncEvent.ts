/** The events of a sync as JSON, one object each. */
import type { Manifest, Plan, Sync } from "@effect-didww/sync"
import * as DateTime from "effect/DateTime"
import { messageOf } from "./Failure.js"

type Json = Readonly<Record<string, unknown>>

const iso = DateTime.formatIso

const ofSubject = ({ account, exportType, generation, window }: Manifest.Subject): Json => ({
  account,
  type: exportType,
  window: window.key,
  generation
})

/** The tag and the message of an error. They hold no key. */
const ofError = (error: Sync.WindowError): Json => ({ error: error._tag, message: messageOf(error) })

const ofTrack = ({ account, completeUntil, exportType, nextLoss }: Plan.Track): Json => ({
  account,
  type: exportType,
  completeUntil: iso(completeUntil),
  nextLoss: nextLoss === undefined ? null : { at: iso(nextLoss.at), windows: nextLoss.windows }
})

const ofReport = (report: Sync.Report): Json => ({
  startedAt: iso(report.startedAt),
  endedAt: iso(report.endedAt),
  created: report.created,
  adopted: report.adopted,
  wasted: report.wasted,
  committed: report.committed.length,
  late: report.late,
  waiting: report.waiting.map(ofSubject),
  failed: report.failed.map(({ error, subject }) => ({ ...ofSubject(subject), ...ofError(error) })),
  failedAccounts: report.failedAccounts.map(({ account, error }) => ({ account, ...ofError(error) })),
  audits: report.audits.map(({ differing, subject }) => ({ ...ofSubject(subject), differing })),
  lost: report.plan.lost.filter(({ isAcknowledged }) => !isAcknowledged).length,
  tracks: report.plan.tracks.map(ofTrack)
})

const bodyOf = (event: Sync.Event): Json => {
  switch (event._tag) {
    case "Planned":
      return {
        windows: event.plan.pulls.length,
        audits: event.plan.audits.length,
        isUrgent: event.plan.isUrgent,
        lost: event.plan.lost.filter(({ isAcknowledged }) => !isAcknowledged).length
      }
    case "Requested":
    case "Adopted":
    case "Foreign":
    case "Ready":
    case "Gone":
      return { ...ofSubject(event.subject), exportId: event.exportId }
    case "Loading":
      return { ...ofSubject(event.subject), rows: event.progress.rows, bytes: event.progress.bytes }
    case "Committed":
      return {
        ...ofSubject(event.manifest.subject),
        reason: event.reason,
        late: event.late,
        ...ofManifest(event.manifest)
      }
    case "Audited":
      return { ...ofSubject(event.subject), differing: event.differing }
    case "Waiting":
      return ofSubject(event.subject)
    case "Failed":
      return { ...ofSubject(event.subject), ...ofError(event.error) }
    case "AccountFailed":
      return { account: event.account, ...ofError(event.error) }
    case "Ended":
      return ofReport(event.report)
  }
}

const ofManifest = ({ archiveBytes, exportId, file, records, rejected }: Manifest.Manifest): Json => ({
  exportId,
  records,
  rejected,
  archiveBytes,
  file: file === undefined ? null : { path: file.path, bytes: file.bytes }
})

/** The name of an event begins with a small letter. */
const nameOf = ({ _tag }: Sync.Event): string => `${_tag.charAt(0).toLowerCase()}${_tag.slice(1)}`

/** Makes the object of an event. */
export const json = (event: Sync.Event, at: DateTime.Utc): Json => ({
  event: nameOf(event),
  at: iso(at),
  ...bodyOf(event)
})
