/**
 * Destinations store records. A pull asks its destination before it requests anything of DIDWW. It appends rows together with its
 * new position, and completes with a manifest.
 *
 * `FileDestination` and `SqlDestination` are destinations. Another one implements `Destination`.
 *
 * @since 0.1.0
 */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import type * as Export from "@effect-didww/core/Export"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { Manifest, Subject } from "./Manifest.js"

/**
 * Another run works on the same place. Nothing was requested. Wait for that run, or stop it.
 *
 * @since 0.1.0
 * @category errors
 */
export class DestinationInUse extends Schema.TaggedError<DestinationInUse>("@effect-didww/sync/DestinationInUse")(
  "DestinationInUse",
  {
    /** The file, directory or database, without user info. */
    place: Schema.String,
    /** Who holds it, as far as that is known, such as `process 4711 on web-1`. */
    holder: Schema.optional(Schema.String)
  }
) {
  override get message(): string {
    return `${this.place} is in use${
      this.holder === undefined ? "" : ` by ${this.holder}`
    }. Wait for that run, or stop it.`
  }
}

/**
 * The place holds something that is not this pull's. It was left as it is, and nothing was requested.
 *
 * @since 0.1.0
 * @category errors
 */
export class DestinationConflict
  extends Schema.TaggedError<DestinationConflict>("@effect-didww/sync/DestinationConflict")("DestinationConflict", {
    place: Schema.String,
    /** What stands there, such as `a file that no pull wrote` or `a table without the columns rate, charged`. */
    found: Schema.String
  })
{
  override get message(): string {
    return `${this.place} holds ${this.found}. Nothing was changed. Choose another place, or move away what is there.`
  }
}

/**
 * The destination cannot take or give data: a full disk, a read-only directory, a database that does not answer.
 *
 * @since 0.1.0
 * @category errors
 */
export class DestinationFailed extends Schema.TaggedError<DestinationFailed>("@effect-didww/sync/DestinationFailed")(
  "DestinationFailed",
  {
    place: Schema.String,
    /** `full`: no space is left. `denied`: the permission is missing, or the place is read-only. `unavailable`: it does not answer. */
    reason: Schema.Literal("full", "denied", "unavailable", "other"),
    /** The platform's code, such as `ENOSPC` or `28P01`. Never a value of a row. */
    code: Schema.optional(Schema.String)
  }
) {
  override get message(): string {
    const what = {
      full: ["has no space left.", "Free some space, and run again."],
      denied: ["cannot be written.", "Check its permissions."],
      unavailable: ["does not answer.", "Check that it runs, and run again."],
      other: ["failed.", "Check it, and run again."]
    }[this.reason]
    return `${this.place} ${this.code === undefined ? what[0] : `${what[0]?.slice(0, -1)} (${this.code}).`} ${what[1]}`
  }
}

/**
 * Another run has taken over this window. This run stopped without another write.
 *
 * @since 0.1.0
 * @category errors
 */
export class DestinationMoved extends Schema.TaggedError<DestinationMoved>("@effect-didww/sync/DestinationMoved")(
  "DestinationMoved",
  { place: Schema.String }
) {
  override get message(): string {
    return `Another run has taken over ${this.place}. This run wrote nothing more.`
  }
}

/**
 * The failures of a destination.
 *
 * @since 0.1.0
 * @category errors
 */
export type DestinationError = DestinationInUse | DestinationConflict | DestinationFailed | DestinationMoved

/**
 * The archive whose rows are appended.
 *
 * @since 0.1.0
 * @category models
 */
export interface Source {
  readonly exportId: Export.ExportId
  /** Its ETag, if the server gave one. */
  readonly etag: string | undefined
}

/**
 * One window of a destination, open for one pull. It closes with its scope, and keeps what was appended.
 *
 * @since 0.1.0
 * @category models
 */
export interface OpenWindow {
  /** The manifest of the same subject and generation, or of a later generation, if the window is complete. */
  readonly manifest: Manifest | undefined
  /**
   * The number of rows that a pull gathers for one `append`. Default: rows come as they are read, some hundreds at a
   * time.
   */
  readonly batch?: number | undefined
  /**
   * Begins to take the rows of an archive. Succeeds with the number of rows that it holds of this archive already: the pull
   * skips them. Discards the rows of another archive.
   */
  readonly begin: (source: Source) => Effect.Effect<number, DestinationError>
  /**
   * Appends rows, rejected ones included, and the new position: both or neither. Run the effect at once, and only once.
   */
  readonly append: (rows: ReadonlyArray<CallRecord.Row>) => Effect.Effect<void, DestinationError>
  /**
   * Discards what was appended since `begin`, and in earlier runs. A pull calls it when the archive turns out to be damaged,
   * because some of the rows may be wrong.
   */
  readonly discard: Effect.Effect<void, DestinationError>
  /**
   * Keeps the compressed bytes of the archive, in order. After each `begin` they come from the first byte on, also where rows
   * are skipped. Default: the archive is not kept.
   */
  readonly keep?: ((bytes: ReadonlyArray<Uint8Array>) => Effect.Effect<void, DestinationError>) | undefined
  /**
   * Shows all rows to readers in one step, in place of an earlier generation. Stores the manifest in that step or after
   * it. Succeeds with the stored manifest, which also has the destination's own facts, such as the file.
   */
  readonly complete: (manifest: Manifest) => Effect.Effect<Manifest, DestinationError>
}

/**
 * A place where records end.
 *
 * @since 0.1.0
 * @category models
 */
export interface Destination {
  /** The file, directory or database for people, without user info. */
  readonly place: string
  /**
   * Opens one window for one pull. Fails before anything is requested if the window is in use, its place holds something
   * else, no space is left, or it cannot be written.
   */
  readonly open: (subject: Subject) => Effect.Effect<OpenWindow, DestinationError, Scope.Scope>
  /** The manifests of all complete windows. A manifest that cannot be read is left out: opening its window fails. */
  readonly manifests: Effect.Effect<ReadonlyArray<Manifest>, DestinationError>
}

/**
 * A document of the ledger.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  /** Segments of letters, digits, `_`, `-`, `=` and `.`, with `/` between them, such as `intents/acme/cdr_in/2026-10-01`. */
  readonly name: string
  readonly text: string
}

/**
 * The small documents that `Sync` keeps beside the records: intents, audits, acknowledged losses. A write replaces a document as a
 * whole, even if the program is killed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ledger {
  /** Reads all documents whose names begin with the prefix, sorted by name. Fails with `DestinationConflict` if one is unreadable. */
  readonly read: (prefix: string) => Effect.Effect<ReadonlyArray<Entry>, DestinationError>
  /** Writes a document. Replaces one of the same name. */
  readonly write: (entry: Entry) => Effect.Effect<void, DestinationError>
  /** Removes a document, if it exists. */
  readonly remove: (name: string) => Effect.Effect<void, DestinationError>
}

/**
 * The lease of the one writer of a destination.
 *
 * @since 0.1.0
 * @category models
 */
export interface Hold {
  /** Fails with `DestinationMoved` if another writer may have the lease. Run it before each step that needs the lease. */
  readonly check: Effect.Effect<void, DestinationError>
}

/**
 * The state of a complete window, compared with its manifest.
 *
 * - `intact`: everything is as it was loaded.
 * - `missing`: the data are gone.
 * - `short`: the window has fewer records than were loaded.
 * - `doubled`: the window has more records than were loaded.
 * - `changed`: the window has as many records, but not the same ones.
 * - `damaged`: the data or the manifest cannot be read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Inspection {
  readonly status: "intact" | "missing" | "short" | "doubled" | "changed" | "damaged"
  /** The file or the table, for people. */
  readonly place: string
  /** How many records the window has now, if they could be counted. */
  readonly records?: number | undefined
}

/**
 * Identifies a record across windows, so that duplicates are found.
 *
 * @since 0.1.0
 * @category models
 */
export interface Identity {
  /** A hash of 64 bits of all columns of the record. It does not depend on the window or the format. */
  readonly hash: bigint
  readonly callId: string | undefined
}

/**
 * A destination that `Sync` can keep complete. It has a ledger and one writer at a time, and its data can be read again.
 *
 * @since 0.1.0
 * @category models
 */
export interface SyncDestination extends Destination {
  /**
   * Checks whether a window can be opened, before it is requested. Fails as `open` does, as far as that can be seen without opening
   * the window. Succeeds with the manifest if the window is complete.
   */
  readonly accept: (subject: Subject) => Effect.Effect<Manifest | undefined, DestinationError>
  readonly ledger: Ledger
  /** Takes the lease of the one writer until the scope closes. Fails with `DestinationInUse` while another writer lives. */
  readonly hold: Effect.Effect<Hold, DestinationError, Scope.Scope>
  /** The newest manifest of each window that was ever completed, even if its data are gone. */
  readonly recorded: Effect.Effect<ReadonlyArray<Manifest>, DestinationError>
  /**
   * Reads a complete window again, and compares it with its manifest. If a later generation has replaced the window, it compares
   * that generation.
   */
  readonly inspect: (manifest: Manifest) => Effect.Effect<Inspection, DestinationError>
  /** Names the data that belong to no manifest: files, or rows of windows that are neither complete nor unfinished. */
  readonly strays: Effect.Effect<ReadonlyArray<string>, DestinationError>
  /** Names the manifests that cannot be read, as far as they are known. */
  readonly unreadable: Effect.Effect<ReadonlyArray<string>, DestinationError>
  /** Streams the identities of the records of a complete window. Inspect the window first: it must be intact. */
  readonly identities: (manifest: Manifest) => Stream.Stream<Identity, DestinationError>
  /**
   * Moves a window out of the readers' sight, so that the next run loads it again. Deletes nothing. Succeeds with the new place of
   * the data. Fails with `DestinationMoved` if a later generation has replaced the window.
   */
  readonly quarantine: (manifest: Manifest) => Effect.Effect<string, DestinationError>
  /**
   * Deletes a window for ever: its records, its rejected rows, its archive and its manifest. Fails with `DestinationMoved` if a
   * later generation has replaced the window.
   */
  readonly remove: (manifest: Manifest) => Effect.Effect<void, DestinationError>
}
