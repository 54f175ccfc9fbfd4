/** One window of a destination of files, open for one pull. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { DestinationConflict, type DestinationError, type OpenWindow } from "../../Destination.js"
import type { Manifest, Subject } from "../../Manifest.js"
import { isSameWindow } from "../pull/subject.js"
import * as checkpoints from "./checkpoint.js"
import * as commit from "./commit.js"
import * as disks from "./disk.js"
import * as manifests from "./manifests.js"
import type { Place } from "./place.js"
import * as writings from "./writing.js"

/** Opens a window. A complete one needs no lock and no permission to write. */
export const open = (
  settings: writings.Settings,
  place: Place,
  subject: Subject
): Effect.Effect<OpenWindow, DestinationError, Scope.Scope> =>
  Effect.gen(function*() {
    const { adopt, completed, disk, format, lockOf } = settings
    // a conflict is taken seriously once the lock is held: another run may be about to complete the window
    const before = yield* Effect.option(manifests.standing(disk, place, subject))
    if (Option.isSome(before) && before.value.isComplete) return closed(before.value.manifest)
    yield* disks.makeFolder(disk, disks.folderOf(place.checkpoint))
    const lock = yield* lockOf(place, subject)
    const found = yield* checkpoints.load(disk, place.checkpoint)
    if (found !== undefined && !isSameWindow(found.subject, subject)) {
      return yield* conflict(disk, "an unfinished window of another pull")
    }
    const recovered = found === undefined ? undefined : yield* commit.recover(disk, place, lock, found)
    if (recovered !== undefined) yield* completed(subject)
    const now = yield* manifests.standing(disk, place, subject)
    if (now.isComplete) return closed(now.manifest)
    yield* refuseForeign(disk, place, now, found !== undefined)
    yield* demandRoom(settings, place)
    yield* adopt
    const isUsable = found?.commit === undefined && found?.format === format.extension && format.isResumable
    return yield* opened({ settings, place, subject, lock, found: isUsable ? found : undefined })
  })

/** Refuses a window for what can be seen without its lock. Gives the manifest of a complete one. */
export const accept = (
  settings: writings.Settings,
  place: Place,
  subject: Subject
): Effect.Effect<Manifest | undefined, DestinationError> =>
  Effect.gen(function*() {
    const { disk } = settings
    const now = yield* manifests.standing(disk, place, subject)
    if (now.isComplete) return now.manifest
    yield* refuseForeign(disk, place, now, (yield* disks.sizeOf(disk, place.checkpoint)) !== undefined)
    yield* disks.makeFolder(disk, disks.folderOf(place.checkpoint))
    yield* demandRoom(settings, place)
    return undefined
  })

/** Fails if a folder cannot be written, or too little space is free. */
const demandRoom = (
  { disk, freeSpace }: writings.Settings,
  place: Place
): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    for (const path of [place.data, place.rejected, place.archive, place.manifest]) {
      yield* disks.demandWritable(disk, disks.folderOf(path))
    }
    const replaced = (yield* disks.sizeOf(disk, place.data)) ?? 0
    // the folder of the data is made at the commit: a refusal leaves no empty partition
    yield* disks.demand(disk, disks.folderOf(place.checkpoint), Math.max(freeSpace, replaced))
  })

const conflict = ({ place }: disks.Disk, found: string) => Effect.fail(new DestinationConflict({ place, found }))

/** Files that no pull of this window wrote stay as they are. */
const refuseForeign = (
  disk: disks.Disk,
  place: Place,
  { manifest }: manifests.Standing,
  isBegun: boolean
): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const isForeign = (manifest === undefined && (yield* disks.sizeOf(disk, place.data)) !== undefined) ||
      (!isBegun && (yield* disks.sizeOf(disk, place.part)) !== undefined)
    if (isForeign) return yield* conflict(disk, "a file that no pull wrote")
  })

const misused = (reason: string) => Effect.dieMessage(`This window is ${reason}.`)

const closed = (manifest: Manifest | undefined): OpenWindow => ({
  manifest,
  begin: () => misused("complete"),
  append: () => misused("complete"),
  complete: () => misused("complete"),
  discard: misused("complete")
})

const opened = (window: writings.Opened): Effect.Effect<OpenWindow, never, Scope.Scope> =>
  Effect.gen(function*() {
    let writing: writings.Writing | undefined
    const close = Effect.suspend(() => {
      const current = writing
      writing = undefined
      return current === undefined ? Effect.void : Scope.close(current.scope, Exit.void)
    })
    // rows that were appended after the last checkpoint are kept
    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => writing === undefined ? Effect.void : Effect.ignore(writings.settle(writing))).pipe(
        Effect.andThen(close)
      )
    )
    const whileWriting = <A>(use: (current: writings.Writing) => Effect.Effect<A, DestinationError>) =>
      Effect.suspend(() => {
        const current = writing
        return current === undefined || current.hasFailed ? misused("not begun") : Effect.uninterruptible(
          Effect.tapErrorCause(use(current), () =>
            Effect.sync(() => {
              current.hasFailed = true
            }))
        )
      })
    return {
      manifest: undefined,
      begin: (source) =>
        Effect.uninterruptible(Effect.gen(function*() {
          yield* close
          const next = yield* writings.begin(window, source)
          writing = next
          return next.records + next.rejected
        })),
      // encodes before the effect, which must not hold rows: a stream keeps the effect until the next full collection
      append: (rows) => {
        if (writing === undefined) return misused("not begun")
        const lines = writings.encoded(writing, rows)
        return whileWriting((current) => writings.append(current, lines))
      },
      keep: window.settings.keepArchive
        ? (bytes) =>
          whileWriting(({ archive }) =>
            archive === undefined ? Effect.void : Effect.forEach(bytes, archive.write, { discard: true })
          )
        : undefined,
      discard: Effect.zipRight(close, writings.discard(window)),
      complete: (manifest) => Effect.zipLeft(whileWriting((current) => writings.complete(current, manifest)), close)
    }
  })
