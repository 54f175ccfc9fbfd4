/** What should be there and is not, and what is there and should not be. */
import type { Period } from "@effect-didww/core/ExportRequest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { DestinationError } from "../../Destination.js"
import type { Finding, Options } from "../../Verification.js"
import { ofDisputed, ofLost, ofMissing, ofStray } from "./finding.js"
import { found, type Run } from "./running.js"
import * as snapshots from "./snapshot.js"

export const look = (run: Run): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const { emit, options, snapshot } = run
    const first = [...gapsIn(options, snapshot), ...yield* strays(options)]
    if (first.length === 0) return
    // a sync may have mended them meanwhile
    const now = [...gapsIn(options, yield* snapshots.take(options)), ...yield* strays(options)]
    const messages = new Set(now.map(({ message }) => message))
    yield* Effect.forEach(
      first.filter(({ message }) => messages.has(message)),
      (finding) => emit(found(finding)),
      { discard: true }
    )
  })

const strays = ({ destination }: Options): Effect.Effect<ReadonlyArray<Finding>, DestinationError> =>
  Effect.map(destination.strays, (places) => places.map(ofStray))

const gapsIn = (options: Options, { plan, state }: snapshots.Snapshot): ReadonlyArray<Finding> => {
  const { destination: { place }, provisionalAfter = "2 hours" } = options
  const [success] = state.successes
  // a run that ended well left no window behind that could be had
  const isOverdue = ({ to }: Period): boolean =>
    success !== undefined && DateTime.lessThanOrEqualTo(DateTime.addDuration(to, provisionalAfter), success.at)
  const missing = plan.pulls.filter(({ intent, reason, subject }) =>
    reason === "missing" && intent === undefined && isOverdue(subject.window)
  )
  return [
    ...missing.map((pull) => ofMissing(pull, place)),
    ...plan.lost.filter(({ isAcknowledged }) => !isAcknowledged).map((lost) => ofLost(lost, place)),
    ...plan.disputed.map((disputed) => ofDisputed(disputed, place))
  ]
}
