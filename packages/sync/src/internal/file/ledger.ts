/** The documents of a directory that are no records. Each is one file, which is replaced whole. */
import * as Effect from "effect/Effect"
import type { DestinationError, Entry, Ledger } from "../../Destination.js"
import * as documents from "../documentName.js"
import { type Disk, folderOf, makeFolder, read, remove, replaceShared, tree } from "./disk.js"
import { own } from "./place.js"

const ending = ".json"

export const make = (disk: Disk, root: string): Ledger => {
  const folder = `${root}/${own}/ledger`
  const pathOf = (name: string): string => `${folder}/${name}${ending}`
  /** `undefined` if the document was removed meanwhile. */
  const entry = (name: string): Effect.Effect<Entry | undefined, DestinationError> =>
    Effect.map(read(disk, pathOf(name)), (text) => text === undefined ? undefined : { name, text })
  return {
    read: (prefix) =>
      Effect.gen(function*() {
        const below = /^.*\//s.exec(prefix)?.[0] ?? ""
        const files = yield* tree(disk, `${folder}/${below}`)
        const names = files.filter((file) => file.endsWith(ending)).map((file) => below + file.slice(0, -ending.length))
        const found = yield* Effect.forEach(names.filter((name) => name.startsWith(prefix)).toSorted(), entry)
        return found.filter((document) => document !== undefined)
      }),
    write: ({ name, text }) =>
      Effect.gen(function*() {
        const path = pathOf(yield* documents.checked(name))
        yield* makeFolder(disk, folderOf(path))
        // a verification writes while a sync does
        yield* replaceShared(disk, path, text)
      }),
    remove: (name) => Effect.flatMap(documents.checked(name), (name) => remove(disk, pathOf(name)))
  }
}
