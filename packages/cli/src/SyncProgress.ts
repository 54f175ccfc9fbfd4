/** Follows a sync: a line for each window that ends, and a line that shows how far the run is. */
import type { Manifest, Plan, Sync } from "@effect-didww/sync"
import { messageOf } from "./Failure.js"
import { bytes, clock, grouped, padStart, plural, type Style, styled, width } from "./internal/text.js"
import * as Progress from "./Progress.js"

interface Widths {
  readonly account: number
  readonly exportType: number
  readonly key: number
}

const widest = (texts: ReadonlyArray<string>): number => texts.reduce((most, text) => Math.max(most, width(text)), 0)

const widthsOf = ({ audits, pulls, tracks }: Plan.Plan): Widths => ({
  account: widest(tracks.map(({ account }) => account)),
  exportType: widest(tracks.map(({ exportType }) => exportType)),
  key: widest([...pulls, ...audits].map(({ subject }) => shownKey(subject)))
})

/** The window of an audit is a month. */
const shownKey = ({ window }: Manifest.Subject): string => window.key.replace(/\.audit$/, "")

const named = ({ account, exportType, key }: Widths, subject: Manifest.Subject): string =>
  [
    subject.account.padEnd(account),
    subject.exportType.padEnd(exportType),
    shownKey(subject).padEnd(key)
  ].join("  ")

/** How a window ended. */
interface End {
  readonly state: string
  readonly style: Style
  readonly details: ReadonlyArray<string>
}

const stateWidth = "provisional".length

const reasons: Readonly<Record<Plan.Reason, string>> = {
  missing: "complete",
  settled: "complete",
  suspicious: "confirmed",
  audit: "replaced",
  again: "replaced"
}

const committed = (
  { late, manifest, reason }: Extract<Sync.Event, { _tag: "Committed" }>,
  millis: number,
  settles: number
): End => {
  const { archiveBytes, file, records, rejected, requestedAt, subject: { window } } = manifest
  const isProvisional = requestedAt.epochMillis < window.to.epochMillis + settles
  const rate = millis >= 1 ? [`${padStart(grouped(Math.round(records / millis * 1000)), 9)} rows/s`] : []
  return {
    state: isProvisional ? "provisional" : reasons[reason],
    style: "green",
    details: [
      `${padStart(grouped(records), 9)} rows`,
      padStart(bytes(file?.bytes ?? archiveBytes), 8),
      ...rate,
      ...(rejected > 0 ? [`${grouped(rejected)} unreadable`] : []),
      ...(late > 0 ? [`${grouped(late)} late`] : [])
    ]
  }
}

const endOf = (event: Sync.Event, millis: number, settles: number): End | undefined => {
  switch (event._tag) {
    case "Committed":
      return committed(event, millis, settles)
    case "Audited":
      return event.differing === 0
        ? { state: "audited", style: "green", details: ["equal"] }
        : { state: "audited", style: "yellow", details: [`${plural(event.differing, "window")} differ`] }
    case "Waiting":
      return { state: "waiting", style: "yellow", details: ["DIDWW has not completed the export"] }
    case "Gone":
      return { state: "gone", style: "yellow", details: ["the archive is deleted; it is requested again"] }
    case "Foreign":
      return { state: "foreign", style: "yellow", details: ["another export has its reference; the next one is used"] }
    case "Failed":
      return { state: "failed", style: "red", details: [messageOf(event.error)] }
    default:
      return undefined
  }
}

const subjectOf = (event: Sync.Event): Manifest.Subject | undefined =>
  event._tag === "Committed" ? event.manifest.subject : "subject" in event ? event.subject : undefined

const idOf = ({ account, exportType, window }: Manifest.Subject): string => `${account}/${exportType}/${window.key}`

export interface Options {
  readonly hasColor: boolean
  /** Milliseconds from the end of a window until it settles. */
  readonly settles: number
}

/** Counts the windows of a run. Times are milliseconds of one clock. */
class Counts {
  widths: Widths = { account: 0, exportType: 0, key: 0 }
  done = 0
  requested = 0
  /** Windows whose exports are awaited. */
  readonly waiting = new Set<string>()
  /** When each window that is loaded began, and its rows so far. It may wait for its turn first. */
  readonly loading = new Map<string, { readonly since: number | undefined; readonly rows: number }>()
  private planned = 0
  private rows = 0
  private readonly seen = new Set<string>()

  get total(): number {
    return Math.max(this.planned, this.seen.size)
  }

  get loaded(): number {
    return Array.from(this.loading.values()).reduce((sum, { rows }) => sum + rows, this.rows)
  }

  plan(plan: Plan.Plan): void {
    this.widths = widthsOf(plan)
    this.planned = plan.pulls.length + plan.audits.length
  }

  add(event: Sync.Event, id: string, now: number): void {
    this.seen.add(id)
    switch (event._tag) {
      case "Requested":
      case "Adopted":
        this.requested += event._tag === "Requested" ? 1 : 0
        this.waiting.add(id)
        break
      case "Ready":
        this.waiting.delete(id)
        this.loading.set(id, { since: undefined, rows: 0 })
        break
      case "Loading":
        this.loading.set(id, { since: this.loading.get(id)?.since ?? now, rows: event.progress.rows })
        break
      case "Committed":
      case "Audited":
      case "Waiting":
      case "Failed":
        this.done++
        this.rows += event._tag === "Committed" ? event.manifest.records : 0
        this.waiting.delete(id)
        this.loading.delete(id)
    }
  }
}

const lineOf = (counts: Counts, { elapsed, spinner }: Progress.Moment): string => {
  const { done, loaded, loading, requested, total, waiting } = counts
  if (total === 0) return `${spinner} Looking for what is missing`
  const left = done > 0 ? `  ${clock(elapsed / done * (total - done))} left` : ""
  const rate = elapsed > 0 ? Math.round(loaded / elapsed * 1000) : 0
  return `${spinner} ${done} of ${plural(total, "window")}  ${requested} requested  ${waiting.size} waiting  ` +
    `${loading.size} loading  ${grouped(rate)} rows/s${left}`
}

/** Follows the events of a run. */
export const make = ({ hasColor, settles }: Options) => {
  const counts = new Counts()
  return {
    /** Takes an event, and gives the line of a window that ended. */
    add: (event: Sync.Event, now: number): string | undefined => {
      if (event._tag === "Planned") counts.plan(event.plan)
      const subject = subjectOf(event)
      if (subject === undefined) return undefined
      const id = idOf(subject)
      const since = counts.loading.get(id)?.since
      counts.add(event, id, now)
      const end = endOf(event, now - (since ?? now), settles)
      if (end === undefined) return undefined
      const state = end.state.padEnd(stateWidth)
      return [named(counts.widths, subject), hasColor ? styled(state, end.style) : state, ...end.details].join("  ")
    },
    /** The line of progress. */
    line: (moment: Progress.Moment): string => lineOf(counts, moment)
  }
}
