/** How far an unfinished window is: what its files certainly hold, and whether they are about to become the window. */
import * as Export from "@effect-didww/core/Export"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { DestinationConflict, type DestinationError } from "../../Destination.js"
import { Manifest, Subject } from "../../Manifest.js"
import { type Disk, read, replace } from "./disk.js"

export interface Checkpoint extends Schema.Schema.Type<typeof Checkpoint> {}

export const Checkpoint = Schema.Struct({
  /** A file of another version is refused, and not misread. */
  version: Schema.Literal(1),
  subject: Subject,
  /** The format of the data. */
  format: Schema.String,
  exportId: Export.ExportId,
  etag: Schema.optionalWith(Schema.String, { exact: true }),
  /** Records in the data, and rejected rows. */
  records: Schema.NonNegativeInt,
  rejected: Schema.NonNegativeInt,
  /** The first bytes of the data, which hold the records. */
  bytes: Schema.NonNegativeInt,
  sha256: Schema.String,
  /** The first bytes of the rejected rows. */
  rejectedBytes: Schema.NonNegativeInt,
  /** The files are whole. They take their names, and then the manifest is written. */
  commit: Schema.optionalWith(
    Schema.Struct({ manifest: Manifest, keepsArchive: Schema.Boolean }),
    { exact: true }
  )
}).annotations({ identifier: "@effect-didww/sync/Checkpoint" })

const Json = Schema.parseJson(Checkpoint)

/** `undefined` if no file is there. */
export const load = (disk: Disk, path: string): Effect.Effect<Checkpoint | undefined, DestinationError> =>
  Effect.flatMap(read(disk, path), (text) => {
    if (text === undefined) return Effect.succeed(undefined)
    const found = Schema.decodeOption(Json)(text)
    return Option.isSome(found)
      ? Effect.succeed(found.value)
      : Effect.fail(new DestinationConflict({ place: disk.place, found: "a checkpoint that cannot be read" }))
  })

export const save = (disk: Disk, path: string, checkpoint: Checkpoint): Effect.Effect<void, DestinationError> =>
  Effect.flatMap(Effect.orDie(Schema.encode(Json)(checkpoint)), (text) => replace(disk, path, `${text}\n`))
