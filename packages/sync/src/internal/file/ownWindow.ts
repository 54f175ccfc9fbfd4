/** A complete window whose files are to leave their places. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type DestinationError, DestinationMoved } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import { type Disk, folderOf, makeFolder, unlessUnreadable } from "./disk.js"
import * as locks from "./lock.js"
import * as manifests from "./manifests.js"
import type { Place } from "./place.js"

export interface OwnWindow {
  readonly disk: Disk
  readonly place: Place
  readonly lock: locks.Lock
}

/** Takes the lock of a window until the scope closes. Fails if the window has another manifest now. */
export const take = (
  disk: Disk,
  root: string,
  manifest: Manifest
): Effect.Effect<OwnWindow, DestinationError, Scope.Scope> =>
  Effect.gen(function*() {
    const place = manifests.placeOf(root, manifest)
    const ofWindow = { ...disk, place: place.data }
    yield* makeFolder(ofWindow, folderOf(place.lock))
    const lock = yield* locks.acquire(ofWindow, place.lock)
    const now = yield* unlessUnreadable(manifests.load(ofWindow, place.manifest))
    if (now !== undefined && now.digest !== manifest.digest) {
      return yield* new DestinationMoved({ place: place.data })
    }
    return { disk: ofWindow, place, lock }
  })
