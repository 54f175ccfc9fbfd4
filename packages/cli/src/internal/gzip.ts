/** Compresses what is written. */
import * as Effect from "effect/Effect"
import { createGzip, type Gzip } from "node:zlib"

type Write<E> = (chunk: string | Uint8Array) => Effect.Effect<void, E>

/** Gives `use` a function that compresses and then writes. Ends the gzip after `use`. */
export const compressing = <A, E, R, E2>(
  write: Write<E2>,
  use: (write: Write<E2>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | E2, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const stream = createGzip()
      let done: ReadonlyArray<Uint8Array> = []
      stream.on("data", (chunk: Uint8Array) => {
        done = [...done, chunk]
      })
      const take = (): ReadonlyArray<Uint8Array> => {
        const taken = done
        done = []
        return taken
      }
      return { stream, take }
    }),
    ({ stream, take }) => {
      const flush = Effect.suspend(() => Effect.forEach(take(), write, { discard: true }))
      return Effect.zipLeft(
        use((chunk) => chunk.length === 0 ? Effect.void : Effect.andThen(accepted(stream, chunk), flush)),
        Effect.andThen(ended(stream), flush)
      )
    },
    ({ stream }) => Effect.sync(() => stream.destroy())
  )

/** Waits until the stream has compressed a chunk, so that no more than one waits in memory. */
const accepted = (stream: Gzip, chunk: string | Uint8Array): Effect.Effect<void> =>
  Effect.async((resume) => {
    stream.write(chunk, () => resume(Effect.void))
  })

const ended = (stream: Gzip): Effect.Effect<void> =>
  Effect.async((resume) => {
    stream.once("end", () => resume(Effect.void))
    stream.end()
  })
