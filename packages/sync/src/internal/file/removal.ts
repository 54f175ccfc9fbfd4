/** Deletes the files of a window. */
import * as Effect from "effect/Effect"
import type { DestinationError } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import { type Disk, remove } from "./disk.js"
import * as ownWindow from "./ownWindow.js"

/** Deletes the files of a window, unless a later generation has replaced them. */
export const removal = (disk: Disk, root: string, manifest: Manifest): Effect.Effect<void, DestinationError> =>
  Effect.scoped(Effect.gen(function*() {
    const { disk: ofWindow, lock, place } = yield* ownWindow.take(disk, root, manifest)
    // the manifest last: after a kill it still names what is left
    for (const path of [place.data, place.rejected, place.archive, place.manifest]) {
      yield* lock.check
      yield* remove(ofWindow, path)
    }
  }))
