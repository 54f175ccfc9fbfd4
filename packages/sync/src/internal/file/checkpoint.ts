/** How far an unfinished window is: what its files certainly hold, and whether they are about to become the window. */
import * as Export from "@effect-didww/core/Export"
import * as Schema from "effect/Schema"
import { Manifest, Subject } from "../../Manifest.js"
import * as document from "./document.js"

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

export const { load, save } = document.make(Checkpoint, "a checkpoint that cannot be read")
