/** One pull, from its request to its destination. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import type * as ExportRequest from "@effect-didww/core/ExportRequest"
import { type Archived, ExportsClient, type Service } from "@effect-didww/http/ExportsClient"
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { createHash, type Hash } from "node:crypto"
import { type Destination, DestinationConflict, type DestinationError, type OpenWindow } from "../../Destination.js"
import type { Manifest, Subject } from "../../Manifest.js"
import type { Options, PullError } from "../../Pull.js"
import { differences } from "./subject.js"
import * as totals from "./totals.js"

type Request = ExportRequest.ExportRequest & ExportRequest.Referenced

export const run = (
  request: Request,
  subject: Subject,
  destination: Destination,
  options: Options
): Effect.Effect<Manifest, PullError, ExportsClient> =>
  Effect.scoped(Effect.gen(function*() {
    const client = yield* ExportsClient
    const window = yield* destination.open(subject)
    if (window.manifest !== undefined) return yield* held(request, subject, destination, window.manifest)
    const requested = yield* client.ensure(request)
    const archived = yield* client.awaitCompleted(requested, options.await)
    return yield* fill({ client, request, subject, archived, window, options })
  }))

/** The manifest of a complete window, unless it holds the records of another request. */
export const held = (
  request: Request,
  { window }: Subject,
  { place }: Destination,
  manifest: Manifest
): Effect.Effect<Manifest, DestinationConflict> => {
  const others = differences(request, manifest)
  return others.length === 0 ? Effect.succeed(manifest) : new DestinationConflict({
    place,
    found: `records of ${window.key} that were requested with other ${others.join(", ")}`
  })
}

/** What it takes to fill a window. */
export interface Filling {
  readonly client: Service
  readonly request: Request
  readonly subject: Subject
  readonly archived: Export.Export & Export.Completed
  readonly window: OpenWindow
  readonly options: Options
  /** The generation before this one. */
  readonly previous?: Manifest["previous"]
}

/** Brings the records of a completed export into an open window. */
export const fill = (
  { archived, client, options, previous, request, subject, window }: Filling
): Effect.Effect<Manifest, DidwwError.RecordsError | DestinationError> =>
  Effect.gen(function*() {
    const apiVersion = yield* client.answeredVersion
    const read = yield* load(client, archived, layoutOf(request, apiVersion), window, options)
    const completedAt = yield* DateTime.now
    // the URL of a callback may hold a token, and a manifest is read by many
    const { callback: _, ...withoutCallback } = request
    return yield* window.complete({
      version: 1,
      subject,
      request: withoutCallback,
      exportId: archived.id,
      requestedAt: archived.createdAt ?? completedAt,
      ...(read.etag !== undefined && { etag: read.etag }),
      ...(Option.isSome(apiVersion) && { apiVersion: apiVersion.value }),
      archiveSha256: read.sha256,
      archiveBytes: read.bytes,
      records: read.totals.records,
      rejected: read.totals.rejected,
      rejectedLines: read.totals.rejectedLines,
      replacedTexts: 0,
      sums: totals.sumsOf(read.totals),
      times: totals.timesOf(read.totals),
      rowsHash: String(read.totals.hash),
      ...(previous !== undefined && { previous }),
      completedAt
    })
  })

/** The type whose columns the archive must have. Those of outbound calls are known of one version only. */
const layoutOf = ({ exportType }: Request, apiVersion: Option.Option<string>): Export.ExportType | undefined =>
  exportType === "cdr_in" || Option.contains(apiVersion, "2026-04-16") ? exportType : undefined

interface Read {
  readonly etag: string | undefined
  readonly sha256: string
  readonly bytes: number
  readonly totals: totals.Totals
}

/** An archive on its way into a window. */
interface Loading {
  readonly archived: Archived
  readonly window: OpenWindow
  readonly hash: Hash
  readonly totals: totals.Totals
  bytes: number
  /** Bytes for the window to keep before the next rows. If it fails to keep them, the pull ends. */
  compressed: Array<Uint8Array>
  /** In a variable, because a stream keeps the effects that it is given until the next full collection. */
  rows: ReadonlyArray<CallRecord.Row>
  etag: string | undefined
  /** How many of the next rows the window holds. `undefined` before it was asked. */
  toSkip: number | undefined
}

/** Reads the whole archive, also where the window holds rows of it: the counts and sums are of all its rows. */
const load = (
  client: Service,
  archived: Archived,
  exportType: Export.ExportType | undefined,
  window: OpenWindow,
  { await: _, onProgress, ...options }: Options
): Effect.Effect<Read, DidwwError.RecordsError | DestinationError> =>
  Effect.suspend(() => {
    const loading: Loading = {
      archived,
      window,
      hash: createHash("sha256"),
      totals: totals.make(),
      bytes: 0,
      compressed: [],
      rows: [],
      etag: undefined,
      toSkip: undefined
    }
    const rows = client.records(archived, {
      ...options,
      exportType,
      onBytes: (batch) => Effect.sync(() => takeBytes(loading, batch)),
      onProgress: (progress) => {
        loading.etag = Option.getOrUndefined(progress.etag)
        return onProgress?.(progress) ?? Effect.void
      }
    })
    const put = append(loading)
    const take = (chunk: Chunk.Chunk<CallRecord.Row>): Effect.Effect<void, DestinationError> => {
      loading.rows = Chunk.toReadonlyArray(chunk)
      totals.add(loading.totals, loading.rows)
      return put
    }
    const gathered = window.batch === undefined ? rows : Stream.rechunk(rows, window.batch)
    return Stream.runForEachChunk(gathered, take).pipe(
      Effect.andThen(put),
      Effect.andThen(Effect.suspend(() =>
        // a window with more rows than the archive is not of this archive
        loading.toSkip === 0 ? Effect.void : Effect.fail(new DidwwError.ArchiveChanged({ exportId: archived.id }))
      )),
      // some of its rows may be wrong, and nobody can say which ones
      Effect.tapErrorTag("CorruptArchive", () => window.discard),
      Effect.tapErrorTag("ArchiveChanged", () => window.discard),
      Effect.map(() => ({ ...loading, sha256: loading.hash.digest("hex") }))
    )
  })

const takeBytes = (loading: Loading, batch: ReadonlyArray<Uint8Array>): void => {
  for (const bytes of batch) {
    loading.hash.update(bytes)
    loading.bytes = loading.bytes + bytes.length
    if (loading.window.keep !== undefined) loading.compressed.push(bytes)
  }
}

/** Appends the taken rows to the window. Asks the window first how many of them it holds. */
const append = (loading: Loading): Effect.Effect<void, DestinationError> =>
  Effect.gen(function*() {
    const { archived, etag, window } = loading
    if (loading.toSkip === undefined) loading.toSkip = yield* window.begin({ exportId: archived.id, etag })
    const compressed = loading.compressed.splice(0)
    if (window.keep !== undefined && compressed.length > 0) yield* window.keep(compressed)
    const { rows, toSkip } = loading
    const skipped = Math.min(toSkip, rows.length)
    loading.rows = []
    loading.toSkip = toSkip - skipped
    if (skipped < rows.length) yield* window.append(skipped === 0 ? rows : rows.slice(skipped))
  })
