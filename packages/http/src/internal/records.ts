/** An archive's bytes as rows: gunzip, CSV, types, a chunk at a time. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Stream from "effect/Stream"
import type { Archived, RecordsOptions } from "../ExportsClient.js"
import { Gunzip } from "../Gunzip.js"
import * as download from "./download.js"
import { gunzip } from "./gunzip.js"
import * as telemetry from "./telemetry.js"

export type Records = (
  self: Archived,
  options: RecordsOptions
) => Stream.Stream<CallRecord.Row, DidwwError.RecordsError>

export interface Options {
  readonly download: download.Download
  /** The context that the client was built in. */
  readonly context: Context.Context<never>
}

/** Of a month of a busy account a thousand times as much: it is there for what is no archive of calls. */
const mostBytes = 2 ** 40

export const make = (options: Options): Records => (self, { idleTimeout, maxBytes, maxRecordBytes, onProgress }) =>
  Stream.unwrap(Effect.map(Effect.context<never>(), (caller) => {
    const engine = Context.get(Context.merge(options.context, caller), Gunzip)
    const position = download.start()
    const decoder = CallRecord.decoder({ maxRecordBytes })
    let rows = 0
    const delivered = (decoded: ReadonlyArray<CallRecord.Row>): Effect.Effect<Chunk.Chunk<CallRecord.Row>> => {
      const rejected = decoded.reduce((count, row) => CallRecord.isRejected(row) ? count + 1 : count, 0)
      rows = rows + decoded.length
      return Metric.incrementBy(telemetry.recordRows, decoded.length - rejected).pipe(
        Effect.zipRight(rejected === 0 ? Effect.void : Metric.incrementBy(telemetry.rejectedRows, rejected)),
        Effect.zipRight(onProgress === undefined ? Effect.void : onProgress(download.progress(position, rows))),
        Effect.as(Chunk.unsafeFromArray(decoded))
      )
    }
    return gunzip(options.download(self, { idleTimeout }, position), engine, maxBytes ?? mostBytes).pipe(
      Stream.rechunk(1),
      // decoded within the effect: a stream keeps the effects that it is given until the next full collection, and one
      // that holds rows keeps those
      Stream.mapChunksEffect((bytes) => Effect.suspend(() => delivered(decoder.push(Chunk.unsafeHead(bytes))))),
      Stream.concat(Stream.unwrap(Effect.suspend(() => Effect.map(delivered(decoder.end()), Stream.fromChunk)))),
      Stream.catchTag(
        "GunzipError",
        ({ reason }) => Stream.fail(new DidwwError.CorruptArchive({ reason, bytes: position.bytes, rows }))
      )
    )
  }))
