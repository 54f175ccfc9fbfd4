/** The pump of a `DecompressionStream`: a chunk is written, that is awaited, and what came out is taken. */
import * as Effect from "effect/Effect"
import { type Decompression, type Engine, GunzipError } from "../Gunzip.js"
import * as gunzipFailure from "./gunzipFailure.js"

export const engine: Engine = Effect.suspend(() =>
  Effect.map(Effect.acquireRelease(Effect.sync(start), ({ stop }) => Effect.promise(stop)), ({ pump }) => pump)
)

const start = (): { readonly pump: Decompression; readonly stop: () => Promise<unknown> } => {
  const { readable, writable } = new DecompressionStream("gzip")
  const reader = readable.getReader()
  const writer = writable.getWriter()
  const first = gunzipFailure.start()
  let out: Array<Uint8Array> = []
  let size = 0
  let tail = new Uint8Array(4)

  const drain = async (): Promise<void> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      out.push(next.value)
      size = size + next.value.length
    }
  }
  const drained = drain()
  // the writer says so too
  drained.catch(() => {})

  const after = (written: () => Promise<unknown>): Effect.Effect<ReadonlyArray<Uint8Array>, GunzipError> =>
    Effect.tryPromise({
      try: async () => {
        await written()
        const taken = out
        out = []
        return taken
      },
      catch: (cause) => new GunzipError({ reason: gunzipFailure.reasonOf(cause, first) })
    })

  return {
    pump: {
      push: (bytes) =>
        after(() => {
          first.push(bytes)
          tail = lastFour(tail, bytes)
          // the memory of what came over the network is not shared
          return writer.write(bytes as Uint8Array<ArrayBuffer>)
        }),
      end: after(() => Promise.all([writer.close(), drained])).pipe(
        // the size at the end of an archive is its own; Node passes by what stands behind zeros, and says nothing
        Effect.filterOrFail(
          () => sizeIn(tail) === size % 2 ** 32,
          () => new GunzipError({ reason: "trailing data" })
        )
      )
    },
    stop: () => Promise.allSettled([writer.abort(), reader.cancel()])
  }
}

const lastFour = (before: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const last = new Uint8Array(4)
  const kept = Math.max(0, 4 - bytes.length)
  last.set(before.subarray(4 - kept))
  last.set(bytes.subarray(-4), kept)
  return last
}

const sizeIn = (tail: Uint8Array<ArrayBuffer>): number => new DataView(tail.buffer).getUint32(0, true)
