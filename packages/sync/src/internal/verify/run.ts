/**
 * One verification. It reads a snapshot of the manifests, and compares each finding with the newest manifests before it reports
 * it: a sync may replace windows meanwhile.
 */
import type { Service } from "@effect-didww/http/ExportsClient"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import type { DestinationError } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import { type Check, Class, type Event, type Options } from "../../Verification.js"
import * as archives from "./archives.js"
import * as data from "./data.js"
import * as duplicates from "./duplicates.js"
import * as findings from "./finding.js"
import * as gaps from "./gaps.js"
import * as outside from "./outside.js"
import { found, looked, type Run } from "./running.js"
import { isIn } from "./sample.js"
import * as snapshots from "./snapshot.js"
import { save, Verdicts } from "./verdicts.js"

export const run = (
  options: Options,
  listener: (event: Event) => Effect.Effect<unknown>
): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const now = yield* DateTime.now
    const snapshot = yield* snapshots.take(options)
    const tally = tallyOf()
    const emit = (event: Event): Effect.Effect<void> =>
      Effect.andThen(Effect.sync(() => count(tally, event)), Effect.asVoid(listener(event)))
    const manifests = snapshot.manifests.filter(isIn(options.sample, now))
    const verification: Run = { options, now, snapshot, manifests, verdicts: tally.verdicts, emit }
    yield* data.look(verification)
    yield* gaps.look(verification)
    yield* lookOutside(verification)
    if (options.sample === undefined) yield* lookForDuplicates(verification)
    yield* Effect.forEach(
      Record.toEntries(options.accounts ?? {}),
      ([account, client]) => lookAtArchives(verification, account, client),
      { discard: true }
    )
    const endedAt = yield* DateTime.now
    yield* save(options.destination.ledger, snapshot, tally.verdicts, now)
    const { looked, unasked } = tally
    yield* emit({ _tag: "Ended", report: { startedAt: now, endedAt, looked, findings: tally.findings, unasked } })
  })

interface Tally {
  readonly looked: Record<Check, number>
  readonly findings: Record<Class, number>
  readonly unasked: Array<string>
  readonly verdicts: Verdicts
}

const tallyOf = (): Tally => ({
  looked: { data: 0, archive: 0, duplicates: 0 },
  findings: Record.fromIterableWith(Class.literals, (name) => [name, 0]),
  unasked: [],
  verdicts: new Verdicts()
})

const count = (tally: Tally, event: Event): void => {
  switch (event._tag) {
    case "Looked":
      tally.looked[event.check]++
      break
    case "Found":
      tally.findings[event.finding.class]++
      tally.verdicts.add(event.finding)
      break
    case "Unasked":
      tally.unasked.push(event.account)
  }
}

/** The windows of each account and type, in order. */
const tracksOf = (manifests: ReadonlyArray<Manifest>): ReadonlyArray<ReadonlyArray<Manifest>> =>
  Object.values(Arr.groupBy(manifests, ({ subject: { account, exportType } }) => `${account} ${exportType}`))

const lookOutside = ({ emit, manifests, options, snapshot, verdicts }: Run): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const wanted = new Set(verdicts.intact(manifests))
    const all = tracksOf(snapshot.manifests).flatMap(outside.of).filter(({ manifest }) => wanted.has(manifest))
    if (all.length === 0) return
    const now = yield* options.destination.recorded
    for (const { column, first, last, manifest } of all) {
      const newest = snapshots.newest(now, manifest)
      if (newest === undefined || !snapshots.isSame(newest, manifest)) continue
      yield* emit(found(findings.ofOutside(manifest, column, first, last)))
    }
  })

const defaultMemory = 64 << 20

const lookForDuplicates = (verification: Run): Effect.Effect<void, DestinationError> => {
  const { emit, manifests, options: { destination, memory = defaultMemory }, verdicts } = verification
  return Effect.forEach(tracksOf(verdicts.intact(manifests)), (windows) =>
    Effect.gen(function*() {
      const { pairs, unread } = yield* duplicates.find(destination, windows, memory, (manifest, number, total) =>
        emit(looked("duplicates", manifest, number, total)))
      for (const manifest of windows) {
        if (!unread.has(manifest)) {
          verdicts.mark(manifest, "hasDuplicates")
        }
      }
      const confirmed = yield* duplicates.confirmed(destination, pairs, memory)
      for (const pair of confirmed) {
        yield* emit(found(findings.ofPair(pair, destination.place)))
      }
    }), { discard: true })
}

const lookAtArchives = (
  { emit, manifests, now, options, verdicts }: Run,
  account: string,
  client: Service
): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const candidates = archives.candidates(manifests, account, now)
    const differences: Array<archives.Difference> = []
    yield* archives.compare(client, candidates, options.deep ?? false, (manifest, difference, number) => {
      verdicts.mark(manifest, "hasArchive")
      if (difference !== undefined) differences.push(difference)
      return emit(looked("archive", manifest, number, candidates.length))
    }).pipe(Effect.catchAll((error) => emit({ _tag: "Unasked", account, error })))
    if (differences.length === 0) return
    const newest = yield* options.destination.recorded
    for (const { expected, found: instead, manifest } of differences) {
      if (snapshots.newest(newest, manifest)?.exportId !== manifest.exportId) continue
      yield* emit(found(findings.ofArchive(manifest, expected, instead)))
    }
  })
