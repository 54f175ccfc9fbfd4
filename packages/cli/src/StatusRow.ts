/** Shows how complete an account and a type are. */
import type { Plan, Sync } from "@effect-didww/sync"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import { plural, span } from "./internal/text.js"
import type { Column, Shape } from "./Rows.js"
import * as SyncReport from "./SyncReport.js"

/** An account and a type, with the numbers of windows in each state. */
export interface StatusRow {
  readonly track: Plan.Track
  readonly now: DateTime.Utc
  readonly missing: number
  readonly provisional: number
  readonly waiting: number
  readonly overdue: number
  readonly suspicious: number
  readonly disputed: number
  /** Losses that nobody has acknowledged. */
  readonly lost: number
}

const isUnseen = ({ isAcknowledged }: Plan.Lost): boolean => !isAcknowledged

/** The rows of a status. */
export const of = ({ plan }: Sync.Status, now: DateTime.Utc): ReadonlyArray<StatusRow> =>
  plan.tracks.map((track) => {
    const count = (all: ReadonlyArray<Pick<Plan.Standing, "account" | "exportType">>): number =>
      all.filter(({ account, exportType }) => account === track.account && exportType === track.exportType).length
    return {
      track,
      now,
      missing: count(plan.pulls.filter(({ reason }) => reason === "missing").map(({ subject }) => subject)),
      provisional: count(plan.provisional),
      waiting: count(plan.waiting),
      overdue: count(plan.overdue),
      suspicious: count(plan.suspicious),
      disputed: count(plan.disputed),
      lost: count(plan.lost.filter(isUnseen))
    }
  })

const lossOf = ({ now, track: { nextLoss } }: StatusRow): string =>
  nextLoss === undefined
    ? ""
    : `${plural(nextLoss.windows, "window")} in ${span(DateTime.distance(now, nextLoss.at))}`

const counts = ["missing", "provisional", "waiting", "overdue", "suspicious", "disputed", "lost"] as const

const colorOf = ({ lost, missing }: StatusRow) =>
  lost > 0 ? "red" as const : missing > 0 ? "yellow" as const : undefined

export const shape: Shape<StatusRow> = {
  columns: [
    { name: "account", rank: 0 },
    { name: "type", rank: 1 },
    { name: "completeUntil", title: "COMPLETE UNTIL", rank: 2, color: colorOf },
    ...counts.map((name, index): Column<StatusRow> => ({ name, kind: "integer", rank: 5 + index })),
    { name: "nextLoss", title: "NEXT LOSS", rank: 3 }
  ],
  cells: (row) => [
    row.track.account,
    row.track.exportType,
    SyncReport.minute(row.track.completeUntil),
    ...counts.map((name) => String(row[name])),
    lossOf(row)
  ],
  json: (row) => ({
    account: row.track.account,
    type: row.track.exportType,
    since: DateTime.formatIso(row.track.since),
    completeUntil: DateTime.formatIso(row.track.completeUntil),
    ...Object.fromEntries(counts.map((name) => [name, row[name]])),
    nextLoss: row.track.nextLoss === undefined ? null : {
      at: DateTime.formatIso(row.track.nextLoss.at),
      windows: row.track.nextLoss.windows,
      secondsLeft: Math.floor(DateTime.distance(row.now, row.track.nextLoss.at) / 1000)
    }
  })
}

/** A loss that is nearer needs somebody's attention. */
const nearLoss = Duration.days(14)

/** What needs somebody's attention. */
export const problems = (
  { lastSuccess, plan }: Sync.Status,
  now: DateTime.Utc,
  maxAge: Duration.Duration
): ReadonlyArray<string> => {
  const age = lastSuccess === undefined ? undefined : DateTime.distance(lastSuccess, now)
  return [
    ...plan.tracks.flatMap(({ account, exportType, nextLoss }) => {
      const left = nextLoss === undefined ? Infinity : DateTime.distance(now, nextLoss.at)
      return nextLoss === undefined || left >= Duration.toMillis(nearLoss) ? [] : [
        `${account} ${exportType}: ${plural(nextLoss.windows, "window")} missing, lost in ${span(left)} (${
          SyncReport.minute(nextLoss.at)
        } UTC).`
      ]
    }),
    ...SyncReport.losses(plan),
    ...(age === undefined
      ? ["No run has succeeded yet."]
      : age > Duration.toMillis(maxAge)
      ? [`The last run that succeeded ended ${span(age)} ago.`]
      : [])
  ]
}
