/** What a sync did, in lines for people, and its exit code. */
import type { Plan, Sync } from "@effect-didww/sync"
import * as DateTime from "effect/DateTime"
import { codeOf, codes, messageOf } from "./Failure.js"
import { grouped, plural, span } from "./internal/text.js"
import * as WindowName from "./WindowName.js"

/** Says what a run did. */
export const sentence = ({ adopted, committed, created, late, wasted }: Sync.Report): string => {
  const records = committed.reduce((sum, manifest) => sum + manifest.records, 0)
  const loaded = committed.length === 0
    ? "Nothing to load"
    : `${plural(committed.length, "window")} with ${grouped(records)} ${records === 1 ? "record" : "records"} loaded`
  const came = late === 0 ? "" : ` ${grouped(late)} ${late === 1 ? "record" : "records"} came late.`
  return `${loaded}. Exports: ${created} created, ${adopted} adopted, ${wasted} wasted.${came}`
}

const most = 5

/** The names of some windows. A long list ends with how many more there are. */
export const namesOf = (windows: ReadonlyArray<WindowName.Named>): string => {
  const names = windows.slice(0, most).map(WindowName.of)
  return [...names, ...(windows.length > most ? [`${windows.length - most} more`] : [])].join(", ")
}

/** Says which windows DIDWW deleted before they were loaded. */
export const losses = ({ lost }: Plan.Plan): ReadonlyArray<string> => {
  const unseen = lost.filter(({ isAcknowledged }) => !isAcknowledged)
  return unseen.length === 0 ? [] : [
    `${plural(unseen.length, "window is", "windows are")} lost, because DIDWW has deleted the records: ` +
    `${namesOf(unseen)}. Use sync acknowledge to report them no more.`
  ]
}

/** Lines about what needs somebody's attention, or another run. */
export const problems = (report: Sync.Report): ReadonlyArray<string> => [
  ...report.failedAccounts.map(({ account, error }) => `${account}: ${messageOf(error)}`),
  ...report.failed.map(({ error, subject }) => `${WindowName.of(subject)}: ${messageOf(error)}`),
  ...report.audits.filter(({ differing }) => differing > 0).map(({ differing, subject }) =>
    `${WindowName.of(subject)}: ${plural(differing, "window")} had other rows than the export of the whole month.`
  ),
  ...(report.waiting.length === 0 ? [] : [
    `${plural(report.waiting.length, "export is", "exports are")} not ready: ${namesOf(report.waiting)}. ` +
    "Run the same command again later."
  ]),
  ...losses(report.plan)
]

/** Writes a time such as `2026-11-27 00:00`. */
export const minute = (time: DateTime.Utc): string => DateTime.formatIso(time).slice(0, 16).replace("T", " ")

/** How far each account and type is kept. */
export const tracks = ({ endedAt, plan }: Sync.Report): ReadonlyArray<string> =>
  plan.tracks.map(({ account, completeUntil, exportType, nextLoss }) =>
    `${account} ${exportType} is complete until ${minute(completeUntil)} UTC.${
      nextLoss === undefined
        ? ""
        : ` ${plural(nextLoss.windows, "window is", "windows are")} missing, lost in ${
          span(DateTime.distance(endedAt, nextLoss.at))
        }.`
    }`
  )

/** The exit code: 6 where only exports are not ready, and that of the failure where every account failed alike. */
export const codeFor = ({ failed, failedAccounts, plan, waiting }: Sync.Report): number => {
  const accounts = new Set(plan.tracks.map(({ account }) => account))
  const ofAccounts = new Set(failedAccounts.map(({ error }) => codeOf(error)))
  const [code] = ofAccounts
  if (code !== undefined && ofAccounts.size === 1 && failedAccounts.length === accounts.size) return code
  if (failed.length + failedAccounts.length > 0) return codes.failure
  return waiting.length > 0 ? codes.timedOut : 0
}
