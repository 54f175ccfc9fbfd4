/**
 * Node's own zlib in place of `DecompressionStream`: faster, and it reads archives of several members. Not in the
 * package's index.
 *
 * @example
 * ```ts
 * import { ExportsClient } from "@effect-didww/http"
 * import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
 * import * as Layer from "effect/Layer"
 *
 * const client = Layer.provideMerge(ExportsClient.layerConfig(), NodeGunzip.layer)
 * ```
 *
 * @since 0.1.0
 */
/// <reference types="node" />
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createGunzip } from "node:zlib"
import { type Decompression, type Engine, Gunzip, GunzipError } from "./Gunzip.js"
import * as gunzipFailure from "./internal/gunzipFailure.js"

/** The default of 16 KiB takes nearly twice as long. */
const chunkSize = 65_536

/**
 * @since 0.1.0
 * @category engines
 */
export const engine: Engine = Effect.suspend(() =>
  Effect.map(
    Effect.acquireRelease(Effect.sync(start), ({ stop }) => Effect.sync(stop)),
    ({ decompression }) => decompression
  )
)

const start = (): { readonly decompression: Decompression; readonly stop: () => void } => {
  const stream = createGunzip({ chunkSize })
  const first = gunzipFailure.start()
  let out: Array<Uint8Array> = []
  let read = 0
  // up to the last byte that is not zero
  let filled = 0
  let hasEnded = false
  let failure: GunzipError | undefined
  let settle = () => {}

  stream.on("data", (bytes: Uint8Array) => {
    out.push(bytes)
  })
  stream.on("end", () => {
    hasEnded = true
  })
  stream.on("error", (cause) => {
    failure = new GunzipError({ reason: gunzipFailure.reasonOf(cause, first) })
    // it does not call back
    settle()
  })

  const after = (run: (done: () => void) => void): Effect.Effect<ReadonlyArray<Uint8Array>, GunzipError> =>
    Effect.async((resume) => {
      settle = () => {
        const taken = out
        out = []
        resume(failure === undefined ? Effect.succeed(taken) : Effect.fail(failure))
      }
      if (failure === undefined) run(settle)
      else settle()
    })

  return {
    decompression: {
      push: (bytes) =>
        after((done) => {
          first.push(bytes)
          const last = bytes.findLastIndex((byte) => byte !== 0)
          if (last >= 0) filled = read + last + 1
          read = read + bytes.length
          stream.write(bytes, done)
        }),
      end: after((done) => {
        if (hasEnded) return done()
        stream.once("end", done)
        stream.end()
      }).pipe(
        // zlib ends at the first zero behind a member, whatever comes then
        Effect.filterOrFail(
          () => stream.bytesWritten >= filled,
          () => new GunzipError({ reason: "trailing data" })
        )
      )
    },
    stop: () => {
      stream.destroy()
    }
  }
}

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Gunzip> = Layer.succeed(Gunzip, engine)
