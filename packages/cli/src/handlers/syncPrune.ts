/** Deletes old windows. */
import { Sync } from "@effect-didww/sync"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { Usage } from "../Failure.js"
import { grouped, plural } from "../internal/text.js"
import * as Prompt from "../Prompt.js"
import { Stdio } from "../Stdio.js"
import * as SyncReport from "../SyncReport.js"
import * as SyncTarget from "../SyncTarget.js"

export interface Input {
  readonly destination: string
  readonly olderThan: Partial<DateTime.DateTime.PartsForMath>
  readonly yes: boolean
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const { isTyped, note } = yield* Stdio
  const destination = yield* SyncTarget.openMade(input.destination)
  const before = DateTime.startOf(DateTime.subtract(yield* DateTime.now, input.olderThan), "day")
  const old = (yield* destination.recorded).filter(({ subject }) =>
    DateTime.lessThanOrEqualTo(subject.window.to, before)
  )
  const records = old.reduce((sum, manifest) => sum + manifest.records, 0)
  const what = `${plural(old.length, "window")} with ${grouped(records)} records from before ${
    SyncReport.minute(before)
  } UTC`
  if (old.length === 0) {
    return yield* note(`Nothing to delete: no window ended before ${SyncReport.minute(before)} UTC.`)
  }
  if (!input.yes && !isTyped) {
    return yield* new Usage({ message: `Add --yes to delete ${what}. They cannot be had again from DIDWW.` })
  }
  if (!input.yes && !(yield* Prompt.confirm(`Delete ${what}, for ever? Type yes, then press Enter.`))) {
    return yield* note("Nothing was deleted.")
  }
  const deleted = yield* Sync.prune(destination, before)
  yield* note(`${plural(deleted.length, "window")} deleted`)
}, Effect.scoped)
