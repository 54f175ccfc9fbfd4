/** Reads the data of windows again, and takes out of sight what was not loaded so, if that is wanted. */
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { DestinationError, Inspection } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import { cliff } from "../calendar.js"
import { ofInspection } from "./finding.js"
import { found, looked, type Run } from "./running.js"
import { isSame, newest } from "./snapshot.js"

type Wrong = Inspection & { readonly status: Exclude<Inspection["status"], "intact"> }

const isWrong = (inspection: Inspection): inspection is Wrong => inspection.status !== "intact"

/** Windows between two readings of all manifests, where some look wrong. */
const atOnce = 50

/** A sync that replaces the same window so often has time to be verified later. */
const mostRounds = 5

export const look = (run: Run): Effect.Effect<void, DestinationError> => {
  const { emit, manifests, options: { destination }, verdicts } = run
  let number = 0
  return Effect.forEach(Arr.chunksOf(manifests, atOnce), (some) =>
    Effect.gen(function*() {
      const suspects: Array<Suspect> = []
      for (const manifest of some) {
        const inspection = yield* destination.inspect(manifest)
        verdicts.look(manifest)
        if (isWrong(inspection)) suspects.push({ manifest, inspection })
        yield* emit(looked("data", manifest, ++number, manifests.length))
      }
      for (const suspect of yield* confirmed(run, suspects)) yield* report(run, suspect)
    }), { discard: true })
}

interface Suspect {
  readonly manifest: Manifest
  readonly inspection: Wrong
}

/** What is still wrong. A window that was replaced meanwhile is read again. */
const confirmed = (
  run: Run,
  suspects: ReadonlyArray<Suspect>,
  rounds = mostRounds
): Effect.Effect<ReadonlyArray<Suspect>, DestinationError> =>
  Effect.gen(function*() {
    const { options: { destination }, verdicts } = run
    if (rounds === 0) suspects.forEach(({ manifest }) => verdicts.forget(manifest))
    if (suspects.length === 0 || rounds === 0) return []
    const now = yield* destination.recorded
    const same: Array<Suspect> = []
    const again: Array<Suspect> = []
    for (const suspect of suspects) {
      const manifest = newest(now, suspect.manifest)
      if (manifest === undefined) {
        verdicts.forget(suspect.manifest)
      } else if (isSame(manifest, suspect.manifest)) {
        same.push(suspect)
      } else {
        const inspection = yield* destination.inspect(manifest)
        verdicts.look(manifest)
        if (isWrong(inspection)) again.push({ manifest, inspection })
      }
    }
    return [...same, ...yield* confirmed(run, again, rounds - 1)]
  })

const report = ({ emit, now, options }: Run, { inspection, manifest }: Suspect) =>
  Effect.gen(function*() {
    const { destination, quarantine: isWanted = false } = options
    const canBeHad = DateTime.greaterThanOrEqualTo(manifest.subject.window.from, cliff(now))
    const isShown = newest(yield* destination.manifests, manifest) !== undefined
    // what DIDWW no longer has stays: a part of it is better than nothing
    const quarantine = isWanted && canBeHad
      ? yield* Effect.catchTag(
        destination.quarantine(manifest),
        "DestinationInUse",
        "DestinationMoved",
        () => Effect.succeed(undefined)
      )
      : undefined
    yield* emit(found(ofInspection(manifest, inspection, { canBeHad, isShown, quarantine })))
  })
