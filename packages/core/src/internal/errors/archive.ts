/** Failures of archives and of the files that their records are written to. */
import * as Schema from "effect/Schema"
import { ExportId } from "../../Export.js"
import { sentence } from "./words.js"

/**
 * The archive is damaged, or this library cannot read it. It yields its readable rows first. Its checksum stands at its end:
 * with `corrupt` and `checksum` some of those rows may be wrong.
 *
 * `truncated`: the archive ends too early. `corrupt`: it is no gzip from some byte on. `checksum`: its data differ from the
 * data that were compressed. `trailing data`: more bytes follow its end. `too large`: it holds more than the client allows.
 * `content`: its header shows that it holds something else than call records, such as another gzip.
 *
 * @since 0.1.0
 * @category errors
 */
export class CorruptArchive extends Schema.TaggedError<CorruptArchive>("@effect-didww/core/CorruptArchive")(
  "CorruptArchive",
  {
    reason: Schema.Literal("truncated", "corrupt", "checksum", "trailing data", "too large", "content"),
    /** Bytes that were read: of the archive, or of the CSV where nothing was compressed. */
    bytes: Schema.Int,
    /** Rows that were delivered. */
    rows: Schema.Int
  }
) {
  override get message(): string {
    return sentence(
      `The archive is damaged (${this.reason}) near byte ${this.bytes}, after ${this.rows} rows.`,
      this.reason === "too large"
        ? "If it may be that large, raise the limit in the client's options."
        : this.reason === "trailing data"
        ? "If it is several gzip archives in one, read it with a gunzip engine that takes several."
        : this.reason === "content"
        ? "Its header is not that of call records. Open the archive to see what it holds, or request another export."
        : "Download it again."
    )
  }
}

/**
 * The archive was replaced while it was read.
 *
 * @since 0.1.0
 * @category errors
 */
export class ArchiveChanged extends Schema.TaggedError<ArchiveChanged>("@effect-didww/core/ArchiveChanged")(
  "ArchiveChanged",
  { exportId: ExportId }
) {
  override get message(): string {
    return `The archive of export ${this.exportId} changed while it was read. Start again from its beginning.`
  }
}

/**
 * The archive is on another origin than the API. Nothing was sent there.
 *
 * @since 0.1.0
 * @category errors
 */
export class OriginRefused extends Schema.TaggedError<OriginRefused>("@effect-didww/core/OriginRefused")(
  "OriginRefused",
  { origin: Schema.String, expected: Schema.String }
) {
  override get message(): string {
    return `The archive is at ${this.origin}, not at ${this.expected}. ` +
      "If you trust this origin, allow it in the client's options."
  }
}

/**
 * The file holds something other than the records of this export. It was left as it is.
 *
 * @since 0.1.0
 * @category errors
 */
export class RecordFileConflict extends Schema.TaggedError<RecordFileConflict>("@effect-didww/core/RecordFileConflict")(
  "RecordFileConflict",
  {
    path: Schema.String,
    /**
     * `no checkpoint`: nothing says which export the file belongs to. `unreadable checkpoint`: the checkpoint cannot be
     * read. `too short`: the file has lost bytes that its checkpoint counts.
     */
    reason: Schema.Literal("another export", "no checkpoint", "unreadable checkpoint", "too short"),
    exportId: ExportId
  }
) {
  override get message(): string {
    return `The records of export ${this.exportId} were not written to ${this.path} (${this.reason}). ${
      this.reason === "unreadable checkpoint" || this.reason === "too short"
        ? "Remove the file and its checkpoint to start again."
        : "Use another path."
    }`
  }
}
