/** From a stream of bytes to a stream of rows, in one channel: each layer of a stream costs time for each chunk. */
import * as Channel from "effect/Channel"
import * as Chunk from "effect/Chunk"
import type * as CallRecord from "../../CallRecord.js"
import { CorruptArchive } from "../errors/archive.js"
import type { Decoder } from "./rows.js"

type Decoding<C extends CallRecord.Column, E> = Channel.Channel<
  Chunk.Chunk<CallRecord.Selected<C>>,
  Chunk.Chunk<Uint8Array>,
  E | CorruptArchive,
  E,
  unknown,
  unknown
>

export const decoding = <C extends CallRecord.Column, E>({ end, isForeign, push }: Decoder<C>): Decoding<C, E> => {
  let bytes = 0

  const give = (rows: ReadonlyArray<CallRecord.Selected<C>>): Decoding<C, E> =>
    isForeign()
      ? Channel.fail(new CorruptArchive({ reason: "content", bytes, rows: 0 }))
      : Channel.write(Chunk.unsafeFromArray(rows))

  /** Decodes one array of bytes when the rows of the one before were taken: a chunk of bytes can be a whole file. */
  const each = (chunk: ReadonlyArray<Uint8Array>, index: number): Decoding<C, E> => {
    const input = chunk[index]
    if (input === undefined) return reading
    bytes = bytes + input.length
    return Channel.flatMap(give(push(input)), () => each(chunk, index + 1))
  }

  const reading: Decoding<C, E> = Channel.readWith({
    onInput: (chunk: Chunk.Chunk<Uint8Array>) => each(Chunk.toReadonlyArray(chunk), 0),
    onFailure: (error: E) => Channel.fail(error),
    onDone: () => give(end())
  })

  return reading
}
