/** The manifests of a destination of files. */
import * as Effect from "effect/Effect"
import { DestinationConflict, type DestinationError } from "../../Destination.js"
import { Manifest, type Subject } from "../../Manifest.js"
import { isOverlapping } from "../calendar.js"
import { isSameWindow } from "../pull/subject.js"
import * as windowName from "../windowName.js"
import { type Disk, list, sizeOf, unlessUnreadable } from "./disk.js"
import * as document from "./document.js"
import { inDirectory, own, partitionOf, type Place } from "./place.js"

export const { load, save } = document.make(Manifest, "a manifest that cannot be read")

const conflict = ({ place }: Disk, found: string): Effect.Effect<never, DestinationConflict> =>
  Effect.fail(new DestinationConflict({ place, found }))

/** What a place has: nothing, an older or damaged window that will be replaced, or the whole window. */
export interface Standing {
  readonly manifest: Manifest | undefined
  readonly isComplete: boolean
}

/** Fails if the place has something else than this window. */
export const standing = (disk: Disk, place: Place, subject: Subject): Effect.Effect<Standing, DestinationError> =>
  Effect.gen(function*() {
    const manifest = yield* load(disk, place.manifest)
    const size = yield* sizeOf(disk, place.data)
    if (manifest === undefined) return { manifest, isComplete: false }
    if (!isSameWindow(manifest.subject, subject)) return yield* conflict(disk, windowName.nameOf(manifest.subject))
    // a manifest without its file is a hole
    if (size === undefined) return { manifest: undefined, isComplete: false }
    if (size !== manifest.file?.bytes) return yield* conflict(disk, "a file that was changed after a pull wrote it")
    return { manifest, isComplete: manifest.subject.generation >= subject.generation }
  })

export const overlapping = (disk: Disk, other: Subject): Effect.Effect<never, DestinationConflict> =>
  conflict(disk, windowName.overlapping(windowName.nameOf(other)))

/** Fails if the window overlaps a complete window of another kind: a reader would count its calls twice. */
export const refuseOverlap = (disk: Disk, root: string, subject: Subject): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const { account, exportType, window } = subject
    const { name, value } = partitionOf(window)
    const folder = `${root}/${own}/manifests/${account}/${exportType}`
    // whole days do not overlap, nor do whole months. Other periods may
    const others = (yield* list(disk, folder)).filter((file) =>
      file.endsWith(".json") && file !== `${name}=${value}.json` &&
      (name.endsWith("_local") || name === "period" || !file.startsWith(`${name}=`))
    )
    for (const file of others) {
      const manifest = yield* load(disk, `${folder}/${file}`)
      if (manifest !== undefined && isOverlapping(manifest.subject.window, window)) {
        return yield* overlapping(disk, manifest.subject)
      }
    }
  })

/** A file among the manifests of a directory. */
export interface Found {
  readonly path: string
  /** `undefined` if the file is no manifest of the window that its name says. */
  readonly manifest: Manifest | undefined
}

/** All files among the manifests of a directory, by account, type and time. */
export const found = (disk: Disk, root: string): Effect.Effect<ReadonlyArray<Found>, DestinationError> =>
  Effect.gen(function*() {
    const folder = `${root}/${own}/manifests`
    const all: Array<Found> = []
    for (const account of yield* list(disk, folder)) {
      for (const exportType of yield* list(disk, `${folder}/${account}`)) {
        for (const file of yield* list(disk, `${folder}/${account}/${exportType}`)) {
          const path = `${folder}/${account}/${exportType}/${file}`
          if (!file.endsWith(".json")) continue
          const manifest = yield* unlessUnreadable(load(disk, path))
          const isOfName = manifest !== undefined && placeOf(root, manifest).manifest === path
          all.push({ path, manifest: isOfName ? manifest : undefined })
        }
      }
    }
    return all
  })

/** Where the files of a complete window stand. */
export const placeOf = (root: string, { file, subject }: Manifest): Place =>
  inDirectory(root, subject, /[^/]*\/records\.(.*)$/.exec(file?.path ?? "")?.[1] ?? "")

/** All manifests of a directory, also of windows whose data are gone. */
export const recorded = (disk: Disk, root: string): Effect.Effect<ReadonlyArray<Manifest>, DestinationError> =>
  Effect.map(found(disk, root), (all) => all.flatMap(({ manifest }) => manifest === undefined ? [] : [manifest]))

/** The manifests of all complete windows of a directory. */
export const all = (disk: Disk, root: string): Effect.Effect<ReadonlyArray<Manifest>, DestinationError> =>
  Effect.flatMap(recorded(disk, root), Effect.filter((manifest) => isThere(disk, root, manifest)))

export const isThere = (disk: Disk, root: string, { file }: Manifest): Effect.Effect<boolean, DestinationError> =>
  file === undefined
    ? Effect.succeed(false)
    : Effect.map(sizeOf(disk, `${root}/${file.path}`), (size) => size === file.bytes)
