/** What a directory has at its root: the format of all its files, and the program with which DuckDB reads them. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { DestinationConflict, type DestinationError } from "../../Destination.js"
import type { Subject } from "../../Manifest.js"
import { type Disk, folderOf, list, makeFolder, read, replaceShared, sizeOf } from "./disk.js"
import * as document from "./document.js"
import * as locks from "./lock.js"
import { own, partitionOf } from "./place.js"
import * as readSql from "./readSql.js"

const About = Schema.Struct({ version: Schema.Literal(1), format: Schema.String })

const about = document.make(About, "a directory of another version")

const pathOf = (root: string): string => `${root}/${own}/destination.json`

/** The format of a directory, if a run has chosen it. */
export const formatOf = (disk: Disk, root: string): Effect.Effect<string | undefined, DestinationError> =>
  Effect.map(about.load(disk, pathOf(root)), (found) => found?.format)

/** A directory has files of one format: with two, one glob finds only some of the calls. */
export const adopt = (disk: Disk, root: string, format: string): Effect.Effect<void, DestinationError> => {
  const found = Effect.flatMap(formatOf(disk, root), (found) =>
    found === undefined || found === format
      ? Effect.succeed(found)
      : Effect.fail(new DestinationConflict({ place: disk.place, found: `files of the format ${found}` })))
  // of two runs at once that find no format, one gives the directory its format, and the other one reads that
  const first = Effect.scoped(Effect.gen(function*() {
    const lock = yield* locks.acquireInTurn(disk, `${root}/${own}/destination.lock`)
    if ((yield* found) !== undefined) return
    yield* lock.check
    yield* about.save(disk, pathOf(root), { version: 1, format })
  }))
  return Effect.flatMap(found, (before) => before === undefined ? first : Effect.void)
}

/** Writes `read.sql` behind the first window of each kind. */
export const described = (disk: Disk, root: string, format: string) => {
  const known = new Set<string>()
  return ({ exportType, window }: Subject): Effect.Effect<void, DestinationError> => {
    const kind = `${exportType}/${partitionOf(window).name}`
    return known.has(kind)
      ? Effect.void
      : Effect.map(describe(disk, root, format), () => void known.add(kind))
  }
}

/** Writes `read.sql` if the directory has other kinds of files now. */
export const describe = (disk: Disk, root: string, format: string): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const kinds = new Set<string>()
    for (const account of (yield* list(disk, root)).filter((name) => name.startsWith("account="))) {
      for (const type of yield* list(disk, `${root}/${account}`)) {
        for (const window of yield* list(disk, `${root}/${account}/${type}`)) {
          const kind = `${type}/${/^[^=]*/.exec(window)?.[0]}`
          if (kinds.has(kind)) continue
          const size = yield* sizeOf(disk, `${root}/${account}/${type}/${window}/records.${format}`)
          if (size !== undefined) kinds.add(kind)
        }
      }
    }
    const path = `${root}/${own}/read.sql`
    const all = Array.from(kinds).toSorted()
    const text = readSql.make(all, format)
    if ((yield* read(disk, path)) === text) return
    for (const header of readSql.headers(all, format)) {
      yield* makeFolder(disk, folderOf(`${root}/${header.path}`))
      yield* replaceShared(disk, `${root}/${header.path}`, header.text)
    }
    yield* replaceShared(disk, path, text)
  })
