/** Deletes old windows, and keeps plans from reporting them as lost. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { DestinationError, SyncDestination } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import * as calendar from "../calendar.js"
import * as state from "./state.js"

const isBefore = (time: DateTime.Utc) => ({ subject: { window } }: Manifest): boolean =>
  DateTime.lessThanOrEqualTo(window.to, time)

/** The coverage moves on first: after a kill, the next prune deletes the rest, and nothing is reported as lost. */
export const prune = (
  destination: SyncDestination,
  before: DateTime.Utc
): Effect.Effect<ReadonlyArray<Manifest>, DestinationError> =>
  Effect.scoped(Effect.gen(function*() {
    const { check } = yield* destination.hold
    const { coverages } = yield* state.load(destination)
    for (const coverage of coverages) {
      const from = calendar.startOfStep(coverage.zone, before, coverage.window)
      if (DateTime.greaterThan(from, coverage.from)) {
        yield* check
        yield* state.save(destination.ledger, "coverages", { ...coverage, from })
      }
    }
    const old = (yield* destination.recorded).filter(isBefore(before))
    yield* Effect.forEach(old, (manifest) => Effect.andThen(check, destination.remove(manifest)), { discard: true })
    return old
  }))
