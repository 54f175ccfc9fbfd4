/** `DecompressionStream` as an engine. */
import * as Effect from "effect/Effect"
import { type Decompression, type Engine, GunzipError } from "../../Gunzip.js"
import * as outlet from "./engineOutput.js"

export const engine: Engine = Effect.suspend(() =>
  Effect.map(
    Effect.acquireRelease(Effect.sync(start), ({ stop }) => Effect.promise(stop)),
    ({ decompression }) => decompression
  )
)

const start = (): { readonly decompression: Decompression; readonly stop: () => Promise<unknown> } => {
  const { readable, writable } = new DecompressionStream("gzip")
  const reader = readable.getReader()
  const writer = writable.getWriter()
  const { begin, done, fail, give, pull } = outlet.make()
  let size = 0
  let tail = new Uint8Array(4)

  const drain = async (): Promise<void> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size = size + next.value.length
      const { value } = next
      later(() => give(value))
    }
  }
  const drained = drain()
  // the writer may only say that it cannot go on
  drained.catch(fail)

  return {
    decompression: {
      push: (bytes) => {
        begin(bytes)
        tail = lastFour(tail, bytes)
        // the memory of what came over the network is not shared
        writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => later(done), fail)
      },
      pull,
      end: Effect.suspend(() => {
        begin(noBytes)
        Promise.all([writer.close(), drained]).then(() => later(done), fail)
        return outlet.rest(pull)
      }).pipe(
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

/** Node goes on with a stream only once nothing else is to be done at once: what it gave is read after that. */
const { setImmediate: later = (task: () => void) => task() } = globalThis as {
  readonly setImmediate?: (task: () => void) => unknown
}

const noBytes = new Uint8Array(0)

const lastFour = (before: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const last = new Uint8Array(4)
  const kept = Math.max(0, 4 - bytes.length)
  last.set(before.subarray(4 - kept))
  last.set(bytes.subarray(-4), kept)
  return last
}

const sizeIn = (tail: Uint8Array<ArrayBuffer>): number => new DataView(tail.buffer).getUint32(0, true)
