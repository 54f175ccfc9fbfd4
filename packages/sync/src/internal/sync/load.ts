/** Loads the archive of a window into the destination. */
import * as Effect from "effect/Effect"
import type { DestinationError, OpenWindow } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import type { PlannedPull } from "../../Plan.js"
import type { WindowError } from "../../Sync.js"
import * as pulls from "../pull/run.js"
import { rowsOf } from "../pull/totals.js"
import type { AccountRun } from "./account.js"
import type { Requested } from "./request.js"
import * as state from "./state.js"
import type { Ready } from "./watch.js"

export const run = (
  account: AccountRun,
  { manifest: earlier, reason }: PlannedPull,
  { request, subject }: Requested,
  archived: Ready
): Effect.Effect<void, WindowError> =>
  Effect.scoped(Effect.gen(function*() {
    const { client, destination, emit, hold } = account
    const window = yield* destination.open(subject)
    if (window.manifest === undefined) {
      const manifest = yield* pulls.fill({
        client,
        request,
        subject,
        archived,
        window: whileHeld(window, hold.check),
        previous: earlier && previousOf(earlier),
        options: { onProgress: (progress) => emit({ _tag: "Loading", subject, progress }) }
      })
      const late = earlier === undefined ? 0 : Math.max(0, rowsOf(manifest) - rowsOf(earlier))
      yield* emit({ _tag: "Committed", manifest, reason, late })
    } else {
      yield* pulls.held(request, subject, destination, window.manifest)
    }
    yield* state.settle(destination.ledger, { subject })
  }))

const previousOf = (manifest: Manifest): NonNullable<Manifest["previous"]> => ({
  exportId: manifest.exportId,
  requestedAt: manifest.requestedAt,
  rows: rowsOf(manifest),
  rowsHash: manifest.rowsHash
})

/** A run that lost its lease commits nothing. */
const whileHeld = (window: OpenWindow, check: Effect.Effect<void, DestinationError>): OpenWindow => ({
  ...window,
  complete: (manifest) => Effect.andThen(check, window.complete(manifest))
})
