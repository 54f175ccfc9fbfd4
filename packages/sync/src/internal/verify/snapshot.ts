/** What a destination says of itself at one moment. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { DestinationError } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import * as Plan from "../../Plan.js"
import type { Options } from "../../Verification.js"
import { isSameWindow } from "../pull/subject.js"
import * as states from "../sync/state.js"

export interface Snapshot {
  /** Of all windows, also of those whose data are gone. */
  readonly manifests: ReadonlyArray<Manifest>
  readonly state: states.State
  /** What is missing altogether. A window with a manifest is not, whatever became of its data. */
  readonly plan: Plan.Plan
  /** The windows that the last run should have loaded: it ended well. */
  readonly left: ReadonlyArray<Plan.PlannedPull>
}

export const take = (options: Options): Effect.Effect<Snapshot, DestinationError> =>
  Effect.gen(function*() {
    const { destination } = options
    // a window is committed before its intent goes, so that a window in between is seen
    const state = yield* states.load(destination)
    const manifests = yield* destination.recorded
    const [rules] = state.coverages
    const at = (now: DateTime.Utc): Plan.Plan =>
      Plan.make({
        ...options,
        window: options.window ?? rules?.window,
        zone: options.zone ?? rules?.zone,
        tracks: state.coverages,
        manifests,
        state,
        now
      })
    const plan = at(yield* DateTime.now)
    const [success] = state.successes
    const before = success === undefined ? [] : missing(at(success.at))
    const left = missing(plan).filter(({ intent, subject }) =>
      intent === undefined && before.some((pull) => isSameWindow(pull.subject, subject))
    )
    return { manifests, state, plan, left }
  })

const missing = ({ pulls }: Plan.Plan): ReadonlyArray<Plan.PlannedPull> =>
  pulls.filter(({ reason }) => reason === "missing")

/** Whether two manifests are of the same loading of a window. */
export const isSame = (self: Manifest, that: Manifest): boolean =>
  isSameWindow(self.subject, that.subject) && self.digest === that.digest && self.exportId === that.exportId &&
  DateTime.Equivalence(self.completedAt, that.completedAt)

/** The manifest that a window has in a newer list. */
export const newest = (manifests: ReadonlyArray<Manifest>, { subject }: Manifest): Manifest | undefined =>
  manifests.find((one) => isSameWindow(one.subject, subject))
