/** `DecompressionStream` as an engine. */
import type { Engine } from "../../Gunzip.js"
import { type Decompressor, engine, type Listener } from "./gunzip.js"

const start = ({ data, done, failed }: Listener): Decompressor => {
  const { readable, writable } = new DecompressionStream("gzip")
  const reader = readable.getReader()
  const writer = writable.getWriter()
  let size = 0
  let tail = new Uint8Array(4)

  const drain = async (): Promise<void> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const { value } = next
      size = size + value.length
      later(() => data(value))
    }
  }
  const drained = drain()
  // the writer may say no more than that it cannot go on
  drained.catch(failed)

  return {
    write: (bytes) => {
      tail = Uint8Array.of(...tail, ...bytes.subarray(-4)).slice(-4)
      // bytes that came over the network are not in shared memory
      writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => later(done), failed)
    },
    end: () => {
      Promise.all([writer.close(), drained]).then(() => later(done), failed)
    },
    // an archive ends with its own size: Node reads past bytes behind zeros, and does not report them
    isWhole: () => new DataView(tail.buffer).getUint32(0, true) === size % 2 ** 32,
    stop: () => Promise.allSettled([writer.abort(), reader.cancel()])
  }
}

/** Node continues with a stream only after all tasks that can run at once. Bytes that it gave are read after that. */
const { setImmediate: later = (task: () => void) => task() } = globalThis as {
  readonly setImmediate?: (task: () => void) => unknown
}

export const web: Engine = engine(start)
