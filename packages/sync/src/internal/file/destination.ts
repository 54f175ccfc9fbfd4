/** Destinations of files. */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type { Destination, SyncDestination } from "../../Destination.js"
import type { Options } from "../../FileDestination.js"
import type { Subject } from "../../Manifest.js"
import * as claim from "./claim.js"
import { adopt, describe, described } from "./directory.js"
import { type Disk, folderOf, leastFreeSpace, makeFolder } from "./disk.js"
import type { Format } from "./format.js"
import { identities } from "./identities.js"
import { type Directory, inspect } from "./inspect.js"
import * as ledgers from "./ledger.js"
import * as locks from "./lock.js"
import * as manifests from "./manifests.js"
import { inDirectory, ofFile, own } from "./place.js"
import { quarantine } from "./quarantine.js"
import { removal } from "./removal.js"
import { strays, unreadable } from "./strays.js"
import * as window from "./window.js"
import type * as writing from "./writing.js"

interface Settings extends Options {
  readonly format: Format
}

const settingsOf = (
  { checkpointEvery = 20_000, format, freeSpace = leastFreeSpace, keepArchive = false }: Settings
) => ({
  checkpointEvery: Math.max(1, checkpointEvery),
  format,
  freeSpace,
  keepArchive
})

export const file = (files: FileSystem.FileSystem, path: string, options: Settings): Destination => {
  const disk: Disk = { files, place: path }
  const place = ofFile(path)
  const settings: writing.Settings = {
    ...settingsOf(options),
    disk,
    lockOf: ({ lock }) => locks.acquire(disk, lock),
    adopt: Effect.void,
    completed: () => Effect.void
  }
  return {
    place: path,
    open: (subject) => window.open(settings, place, subject),
    manifests: Effect.gen(function*() {
      const manifest = yield* manifests.load(disk, place.manifest)
      return manifest !== undefined && (yield* manifests.isThere(disk, folderOf(path), manifest)) ? [manifest] : []
    })
  }
}

export const directory = (
  files: FileSystem.FileSystem,
  path: string,
  options: Settings
): SyncDestination => {
  const root = path.replace(/(?<=.)[/\\]+$/, "")
  const disk: Disk = { files, place: root }
  const { extension } = options.format
  const settings: writing.Settings = {
    ...settingsOf(options),
    disk,
    lockOf: (place, subject) => claim.take({ disk, root, extension }, place, subject),
    adopt: adopt(disk, root, extension),
    completed: described(disk, root, extension)
  }
  const at = (subject: Subject) => {
    const place = inDirectory(root, subject, extension)
    return { place, settings: { ...settings, disk: { files, place: place.data } } }
  }
  const all: Directory = { disk, root, format: options.format }
  return {
    place: root,
    open: (subject) => {
      const { place, settings } = at(subject)
      return window.open(settings, place, subject)
    },
    accept: (subject) => {
      const { place, settings } = at(subject)
      const accepted = Effect.zipLeft(
        window.accept(settings, place, subject),
        manifests.refuseOverlap(disk, root, subject)
      )
      return Effect.zipLeft(accepted, settings.adopt)
    },
    manifests: manifests.all(disk, root),
    recorded: manifests.recorded(disk, root),
    ledger: ledgers.make(disk, root),
    hold: Effect.andThen(makeFolder(disk, `${root}/${own}`), locks.acquire(disk, `${root}/${own}/sync.lock`)),
    inspect: (manifest) => inspect(all, manifest),
    strays: strays(disk, root),
    unreadable: unreadable(disk, root),
    identities: (manifest) => identities(all, manifest),
    quarantine: (manifest) => Effect.zipLeft(quarantine(disk, root, manifest), describe(disk, root, extension)),
    remove: (manifest) => Effect.zipLeft(removal(disk, root, manifest), describe(disk, root, extension))
  }
}
