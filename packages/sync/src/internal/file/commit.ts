/**
 * The end of a window. Its files are whole and on the disk before the checkpoint says so. From then on every run, however
 * often it is killed, ends in the same files with their names and in the manifest.
 */
import * as Effect from "effect/Effect"
import type { DestinationError } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import { type Checkpoint, save } from "./checkpoint.js"
import { type Disk, folderOf, hashed, makeFolder, move, remove, sizeOf } from "./disk.js"
import type { Lock } from "./lock.js"
import * as manifests from "./manifests.js"
import type { Place } from "./place.js"

/** Commits the files of a window. */
export const run = (
  disk: Disk,
  place: Place,
  lock: Lock,
  checkpoint: Checkpoint & Required<Pick<Checkpoint, "commit">>
): Effect.Effect<Manifest, DestinationError> =>
  Effect.andThen(save(disk, place.checkpoint, checkpoint), finish(disk, place, lock, checkpoint.commit))

const finish = (
  disk: Disk,
  place: Place,
  lock: Lock,
  { keepsArchive, manifest }: Required<Checkpoint>["commit"]
): Effect.Effect<Manifest, DestinationError> =>
  Effect.gen(function*() {
    yield* lock.check
    yield* become(disk, manifest.rejected > 0, place.rejectedPart, place.rejected)
    yield* become(disk, keepsArchive, place.archivePart, place.archive)
    yield* become(disk, true, place.part, place.data)
    yield* makeFolder(disk, folderOf(place.manifest))
    yield* manifests.save(disk, place.manifest, manifest)
    yield* remove(disk, place.checkpoint)
    return manifest
  })

/** Gives a file its name, unless an earlier run did so. A file of an earlier generation goes. */
const become = (disk: Disk, isThere: boolean, part: string, path: string): Effect.Effect<void, DestinationError> =>
  isThere
    ? Effect.flatMap(
      sizeOf(disk, part),
      (size) =>
        size === undefined ? Effect.void : Effect.andThen(makeFolder(disk, folderOf(path)), move(disk, part, path))
    )
    : Effect.andThen(remove(disk, part), remove(disk, path))

/** Finishes what an earlier run began to commit, if the data are still those of its manifest. */
export const recover = (
  disk: Disk,
  place: Place,
  lock: Lock,
  { commit }: Checkpoint
): Effect.Effect<Manifest | undefined, DestinationError> =>
  Effect.gen(function*() {
    if (commit === undefined) return undefined
    const part = yield* hashed(disk, place.part)
    const data = part ?? (yield* hashed(disk, place.data))
    return data?.hash.digest("hex") === commit.manifest.file?.sha256
      ? yield* finish(disk, place, lock, commit)
      : undefined
  })
