/** Deletes the files of a window. */
import * as Effect from "effect/Effect"
import { type DestinationError, DestinationMoved } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import { type Disk, folderOf, makeFolder, remove, unlessUnreadable } from "./disk.js"
import * as locks from "./lock.js"
import * as manifests from "./manifests.js"

/** Deletes the files of a window, unless a later generation has replaced them. */
export const removal = (disk: Disk, root: string, manifest: Manifest): Effect.Effect<void, DestinationError> =>
  Effect.scoped(Effect.gen(function*() {
    const place = manifests.placeOf(root, manifest)
    const ofWindow = { ...disk, place: place.data }
    yield* makeFolder(ofWindow, folderOf(place.lock))
    const lock = yield* locks.acquire(ofWindow, place.lock)
    const now = yield* unlessUnreadable(manifests.load(ofWindow, place.manifest))
    if (now !== undefined && now.digest !== manifest.digest) {
      return yield* Effect.fail(new DestinationMoved({ place: place.data }))
    }
    // the manifest last: after a kill it still names what is left
    for (const path of [place.data, place.rejected, place.archive, place.manifest]) {
      yield* lock.check
      yield* remove(ofWindow, path)
    }
  }))
