/** Reads the records of a complete window again. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Stream from "effect/Stream"
import { DestinationConflict, type DestinationError, type Identity } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import { ofRows } from "../identity.js"
import type { Directory } from "./inspect.js"
import * as manifests from "./manifests.js"
import { formatOf } from "./text.js"

export const identities = (
  { disk, format, root }: Directory,
  manifest: Manifest
): Stream.Stream<Identity, DestinationError> => {
  const { data } = manifests.placeOf(root, manifest)
  const read = formatOf(format, data)?.read
  const unreadable = (found: string) => new DestinationConflict({ place: data, found })
  return read === undefined
    ? Stream.fail(unreadable("a format that this destination cannot read"))
    : ofRows(read(data)).pipe(
      Stream.provideService(FileSystem.FileSystem, disk.files),
      Stream.mapError(() => unreadable("a file that cannot be read"))
    )
}
