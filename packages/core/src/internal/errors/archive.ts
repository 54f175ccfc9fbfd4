/** Failures of archives and of the files that their records are written to. */
import * as DateTime from "effect/DateTime"
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
 * The file holds something other than the records of this export, or another program writes to it. This run left it as it
 * was.
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
     * read. `too short`: the file has lost bytes that its checkpoint counts. `changed`: its size or its last bytes are not
     * those that were written. `in use`: another run writes to it.
     */
    reason: Schema.Literal(
      "another export",
      "no checkpoint",
      "unreadable checkpoint",
      "too short",
      "changed",
      "in use"
    ),
    exportId: ExportId,
    /** The run that writes to the file, with `in use` and as far as it is known. */
    writer: Schema.optional(Schema.Struct({
      since: Schema.optional(Schema.DateTimeUtc),
      host: Schema.optional(Schema.String),
      processId: Schema.optional(Schema.Int)
    }))
  }
) {
  override get message(): string {
    return sentence(
      `The records of export ${this.exportId} were not written to ${this.path}`,
      `(${sentence(this.reason, this.writer && described(this.writer))}).`,
      conflictAdvice[this.reason]
    )
  }
}

const described = (writer: NonNullable<RecordFileConflict["writer"]>): string =>
  sentence(
    writer.processId === undefined ? "by another run" : `by process ${writer.processId}`,
    writer.host && `on ${writer.host}`,
    writer.since && `since ${DateTime.formatIso(writer.since)}`
  )

const startAgain = "Remove the file and its checkpoint to start again."

const conflictAdvice: Readonly<Record<RecordFileConflict["reason"], string>> = {
  "another export": "Use another path.",
  "no checkpoint": "Use another path.",
  "unreadable checkpoint": startAgain,
  "too short": startAgain,
  changed: `Another program wrote to it. ${startAgain}`,
  "in use":
    "Wait until the other run has ended, or use another path. The lock of a run that died ends after 30 seconds."
}
