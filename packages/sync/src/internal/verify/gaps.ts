/** What should be there and is not, and what is there and should not be. */
import * as Effect from "effect/Effect"
import type { DestinationError } from "../../Destination.js"
import type { Finding, Options } from "../../Verification.js"
import { ofDisputed, ofLost, ofMissing, ofStray, ofUnreadable } from "./finding.js"
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
  Effect.zipWith(
    destination.strays,
    destination.unreadable,
    (places, manifests) => [...places.map(ofStray), ...manifests.map(ofUnreadable)]
  )

const gapsIn = (
  { destination: { place } }: Options,
  { left, plan }: snapshots.Snapshot
): ReadonlyArray<Finding> => [
  ...left.map((pull) => ofMissing(pull, place)),
  ...plan.lost.filter(({ isAcknowledged }) => !isAcknowledged).map((lost) => ofLost(lost, place)),
  ...plan.disputed.map((disputed) => ofDisputed(disputed, place))
]
