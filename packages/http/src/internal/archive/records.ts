/** An archive's bytes as rows: gunzip, CSV, types, a chunk at a time. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Archived, RecordsOptions } from "../../ExportsClient.js"
import { Gunzip } from "../../Gunzip.js"
import * as download from "./download.js"
import * as gunzip from "./gunzip.js"
import * as telemetry from "../request/telemetry.js"

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
  Stream.unwrapScoped(Effect.gen(function*() {
    const caller = yield* Effect.context<never>()
    const engine = Context.get(Context.merge(options.context, caller), Gunzip)
    const position = download.start()
    const decoder = CallRecord.decoder({ maxRecordBytes })
    const pull = yield* gunzip.pull(options.download(self, { idleTimeout }, position), engine, maxBytes ?? mostBytes)
    let rows = 0
    let hasEnded = false

    const decoded = (bytes: ReadonlyArray<Uint8Array>): ReadonlyArray<CallRecord.Row> => {
      const [first, ...others] = bytes
      return first === undefined ? [] : others.length === 0 ? decoder.push(first) : bytes.flatMap(decoder.push)
    }
    const delivered = (decoded: ReadonlyArray<CallRecord.Row>): Effect.Effect<Chunk.Chunk<CallRecord.Row>> => {
      const rejected = decoded.reduce((count, row) => CallRecord.isRejected(row) ? count + 1 : count, 0)
      rows = rows + decoded.length
      return Metric.incrementBy(telemetry.recordRows, decoded.length - rejected).pipe(
        Effect.zipRight(rejected === 0 ? Effect.void : Metric.incrementBy(telemetry.rejectedRows, rejected)),
        Effect.zipRight(onProgress === undefined ? Effect.void : onProgress(download.progress(position, rows))),
        Effect.as(Chunk.unsafeFromArray(decoded))
      )
    }

    // Decoded within the effect: a stream keeps the effects that it is given until the next full collection, and one that
    // holds rows keeps those.
    return Stream.repeatEffectChunkOption(
      Effect.suspend(() =>
        hasEnded ? Effect.fail(Option.none()) : Effect.matchEffect(pull, {
          onSuccess: (bytes) => delivered(decoded(Chunk.toReadonlyArray(bytes))),
          onFailure: Option.match({
            onNone: () => {
              hasEnded = true
              return delivered(decoder.end())
            },
            onSome: (error) =>
              Effect.fail(Option.some(
                error._tag === "GunzipError"
                  ? new DidwwError.CorruptArchive({ reason: error.reason, bytes: position.bytes, rows })
                  : error
              ))
          })
        })
      )
    )
  }))
