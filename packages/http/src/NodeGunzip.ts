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
import * as outlet from "./internal/archive/engineOutput.js"

/** zlib works on it in one go, off the main thread; with its default of 16 KiB each piece takes many. */
const chunkSize = 1_048_576

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

const noBytes = new Uint8Array(0)

const start = (): { readonly decompression: Decompression; readonly stop: () => void } => {
  const stream = createGunzip({ chunkSize })
  const { begin, done, fail, give, pull } = outlet.make()
  let read = 0
  // up to the last byte that is not zero
  let filled = 0
  let hasEnded = false

  stream.on("data", give)
  stream.on("end", () => {
    hasEnded = true
    done()
  })
  stream.on("error", fail)

  return {
    decompression: {
      push: (bytes) => {
        begin(bytes)
        const last = bytes.findLastIndex((byte) => byte !== 0)
        if (last >= 0) filled = read + last + 1
        read = read + bytes.length
        stream.write(bytes, done)
      },
      pull,
      end: Effect.suspend(() => {
        if (!hasEnded) {
          begin(noBytes)
          stream.end()
        }
        return outlet.rest(pull)
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
