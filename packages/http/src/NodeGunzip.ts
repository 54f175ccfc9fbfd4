/**
 * Decompresses archives with Node's own zlib in place of `DecompressionStream`. It is faster, and it reads archives of several
 * members. This is an entry of its own, outside of the package's index.
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
import * as Layer from "effect/Layer"
import { createGunzip } from "node:zlib"
import { type Engine, Gunzip } from "./Gunzip.js"
import * as gunzip from "./internal/archive/gunzip.js"

/** zlib decompresses so many bytes in one go, off the main thread. Its default of 16 KiB would take many rounds. */
const chunkSize = 1_048_576

const start = ({ data, done, failed }: gunzip.Listener): gunzip.Decompressor => {
  const stream = createGunzip({ chunkSize })
  let read = 0
  // up to the last byte that is not zero
  let filled = 0
  stream.on("data", data)
  stream.on("end", done)
  stream.on("error", failed)
  return {
    write: (bytes) => {
      const last = bytes.findLastIndex((byte) => byte !== 0)
      if (last >= 0) filled = read + last + 1
      read = read + bytes.length
      stream.write(bytes, done)
    },
    end: () => {
      if (stream.readableEnded) done()
      else stream.end()
    },
    // zlib ends at the first zero behind a member, whatever comes after it
    isWhole: () => stream.bytesWritten >= filled,
    stop: () => {
      stream.destroy()
    }
  }
}

/**
 * zlib as an engine.
 *
 * @since 0.1.0
 * @category engines
 */
export const engine: Engine = gunzip.engine(start)

/**
 * Provides zlib as the engine in use.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Gunzip> = Layer.succeed(Gunzip, engine)
