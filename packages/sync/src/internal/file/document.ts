/** The small JSON files of a destination of files. Each has a schema and is replaced whole. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { DestinationConflict, type DestinationError } from "../../Destination.js"
import { type Disk, read, replace } from "./disk.js"

export interface Document<A> {
  /** `undefined` if no file is there. Fails if the file is not such a document. */
  readonly load: (disk: Disk, path: string) => Effect.Effect<A | undefined, DestinationError>
  readonly save: (disk: Disk, path: string, value: A) => Effect.Effect<void, DestinationError>
}

/** Makes a kind of document. `unreadable` is what a place has whose file is not such a document. */
export const make = <A, I>(schema: Schema.Schema<A, I>, unreadable: string): Document<A> => {
  const json = Schema.parseJson(schema)
  const decode = Schema.decodeOption(json)
  const encode = Schema.encode(json)
  return {
    load: (disk, path) =>
      Effect.flatMap(read(disk, path), (text) => {
        if (text === undefined) return Effect.succeed(undefined)
        const found = decode(text)
        return Option.isSome(found)
          ? Effect.succeed(found.value)
          : Effect.fail(new DestinationConflict({ place: disk.place, found: unreadable }))
      }),
    save: (disk, path, value) => Effect.flatMap(Effect.orDie(encode(value)), (text) => replace(disk, path, `${text}\n`))
  }
}
