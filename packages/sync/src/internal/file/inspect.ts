/**
 * Compares the files of a complete window with its manifest.
 *
 * Another run may replace the window meanwhile. Its files take their names one by one while a checkpoint says so, and the
 * manifest follows. So a file counts as it should be by the manifest or by the commit that the checkpoint announces, and a
 * finding counts only if the manifest is still the same behind it.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { DestinationError, Inspection } from "../../Destination.js"
import { isSealed, type Manifest } from "../../Manifest.js"
import * as json from "../json.js"
import * as checkpoints from "./checkpoint.js"
import { type Disk, hashed, read, unlessUnreadable } from "./disk.js"
import type { Format } from "./format.js"
import * as manifests from "./manifests.js"
import type { Place } from "./place.js"
import { formatOf } from "./text.js"

/** A directory, and the format of its files. */
export interface Directory {
  readonly disk: Disk
  readonly root: string
  readonly format: Format
}

export const inspect = (
  directory: Directory,
  manifest: Manifest
): Effect.Effect<Inspection, DestinationError> =>
  Effect.gen(function*() {
    const { disk, root } = directory
    const place = manifests.placeOf(root, manifest)
    if (!isSealed(manifest)) return of("damaged", place.manifest)
    const first = yield* compared(directory, place, [manifest])
    if (first.status === "intact") return yield* sealed(disk, place, manifest)
    const checkpoint = yield* unlessUnreadable(checkpoints.load(disk, place.checkpoint))
    const now = yield* unlessUnreadable(manifests.load(disk, place.manifest))
    if (now !== undefined && now.digest !== manifest.digest && isSealed(now)) return yield* inspect(directory, now)
    return checkpoint?.commit === undefined
      ? first
      : yield* compared(directory, place, [manifest, checkpoint.commit.manifest])
  })

const of = (status: Inspection["status"], place: string, records?: number): Inspection => ({ status, place, records })

/** The file of the manifest, as it stands. */
const sealed = (disk: Disk, place: Place, { records }: Manifest): Effect.Effect<Inspection, DestinationError> =>
  Effect.gen(function*() {
    const text = yield* read(disk, place.manifest)
    const isWritten = text?.endsWith("\n") === true && json.isWritten(text.slice(0, -1))
    const now = yield* unlessUnreadable(manifests.load(disk, place.manifest))
    return isWritten && now !== undefined && isSealed(now)
      ? of("intact", place.data, records)
      : of("damaged", place.manifest, records)
  })

/** The files of a window, each as one of the manifests says. */
const compared = (
  { disk, format }: Directory,
  place: Place,
  expected: ReadonlyArray<Manifest>
): Effect.Effect<Inspection, DestinationError> =>
  Effect.gen(function*() {
    const isOne = (hash: string | undefined, of: (manifest: Manifest) => string | undefined): boolean =>
      expected.some((manifest) => of(manifest) === hash)
    const shaOf = (path: string) => Effect.map(hashed(disk, path), (found) => found?.hash.digest("hex"))
    const data = yield* shaOf(place.data)
    if (data === undefined) return of("missing", place.data)
    if (!isOne(data, ({ file }) => file?.sha256)) return yield* counted(disk, format, place, expected)
    const rejected = yield* shaOf(place.rejected)
    if (!isOne(rejected, ({ file }) => file?.rejectedSha256)) {
      return of(rejected === undefined ? "missing" : "changed", place.rejected)
    }
    const archive = yield* shaOf(place.archive)
    if (!isOne(archive, ({ archiveSha256, file }) => file?.keepsArchive === true ? archiveSha256 : undefined)) {
      return of(archive === undefined ? "missing" : "damaged", place.archive)
    }
    return of("intact", place.data)
  })

/** Counts the records of a file that was changed. */
const counted = (
  disk: Disk,
  format: Format,
  place: Place,
  expected: ReadonlyArray<Manifest>
): Effect.Effect<Inspection> => {
  const counting = countOf(formatOf(format, place.data), place.data)
  if (counting === undefined) return Effect.succeed(of("changed", place.data))
  const wanted = expected.map(({ records }) => records)
  return counting.pipe(
    Effect.provideService(FileSystem.FileSystem, disk.files),
    Effect.match({
      onFailure: () => of("damaged", place.data),
      onSuccess: (records) => {
        const isShort = records < Math.min(...wanted)
        return of(isShort ? "short" : records > Math.max(...wanted) ? "doubled" : "changed", place.data, records)
      }
    })
  )
}

/** Fails if a row of the file cannot be read. */
const countOf = (
  format: Format | undefined,
  path: string
): Effect.Effect<number, unknown, FileSystem.FileSystem> | undefined => {
  if (format?.count !== undefined) return format.count(path)
  const rows = format?.read?.(path)
  return rows === undefined
    ? undefined
    : Stream.runFoldEffect(
      rows,
      0,
      (count, { _tag }) => _tag === "RejectedRow" ? Effect.fail("a row that cannot be read") : Effect.succeed(count + 1)
    )
}
