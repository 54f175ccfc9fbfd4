/** The rows of an archive: downloaded, decompressed and decoded, a batch at a time. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Protocol from "@effect-didww/core/Protocol"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { Archived, RecordsOptions } from "../../ExportsClient.js"
import { Gunzip } from "../../Gunzip.js"
import * as pull from "../pull.js"
import * as metrics from "../request/metrics.js"
import type * as download from "./download.js"
import * as gunzip from "./gunzip.js"
import * as resumption from "./resumption.js"

export interface Options {
  readonly download: download.Download
  /** The context of the caller, over the one that the client was built in. */
  readonly context: Effect.Effect<Context.Context<never>>
}

type Rows = pull.Pull<CallRecord.Row, DidwwError.RecordsError>

/** A thousand times a month of a busy account: the limit is for archives that hold something else. */
const mostBytes = 2 ** 40

export const make = (
  { context, download }: Options,
  self: Archived,
  { exportType, idleTimeout, maxBytes = mostBytes, maxRecordBytes, onBytes, onProgress }: RecordsOptions
): Effect.Effect<Rows, never, Scope.Scope> =>
  Effect.gen(function*() {
    const engine = Context.get(yield* context, Gunzip)
    const position = resumption.start()
    const decoder = Protocol.decoder({ exportType, maxRecordBytes })
    const bytes = download(self, { idleTimeout }, position)
    const archive = pull.toStream(onBytes === undefined ? bytes : Effect.map(bytes, Effect.tap(onBytes)))
    const plain = yield* gunzip.bounded(engine(archive), maxBytes)
    let rows = 0
    let hasEnded = false

    const corrupt = (reason: DidwwError.CorruptArchive["reason"]) =>
      Effect.fail(Option.some(new DidwwError.CorruptArchive({ reason, bytes: position.bytes, rows })))

    const deliver = (decoded: ReadonlyArray<CallRecord.Row>): Rows => {
      if (decoder.isForeign()) return corrupt("content")
      const rejected = decoded.reduce((count, row) => CallRecord.isRejected(row) ? count + 1 : count, 0)
      rows = rows + decoded.length
      return metrics.countRows(decoded.length - rejected, rejected).pipe(
        Effect.andThen(onProgress === undefined ? Effect.void : onProgress(resumption.progress(position, rows))),
        Effect.as(decoded)
      )
    }

    // Decodes within the effect. A stream keeps the effects that it is given until the next full collection, and an effect
    // that holds rows keeps these.
    return Effect.suspend(() =>
      hasEnded ? Effect.fail(Option.none()) : Effect.matchEffect(plain, {
        onSuccess: ([first, ...others]) =>
          deliver(
            first === undefined
              ? []
              : others.length === 0
              ? decoder.push(first)
              : [first, ...others].flatMap(decoder.push)
          ),
        onFailure: Option.match({
          onNone: () => {
            hasEnded = true
            return deliver(decoder.end())
          },
          onSome: (error) => error._tag === "GunzipError" ? corrupt(error.reason) : Effect.fail(Option.some(error))
        })
      })
    )
  })
