/** The files of a directory that no manifest names. */
import * as Effect from "effect/Effect"
import type { DestinationError } from "../../Destination.js"
import * as checkpoints from "./checkpoint.js"
import { type Disk, isFile, list, tree } from "./disk.js"
import * as manifests from "./manifests.js"
import { own } from "./place.js"

/** The data files that runs are about to commit, or that dead runs left so. */
const committing = (disk: Disk, root: string): Effect.Effect<ReadonlyArray<string>, DestinationError> =>
  Effect.gen(function*() {
    const folder = `${root}/${own}/unfinished`
    const checkpointed = (yield* tree(disk, folder)).filter((path) => path.endsWith(".checkpoint"))
    const found = yield* Effect.forEach(checkpointed, (path) => checkpoints.load(disk, `${folder}/${path}`))
    return found.flatMap((checkpoint) => checkpoint?.commit?.manifest.file?.path ?? [])
  })

/** Data files without a manifest that can be read. */
export const strays = (disk: Disk, root: string): Effect.Effect<ReadonlyArray<string>, DestinationError> =>
  Effect.gen(function*() {
    const paths: Array<string> = []
    for (const account of (yield* list(disk, root)).filter((name) => name.startsWith("account="))) {
      for (const path of yield* tree(disk, `${root}/${account}`)) paths.push(`${account}/${path}`)
    }
    // a run that commits shows its data first. It cannot do so between these two steps and stay unseen
    const named = new Set(yield* committing(disk, root))
    const found = yield* manifests.found(disk, root)
    for (const { manifest } of found) if (manifest?.file !== undefined) named.add(manifest.file.path)
    const unnamed = yield* Effect.filter(
      paths.filter((path) => !named.has(path)),
      (path) => isFile(disk, `${root}/${path}`)
    )
    return unnamed.map((path) => `${root}/${path}`)
  })

/** Manifests that cannot be read, or that have the name of another window. */
export const unreadable = (disk: Disk, root: string): Effect.Effect<ReadonlyArray<string>, DestinationError> =>
  Effect.map(
    manifests.found(disk, root),
    (all) => all.flatMap(({ manifest, path }) => manifest === undefined ? [path] : [])
  )
