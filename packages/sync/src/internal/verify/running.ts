/** A verification on its way, and its events. */
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import type { Manifest } from "../../Manifest.js"
import type { Check, Event, Finding, Options } from "../../Verification.js"
import type { Snapshot } from "./snapshot.js"
import type { Verdicts } from "./verdicts.js"

export interface Run {
  readonly options: Options
  readonly now: DateTime.Utc
  readonly snapshot: Snapshot
  /** The windows of the snapshot that are to be looked at. */
  readonly manifests: ReadonlyArray<Manifest>
  readonly verdicts: Verdicts
  readonly emit: (event: Event) => Effect.Effect<void>
}

/** A window was looked at. */
export const looked = (check: Check, { subject }: Manifest, number: number, total: number): Event => {
  const { account, exportType, window } = subject
  return { _tag: "Looked", check, account, exportType, window, number, total }
}

export const found = (finding: Finding): Event => ({ _tag: "Found", finding })
