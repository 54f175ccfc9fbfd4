/**
 * Makes plans. Each account and type is a track of its own: the time from its beginning to the end of the current window. The
 * manifests take parts out of it, and so do exports that were requested while DIDWW still had their records: an archive
 * outlives them. What is left before the cliff is lost, and what is left behind it is planned or waits.
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
import { livesDays } from "./listing.js"
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
  const from = own.coverages[0]?.from ?? rules.cliff
  // windows are those of the calendar, whenever a run begins
  const asked = input.since && calendar.startOfStep(rules.zone, input.since, rules.step)
  return {
    account,
    exportType,
    rules,
    // what DIDWW did not have at the first run was never lost, and what it still has can be added
    since: DateTime.max(asked ?? from, DateTime.min(from, rules.cliff)),
    manifests: Arr.sort(input.manifests.filter(({ subject }) => isMine(subject)), byTime),
    state: own
  }
}

const partOf = (track: TrackInput): Part => {
  const { manifests, rules } = track
  const end = calendar.endOfStep(rules.zone, rules.now, rules.step)
  const begun = begunBefore(track)
  const had = Arr.sort([...manifests.map(({ subject }) => subject.window), ...begun], byBeginning)
  const holes = calendar.without({ from: track.since, to: end }, had)
  const open = holes.flatMap(({ from, to }) =>
    calendar.cut({ from: DateTime.max(from, rules.cliff), to }, rules.step, rules.zone)
  ).map((period) => windowOf(period, rules.zone))
  const isRipe = ({ to }: Period): boolean => DateTime.lessThanOrEqualTo(later(to, rules.provisionalAfter), rules.now)
  const missing = open.filter(isRipe).map((window) => missingPull(track, window))
  const looked = manifests.map((manifest) => lookAt(track, manifest))
  const pulls = [
    ...begun.map((window) => missingPull(track, window)),
    ...missing,
    ...looked.flatMap(({ pull }) => pull ?? [])
  ]
  const waiting = open.filter((window) => !isRipe(window)).map((window) =>
    standing(track, window, later(window.to, rules.provisionalAfter))
  )
  const lost = Arr.sort([
    ...holes.flatMap(({ from, to }) => lostOf(track, { from, to: DateTime.min(to, rules.cliff) })),
    ...looked.flatMap(({ lost }) => lost ?? [])
  ], Order.mapInput(byBeginning, ({ window }: Lost) => window))
  const incomplete = [
    ...begun,
    ...open,
    ...lost.filter(({ isAcknowledged }) => !isAcknowledged).map(({ window }) => window),
    ...looked.flatMap(({ incomplete }) => incomplete ?? [])
  ]
  return {
    pulls,
    audits: audits.planned(track, pulls),
    waiting,
    overdue: pulls.flatMap((pull) => overdueOf(track, pull)),
    suspicious: looked.flatMap(({ suspicious }) => suspicious ?? []),
    provisional: looked.flatMap(({ provisional }) => provisional ?? []),
    disputed: looked.flatMap(({ disputed }) => disputed ?? []),
    lost,
    track: trackState(track, incomplete, missing)
  }
}

const byBeginning: Order.Order<Period> = Order.mapInput(DateTime.Order, ({ from }) => from)

/** Whether the archive of a request may still exist. */
const mayLive = ({ at, isVoid }: state.Intent, { now }: Rules): boolean =>
  isVoid === undefined && DateTime.greaterThan(DateTime.add(at, { days: livesDays }), now)

/** Windows before the cliff whose exports were requested, and that the destination does not have. */
const begunBefore = ({ manifests, rules, state: { intents } }: TrackInput): ReadonlyArray<Window> =>
  intents.filter((intent) => {
    const { window } = intent.subject
    return mayLive(intent, rules) && !audits.isAudit(window) && DateTime.lessThan(window.from, rules.cliff) &&
      !manifests.some(({ subject }) => calendar.isOverlapping(subject.window, window))
  }).map(({ subject }) => subject.window)

const later = (time: DateTime.Utc, by: Duration.Duration): DateTime.Utc => DateTime.addDuration(time, by)

const standing = ({ account, exportType }: TrackInput, window: Window, at: DateTime.Utc): Standing => ({
  account,
  exportType,
  window,
  at
})

const lostOf = (track: TrackInput, hole: Period): ReadonlyArray<Lost> =>
  calendar.cut(hole, track.rules.step, track.rules.zone).map((period) =>
    lostWindow(track, windowOf(period, track.rules.zone))
  )

const lostWindow = (track: TrackInput, window: Window): Lost => ({
  ...standing(track, window, calendar.deadline(window.from, track.rules.zone)),
  isAcknowledged: track.state.acknowledgements.some((seen) => calendar.isWithin(window, seen))
})

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
  readonly lost?: Lost
  /** Rows may be missing. */
  readonly incomplete?: Window
}

/** Whether a window that the destination has must be requested again. */
const lookAt = (track: TrackInput, manifest: Manifest): Look => {
  const { rules: { cliff, confirmAfter, now, settleAfter } } = track
  const { requestedAt, subject: { generation, window } } = manifest
  // DIDWW has no longer what would replace it, unless it was requested before
  const isGone = DateTime.lessThan(window.from, cliff)
  const audited = audits.verdict(track, manifest)
  const settles = later(window.to, settleAfter)
  const isEarly = audited !== "equal" && DateTime.lessThan(requestedAt, settles)
  const again = (reason: Reason): Look => ({
    pull: pullOf(track, window, reason, manifest),
    ...((isEarly || audited === "differs") && { incomplete: window })
  })
  const { intent } = intended(track, window, generation)
  if (intent !== undefined && (!isGone || mayLive(intent, track.rules))) return again("again")
  if (audited === "equal") return {}
  if (audited === "differs") return isGone ? { disputed: standing(track, window, now) } : again("audit")
  if (audited === "disputed") return { disputed: standing(track, window, now) }
  if (isEarly) {
    // calls that were recorded later cannot be had any more
    if (isGone) return { lost: lostWindow(track, window) }
    return DateTime.lessThanOrEqualTo(settles, now)
      ? again("settled")
      : { provisional: standing(track, window, settles), incomplete: window }
  }
  if (isGone || !isSuspicious(track, manifest)) return {}
  const at = later(requestedAt, confirmAfter)
  return DateTime.lessThanOrEqualTo(at, now) ? again("suspicious") : { suspicious: standing(track, window, at) }
}

const trackState = (
  { account, exportType, rules: { now }, since }: TrackInput,
  incomplete: ReadonlyArray<Period>,
  missing: ReadonlyArray<PlannedPull>
): Track => {
  const nextLoss = Arr.head(Arr.sort(missing.map(({ deadline }) => deadline), DateTime.Order))
  return {
    account,
    exportType,
    since,
    completeUntil: incomplete.reduce((first, { from }) => DateTime.min(first, from), now),
    nextLoss: nextLoss._tag === "None" ? undefined : {
      at: nextLoss.value,
      windows: missing.filter(({ deadline }) => DateTime.Equivalence(deadline, nextLoss.value)).length
    }
  }
}
