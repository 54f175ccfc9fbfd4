/**
 * Makes plans. Each account and type is a track of its own: the time from its beginning to the end of the current window. The
 * manifests take parts out of it. What is left before the cliff is lost, and what is left behind it is planned or waits.
 */
import type { ExportType } from "@effect-didww/core/Export"
import type { Period } from "@effect-didww/core/ExportRequest"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Order from "effect/Order"
import type { Manifest, Window } from "../../Manifest.js"
import type { Input, Lost, Plan, PlannedPull, Reason, Standing, Track } from "../../Plan.js"
import * as calendar from "../calendar.js"
import { windowOf } from "../pull/subject.js"
import * as audits from "./audits.js"
import * as state from "./state.js"
import { isSuspicious } from "./suspicion.js"
import { intended, type Rules, type TrackInput } from "./track.js"

const rulesOf = (input: Input): Rules => {
  const provisionalAfter = Duration.max(Duration.decode(input.provisionalAfter ?? "2 hours"), "10 minutes")
  return {
    now: input.now,
    zone: input.zone ?? calendar.utc,
    step: input.window ?? "day",
    provisionalAfter,
    settleAfter: Duration.max(Duration.decode(input.settleAfter ?? "26 hours"), provisionalAfter),
    confirmAfter: Duration.decode(input.confirmAfter ?? "24 hours"),
    overdueAfter: Duration.decode(input.overdueAfter ?? "6 hours"),
    audit: input.audit ?? true,
    cliff: calendar.cliff(input.now)
  }
}

type Part = Omit<Plan, "isUrgent" | "tracks"> & { readonly track: Track }

/** Each account and type, with what is known of it. */
export const tracksOf = (input: Input): ReadonlyArray<TrackInput> => {
  const rules = rulesOf(input)
  return input.tracks.map(({ account, exportType }) => trackOf(input, rules, account, exportType))
}

export const make = (input: Input): Plan => {
  const rules = rulesOf(input)
  const parts = tracksOf(input).map(partOf)
  const pulls = Arr.sort(parts.flatMap((part) => part.pulls), byDeadline)
  const monthEnd = calendar.monthAt(calendar.utc, rules.now, 1)
  return {
    pulls,
    audits: parts.flatMap((part) => part.audits),
    isUrgent: DateTime.distance(rules.now, monthEnd) <= Duration.toMillis("72 hours") &&
      pulls.some(({ deadline }) => DateTime.lessThanOrEqualTo(deadline, monthEnd)),
    tracks: parts.map(({ track }) => track),
    waiting: parts.flatMap((part) => part.waiting),
    overdue: parts.flatMap((part) => part.overdue),
    suspicious: parts.flatMap((part) => part.suspicious),
    provisional: parts.flatMap((part) => part.provisional),
    disputed: parts.flatMap((part) => part.disputed),
    lost: parts.flatMap((part) => part.lost)
  }
}

const byDeadline: Order.Order<PlannedPull> = Order.combine(
  Order.mapInput(DateTime.Order, ({ deadline }) => deadline),
  Order.mapInput(DateTime.Order, ({ subject }) => subject.window.from)
)

const byTime: Order.Order<Manifest> = Order.mapInput(DateTime.Order, ({ subject }) => subject.window.from)

const trackOf = (input: Input, rules: Rules, account: string, exportType: ExportType): TrackInput => {
  const all = input.state ?? state.empty
  const isMine = (one: { readonly account: string; readonly exportType: ExportType }): boolean =>
    one.account === account && one.exportType === exportType
  const own: state.State = {
    ...all,
    coverages: all.coverages.filter(isMine),
    intents: all.intents.filter(({ subject }) => isMine(subject)),
    acknowledgements: all.acknowledgements.filter(isMine),
    audits: all.audits.filter(isMine)
  }
  const [coverage] = own.coverages
  // windows are those of the calendar, whenever a run begins
  const asked = input.since && calendar.startOfStep(rules.zone, input.since, rules.step)
  return {
    account,
    exportType,
    rules,
    // what DIDWW did not have at the first run was never lost
    since: DateTime.max(asked ?? coverage?.from ?? rules.cliff, coverage?.from ?? rules.cliff),
    manifests: Arr.sort(input.manifests.filter(({ subject }) => isMine(subject)), byTime),
    state: own
  }
}

const partOf = (track: TrackInput): Part => {
  const { manifests, rules } = track
  const end = calendar.endOfStep(rules.zone, rules.now, rules.step)
  const holes = calendar.without({ from: track.since, to: end }, manifests.map(({ subject }) => subject.window))
  const lost = holes.flatMap(({ from, to }) => lostOf(track, { from, to: DateTime.min(to, rules.cliff) }))
  const open = holes.flatMap(({ from, to }) =>
    calendar.cut({ from: DateTime.max(from, rules.cliff), to }, rules.step, rules.zone)
  ).map((period) => windowOf(period, rules.zone))
  const isRipe = ({ to }: Period): boolean => DateTime.lessThanOrEqualTo(later(to, rules.provisionalAfter), rules.now)
  const missing = open.filter(isRipe).map((window) => missingPull(track, window))
  const looked = manifests.map((manifest) => lookAt(track, manifest))
  const pulls = [...missing, ...looked.flatMap(({ pull }) => pull ?? [])]
  return {
    pulls,
    audits: audits.planned(track, pulls),
    waiting: open.filter((window) => !isRipe(window)).map((window) =>
      standing(track, window, later(window.to, rules.provisionalAfter))
    ),
    overdue: pulls.flatMap((pull) => overdueOf(track, pull)),
    suspicious: looked.flatMap(({ suspicious }) => suspicious ?? []),
    provisional: looked.flatMap(({ provisional }) => provisional ?? []),
    disputed: looked.flatMap(({ disputed }) => disputed ?? []),
    lost,
    track: trackState(track, holes, lost, missing, looked.flatMap(({ provisional }) => provisional ?? []))
  }
}

const later = (time: DateTime.Utc, by: Duration.Duration): DateTime.Utc => DateTime.addDuration(time, by)

const standing = ({ account, exportType }: TrackInput, window: Window, at: DateTime.Utc): Standing => ({
  account,
  exportType,
  window,
  at
})

const lostOf = (track: TrackInput, hole: Period): ReadonlyArray<Lost> =>
  calendar.cut(hole, track.rules.step, track.rules.zone).map((period) => ({
    ...standing(track, windowOf(period, track.rules.zone), calendar.deadline(period.from, track.rules.zone)),
    isAcknowledged: track.state.acknowledgements.some(({ from, to }) =>
      DateTime.lessThanOrEqualTo(from, period.from) && DateTime.greaterThanOrEqualTo(to, period.to)
    )
  }))

const pullOf = (track: TrackInput, window: Window, reason: Reason, manifest: Manifest | undefined): PlannedPull => {
  const { account, exportType, rules } = track
  const { generation, intent } = intended(track, window, manifest?.subject.generation ?? 0)
  return {
    subject: { account, exportType, window, generation },
    reason,
    deadline: calendar.deadline(window.from, rules.zone),
    intent,
    manifest
  }
}

const missingPull = (track: TrackInput, window: Window): PlannedPull => pullOf(track, window, "missing", undefined)

const overdueOf = (track: TrackInput, { intent, subject }: PlannedPull): ReadonlyArray<Standing> => {
  const { now, overdueAfter } = track.rules
  return intent?.exportId !== undefined && DateTime.lessThanOrEqualTo(later(intent.at, overdueAfter), now)
    ? [standing(track, subject.window, later(intent.at, overdueAfter))]
    : []
}

interface Look {
  readonly pull?: PlannedPull
  readonly suspicious?: Standing
  readonly provisional?: Standing
  readonly disputed?: Standing
}

/** Whether a window that the destination has must be requested again. */
const lookAt = (track: TrackInput, manifest: Manifest): Look => {
  const { rules: { cliff, confirmAfter, now, settleAfter } } = track
  const { requestedAt, subject: { generation, window } } = manifest
  // DIDWW has no longer what would replace it
  const isGone = DateTime.lessThan(window.from, cliff)
  const again = (reason: Reason): Look => ({ pull: pullOf(track, window, reason, manifest) })
  if (!isGone && intended(track, window, generation).intent !== undefined) return again("again")
  const audited = audits.verdict(track, manifest)
  if (audited === "equal") return {}
  if (audited === "differs") return isGone ? { disputed: standing(track, window, now) } : again("audit")
  if (audited === "disputed") return { disputed: standing(track, window, now) }
  const settles = later(window.to, settleAfter)
  if (DateTime.lessThan(requestedAt, settles)) {
    return !isGone && DateTime.lessThanOrEqualTo(settles, now)
      ? again("settled")
      : { provisional: standing(track, window, settles) }
  }
  if (!isSuspicious(track, manifest)) return {}
  const at = later(requestedAt, confirmAfter)
  return !isGone && DateTime.lessThanOrEqualTo(at, now)
    ? again("suspicious")
    : { suspicious: standing(track, window, at) }
}

const trackState = (
  { account, exportType, rules, since }: TrackInput,
  holes: ReadonlyArray<Period>,
  lost: ReadonlyArray<Lost>,
  missing: ReadonlyArray<PlannedPull>,
  provisional: ReadonlyArray<Standing>
): Track => {
  const unseen = lost.find(({ isAcknowledged }) => !isAcknowledged)?.window.from
  const open = holes.find(({ to }) => DateTime.greaterThan(to, rules.cliff))
  const incomplete = [
    ...(unseen === undefined ? [] : [unseen]),
    ...(open === undefined ? [] : [DateTime.max(open.from, rules.cliff)]),
    ...provisional.map(({ window }) => window.from)
  ]
  const nextLoss = Arr.head(Arr.sort(missing.map(({ deadline }) => deadline), DateTime.Order))
  return {
    account,
    exportType,
    since,
    completeUntil: incomplete.reduce((first, time) => DateTime.min(first, time), rules.now),
    nextLoss: nextLoss._tag === "None" ? undefined : {
      at: nextLoss.value,
      windows: missing.filter(({ deadline }) => DateTime.Equivalence(deadline, nextLoss.value)).length
    }
  }
}
