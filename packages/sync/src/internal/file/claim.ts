/**
 * The open windows of a directory. A reader counts calls twice if two windows overlap, so such windows are never open at the
 * same time, and never complete together.
 *
 * A run opens its window while it holds a lock of the account and the type. First it looks at the claims of open windows,
 * then at commits that a dead run left behind, and last at manifests. A window only moves on in this order meanwhile, so that
 * the run misses no window. Then the run takes the lock of its own window and writes its claim beside it.
 */
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { DestinationError } from "../../Destination.js"
import { Subject } from "../../Manifest.js"
import { isOverlapping } from "../calendar.js"
import * as checkpoints from "./checkpoint.js"
import { type Disk, folderOf, list, remove } from "./disk.js"
import * as document from "./document.js"
import * as locks from "./lock.js"
import * as manifests from "./manifests.js"
import { inDirectory, own, partitionOf, type Place } from "./place.js"

/** A directory whose files end in this extension. */
export interface Directory {
  readonly disk: Disk
  readonly root: string
  readonly extension: string
}

const claims = document.make(Subject, "a claim that cannot be read")

/** Takes the lock of a window until the scope closes. Fails if the window overlaps an open or a complete one. */
export const take = (
  directory: Directory,
  place: Place,
  subject: Subject
): Effect.Effect<locks.Lock, DestinationError, Scope.Scope> =>
  Effect.gen(function*() {
    const { disk, root } = directory
    const ofWindow = { ...disk, place: place.data }
    const scope = yield* Effect.scope
    return yield* Effect.scoped(Effect.gen(function*() {
      const opening = yield* locks.acquireInTurn(disk, `${folderOf(place.lock)}/opening.lock`)
      yield* refuseOpen(directory, subject)
      yield* refuseCommitting(directory, subject)
      yield* manifests.refuseOverlap(disk, root, subject)
      const lock = yield* Scope.extend(locks.acquire(ofWindow, place.lock), scope)
      yield* Scope.extend(claim(ofWindow, place, lock, subject), scope)
      // another run may have taken over, and not have seen the claim
      yield* opening.check
      return lock
    }))
  })

const ending = ".claim"

/** The claim goes before the lock does. A run that lost its lock leaves the claim to the run that has it. */
const claim = (disk: Disk, place: Place, lock: locks.Lock, subject: Subject) =>
  Effect.gen(function*() {
    const path = `${place.lock}${ending}`
    yield* Effect.addFinalizer(() => Effect.ignore(Effect.andThen(lock.check, remove(disk, path))))
    yield* claims.save(disk, path, subject)
  })

/** The files of the other windows of an account and a type, below the folder for unfinished ones. */
const others = (disk: Disk, root: string, subject: Subject, ending: string) =>
  Effect.gen(function*() {
    const { name, value } = partitionOf(subject.window)
    const folder = `${root}/${own}/unfinished/${subject.account}/${subject.exportType}`
    const files = yield* list(disk, folder)
    return files
      .filter((file) => file.endsWith(ending) && !file.startsWith(`${name}=${value}.`))
      .map((file) => `${folder}/${file}`)
  })

/** Fails if another run has an overlapping window open. The claim of a dead run goes. */
const refuseOpen = ({ disk, extension, root }: Directory, subject: Subject): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    for (const path of yield* others(disk, root, subject, ending)) {
      const other = yield* claims.load(disk, path)
      // the run that had it may have ended meanwhile
      if (other === undefined || !isOverlapping(other.window, subject.window)) continue
      const { data, lock } = inDirectory(root, other, extension)
      // whoever holds the lock of a window runs
      yield* Effect.scoped(Effect.andThen(locks.acquire({ ...disk, place: data }, lock), remove(disk, path)))
    }
  })

/** Fails if a dead run left an overlapping window in its commit: readers may see its data already. */
const refuseCommitting = ({ disk, root }: Directory, subject: Subject): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    for (const path of yield* others(disk, root, subject, ".checkpoint")) {
      const found = yield* checkpoints.load(disk, path)
      if (found?.commit !== undefined && isOverlapping(found.subject.window, subject.window)) {
        return yield* manifests.overlapping(disk, found.subject)
      }
    }
  })
