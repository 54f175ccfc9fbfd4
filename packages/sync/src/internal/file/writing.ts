/** The files of one window while they grow. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { gzip } from "node:zlib"
import type { DestinationError, Source } from "../../Destination.js"
import { type Manifest, seal, type Subject } from "../../Manifest.js"
import * as totals from "../pull/totals.js"
import * as checkpoints from "./checkpoint.js"
import * as commit from "./commit.js"
import * as disks from "./disk.js"
import type { Batch, Encoder, Format } from "./format.js"
import type * as locks from "./lock.js"
import type { Place } from "./place.js"

export interface Settings {
  readonly disk: disks.Disk
  readonly format: Format
  readonly keepArchive: boolean
  readonly checkpointEvery: number
  readonly freeSpace: number
  /** Makes the run the only writer of the window until the scope closes. */
  readonly lockOf: (place: Place, subject: Subject) => Effect.Effect<locks.Lock, DestinationError, Scope.Scope>
  /** Runs before anything is requested, but only if no check refuses the window. */
  readonly adopt: Effect.Effect<void, DestinationError>
  /** Runs behind each complete window. */
  readonly completed: (subject: Subject) => Effect.Effect<void, DestinationError>
}

/** A window under its lock, and the checkpoint of an earlier run. */
export interface Opened {
  readonly settings: Settings
  readonly place: Place
  readonly subject: Subject
  readonly lock: locks.Lock
  found: checkpoints.Checkpoint | undefined
}

/** The files of a window while they grow. */
export interface Writing extends Opened {
  readonly source: Source
  readonly scope: Scope.CloseableScope
  readonly data: disks.Output
  readonly archive: disks.Output | undefined
  rejectedRows: disks.Output | undefined
  readonly encoder: Encoder
  /** Bytes that become one member of a gzip. */
  plain: Array<Uint8Array>
  records: number
  rejected: number
  /** Rows at the last checkpoint. */
  saved: number
  /** The records that the format cannot hold. They are rejected rows of the file, and records of the archive. */
  readonly refused: totals.Totals
  /** After a failure nobody knows what the files hold behind the last checkpoint. */
  hasFailed: boolean
}

export const begin = (window: Opened, source: Source): Effect.Effect<Writing, DestinationError> =>
  Effect.gen(function*() {
    const { found, place, settings: { disk, format, keepArchive }, subject } = window
    const begun = found !== undefined && isOf(found, source) ? yield* held(disk, place, found) : undefined
    const { records, rejected } = begun === undefined || found === undefined ? nothing : found
    // before the files: a file without a checkpoint belongs to somebody else
    if (begun === undefined) {
      yield* checkpoints.save(disk, place.checkpoint, { ...identity(subject, format, source), ...nothing })
    }
    const scope = yield* Scope.make()
    const outputs = Effect.all({
      data: disks.open(disk, place.part, begun?.data),
      rejectedRows: begun?.rejected === undefined
        ? Effect.succeed(undefined)
        : disks.open(disk, place.rejectedPart, begun.rejected),
      archive: keepArchive ? disks.open(disk, place.archivePart) : Effect.succeed(undefined)
    })
    return {
      ...window,
      source,
      scope,
      ...(yield* Effect.onError(Scope.extend(outputs, scope), () => Scope.close(scope, Exit.void))),
      encoder: format.start({ subject, source, isContinued: records > 0 }),
      plain: [],
      records,
      rejected,
      saved: records + rejected,
      refused: totals.make(),
      hasFailed: false
    }
  })

const identity = (subject: Subject, { extension }: Format, { etag, exportId }: Source) => ({
  version: 1 as const,
  subject,
  format: extension,
  exportId,
  ...(etag !== undefined && { etag })
})

const nothing = { records: 0, rejected: 0, bytes: 0, sha256: "", rejectedBytes: 0 }

const isOf = ({ etag, exportId }: checkpoints.Checkpoint, source: Source): boolean =>
  exportId === source.exportId && etag === source.etag

/** The files up to the checkpoint, if they are still what it says. */
const held = (disk: disks.Disk, place: Place, found: checkpoints.Checkpoint) =>
  Effect.gen(function*() {
    if (found.records + found.rejected === 0) return undefined
    const data = yield* disks.hashed(disk, place.part, found.bytes)
    const rejected = found.rejected === 0
      ? undefined
      : yield* disks.hashed(disk, place.rejectedPart, found.rejectedBytes)
    const isWhole = data?.hash.copy().digest("hex") === found.sha256 &&
      (rejected !== undefined || found.rejected === 0)
    return isWhole ? { data, rejected } : undefined
  })

interface Lines {
  readonly data: ReadonlyArray<Uint8Array>
  readonly rejected: Uint8Array | undefined
  readonly count: number
  readonly rejectedCount: number
}

const text = new TextEncoder()

export const encoded = (
  { encoder, records, refused, rejected }: Writing,
  rows: ReadonlyArray<CallRecord.Row>
): Lines => {
  let number = records + rejected
  let line = ""
  let rejectedCount = 0
  const batch: Batch & { records: Array<CallRecord.CallRecord>; rowNumbers: Array<number> } = {
    records: [],
    rowNumbers: []
  }
  for (const row of rows) {
    number++
    if (row._tag === "RejectedRow") {
      rejectedCount++
      line += `${CallRecord.toLine(row)}\n`
    } else {
      batch.records.push(row)
      batch.rowNumbers.push(number)
    }
  }
  const encoded = encoder.push(batch)
  totals.add(refused, encoded.rejected.map(({ record }) => record))
  for (const { row } of encoded.rejected) line += `${CallRecord.toLine(row)}\n`
  return {
    data: encoded.bytes,
    rejected: line === "" ? undefined : text.encode(line),
    count: rows.length,
    rejectedCount: rejectedCount + encoded.rejected.length
  }
}

/** A member of a gzip is closed at this size at the latest. */
const memberBytes = 8 << 20

export const append = (writing: Writing, lines: Lines): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const { lock, settings: { checkpointEvery, format } } = writing
    yield* lock.check
    yield* put(writing, lines.data)
    if (lines.rejected !== undefined) yield* (yield* rejectedOutput(writing)).write(lines.rejected)
    writing.records = writing.records + lines.count - lines.rejectedCount
    writing.rejected = writing.rejected + lines.rejectedCount
    if (!format.isResumable) return
    const isDue = writing.records + writing.rejected - writing.saved >= checkpointEvery ||
      writing.plain.reduce((sum, { length }) => sum + length, 0) >= memberBytes
    if (isDue) yield* settle(writing)
  })

const put = (
  { data, plain, settings: { format } }: Writing,
  pieces: ReadonlyArray<Uint8Array>
): Effect.Effect<void, DestinationError> => {
  if (!format.isGzipped) return Effect.forEach(pieces, data.write, { discard: true })
  plain.push(...pieces)
  return Effect.void
}

const rejectedOutput = (writing: Writing): Effect.Effect<disks.Output, DestinationError> =>
  Effect.gen(function*() {
    const { place, scope, settings: { disk } } = writing
    return writing.rejectedRows ??= yield* Scope.extend(disks.open(disk, place.rejectedPart), scope)
  })

const member = (pieces: ReadonlyArray<Uint8Array>) =>
  Effect.async<Uint8Array>((resume) =>
    gzip(Buffer.concat(pieces), (error, bytes) => resume(error === null ? Effect.succeed(bytes) : Effect.die(error)))
  )

/** Writes what is held back as a whole member, or an empty one if the file would have none. */
const closeMember = (writing: Writing): Effect.Effect<void, DestinationError> =>
  Effect.suspend(() => {
    const { data, plain, settings: { format } } = writing
    if (!format.isGzipped || (plain.length === 0 && data.size() > 0)) return Effect.void
    writing.plain = []
    return Effect.flatMap(member(plain), data.write)
  })

/** What the files hold. */
const checkpointOf = (
  { data, records, rejected, rejectedRows, settings, source, subject }: Writing
): checkpoints.Checkpoint => ({
  ...identity(subject, settings.format, source),
  records,
  rejected,
  bytes: data.size(),
  sha256: data.sha256(),
  rejectedBytes: rejectedRows?.size() ?? 0
})

const sync = ({ archive, data, rejectedRows }: Writing): Effect.Effect<void, DestinationError> =>
  Effect.forEach([data, rejectedRows, archive], (output) => output?.sync ?? Effect.void, { discard: true })

/** Brings the rows so far to the disk, and then says so. */
export const settle = (writing: Writing): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const { lock, place, records, rejected, saved, settings: { disk, format } } = writing
    if (writing.hasFailed || !format.isResumable || records + rejected === saved) return
    yield* closeMember(writing)
    yield* sync(writing)
    yield* lock.check
    const checkpoint = checkpointOf(writing)
    yield* checkpoints.save(disk, place.checkpoint, checkpoint)
    writing.saved = records + rejected
  })

export const complete = (writing: Writing, manifest: Manifest): Effect.Effect<Manifest, DestinationError> =>
  Effect.gen(function*() {
    const { archive, data, encoder, lock, place, refused, rejectedRows, scope, settings: { completed, disk } } = writing
    yield* put(writing, encoder.end(manifest))
    yield* closeMember(writing)
    yield* sync(writing)
    const replacedTexts = encoder.replacedTexts?.() ?? 0
    const file = {
      path: place.name,
      bytes: data.size(),
      sha256: data.sha256(),
      ...(rejectedRows !== undefined && { rejectedSha256: rejectedRows.sha256() }),
      ...(archive !== undefined && { keepsArchive: true })
    }
    yield* Scope.close(scope, Exit.void)
    yield* lock.check
    const whole = yield* commit.run(disk, place, lock, {
      ...checkpointOf(writing),
      commit: {
        manifest: seal({ ...totals.without(manifest, refused), replacedTexts, file }),
        keepsArchive: archive !== undefined
      }
    })
    yield* completed(writing.subject)
    return whole
  })

/** Begins anew: what the next `begin` finds is nothing. */
export const discard = (window: Opened): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const { lock, place, settings: { disk } } = window
    window.found = undefined
    yield* lock.check
    // the checkpoint goes last: a file without a checkpoint belongs to somebody else
    for (const path of [place.archivePart, place.rejectedPart, place.part, place.checkpoint]) {
      yield* disks.remove(disk, path)
    }
  })
