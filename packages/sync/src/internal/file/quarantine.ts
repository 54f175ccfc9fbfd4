/** Takes the files of a window out of the readers' sight. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { DestinationError } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import { type Disk, makeFolder, move, nameOf, sizeOf } from "./disk.js"
import * as ownWindow from "./ownWindow.js"
import { own, partitionOf } from "./place.js"

/** Moves the files, and gives the folder where they are. */
export const quarantine = (
  disk: Disk,
  root: string,
  manifest: Manifest
): Effect.Effect<string, DestinationError> =>
  Effect.scoped(Effect.gen(function*() {
    const { account, exportType, window } = manifest.subject
    const { disk: ofWindow, lock, place } = yield* ownWindow.take(disk, root, manifest)
    const { name, value } = partitionOf(window)
    const time = DateTime.formatIso(yield* DateTime.now).replaceAll(/[-:]/g, "")
    const folder = `${root}/${own}/quarantine/${time}/${account}/${exportType}/${name}=${value}`
    yield* makeFolder(ofWindow, folder)
    // the manifest last: data without a manifest belong to somebody else, and would stay
    for (
      const [path, name] of [
        [place.data, nameOf(place.data)],
        [place.rejected, "rejected.ndjson"],
        [place.archive, "archive.csv.gz"],
        [place.manifest, "manifest.json"]
      ] as const
    ) {
      yield* lock.check
      if ((yield* sizeOf(ofWindow, path)) !== undefined) yield* move(ofWindow, path, `${folder}/${name}`)
    }
    return folder
  }))
