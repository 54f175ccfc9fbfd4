/** Compresses text as it is read. */
import * as Stream from "effect/Stream"

/**
 * Takes the output of a piece before it compresses the next one, because `pipeThrough` would compress far ahead of a slow
 * reader. A piece is generated while the previous one is compressed.
 */
const compress = async function*(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  const { readable, writable } = new CompressionStream("gzip")
  const writer = writable.getWriter()
  const reader = readable.getReader()
  const out: Array<Uint8Array> = []
  const drain = async (): Promise<void> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) out.push(next.value)
  }
  const drained = drain()
  let written = Promise.resolve()
  for (const piece of pieces) {
    const bytes = encoder.encode(piece)
    await written
    yield* out.splice(0)
    written = writer.write(bytes)
  }
  await writer.close()
  await drained
  yield* out
}

/** Compresses pieces as a stream. Generating and compressing never fail. */
export const stream = (pieces: () => Iterable<string>): Stream.Stream<Uint8Array> =>
  Stream.suspend(() => Stream.orDie(Stream.fromAsyncIterable(compress(pieces()), (defect) => defect)))

/** Compresses all pieces at once. */
export const whole = async (pieces: Iterable<string>): Promise<Uint8Array> => {
  const parts: Array<Uint8Array> = []
  for await (const part of compress(pieces)) parts.push(part)
  return concat(parts)
}

export const concat = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at = at + part.length
  }
  return bytes
}
