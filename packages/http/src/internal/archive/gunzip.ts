/** Compressed bytes through an engine, a piece at a time. */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type Engine, GunzipError } from "../../Gunzip.js"
import * as aside from "../handoff.js"

/** What one piece decompresses to may be held at once: of the worst archive a thousand times as much. */
const maxPiece = 32_768

/** How much is given at once. */
const maxGiven = 65_536

/** What comes out next; none behind the end. */
export type Pull<E, R> = Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<E | GunzipError>, R>

/**
 * While the reader has what came out, the engine works on the next piece, and the source on what is behind that. A
 * failure of the source is the failure, whatever the engine would say to such an end.
 */
export const pull = <E, R>(
  source: Stream.Stream<Uint8Array, E, R>,
  engine: Engine,
  maxBytes: number
): Effect.Effect<Pull<E, R>, never, R | Scope.Scope> =>
  Effect.gen(function*() {
    type Step = Effect.Effect<void, Option.Option<E | GunzipError>, R>
    const scope = yield* Effect.scope
    const compressed = yield* Stream.toPull(source)
    const { end, pull: out, push } = yield* engine
    const pieces: Array<Uint8Array> = []
    const blocks: Array<Uint8Array> = []
    const { put, take } = aside.make<Chunk.Chunk<Uint8Array>>()
    let ahead: Fiber.RuntimeFiber<void, Option.Option<E>> | undefined
    let isBusy = false
    let hasEnded = false
    let size = 0

    const keep = (plain: ReadonlyArray<Uint8Array>): void => {
      for (const bytes of plain) split(bytes, maxGiven, blocks)
    }

    const received: Step = Effect.matchEffect(
      Effect.suspend(() => ahead === undefined ? compressed : Effect.zipRight(Fiber.join(ahead), take)),
      {
        onSuccess: (chunk): Step => {
          for (const bytes of chunk) split(bytes, maxPiece, pieces)
          return Effect.map(Effect.forkIn(Effect.map(compressed, put), scope), (fiber) => {
            ahead = fiber
          })
        },
        onFailure: (failure): Step => {
          if (Option.isSome(failure)) return Effect.fail(failure)
          hasEnded = true
          return Effect.mapBoth(end, { onFailure: Option.some, onSuccess: keep })
        }
      }
    )

    /** Gives the engine a piece, if there is one. */
    const begin = (): void => {
      const piece = pieces.shift()
      if (piece === undefined) return
      push(piece)
      isBusy = true
    }

    const begun: Step = Effect.suspend(() => {
      if (pieces.length === 0) return hasEnded ? Effect.fail(Option.none()) : received
      begin()
      return Effect.void
    })

    /** Whether the source has more already: neither a wait, nor its end or failure, which come behind what is kept. */
    const isReady = (): boolean => {
      const exit = ahead?.unsafePoll() ?? undefined
      return exit !== undefined && Exit.isSuccess(exit)
    }

    const worked: Step = Effect.matchEffect(out, {
      onFailure: (error) => Effect.fail(Option.some(error)),
      onSuccess: ({ bytes, isDone }) => {
        keep(bytes)
        isBusy = !isDone
        if (!isDone) return Effect.void
        return Effect.map(pieces.length === 0 && isReady() ? received : Effect.void, begin)
      }
    })

    const next: Pull<E, R> = Effect.suspend(() => {
      if (blocks.length === 0) return Effect.zipRight(isBusy ? worked : begun, next)
      const given: Array<Uint8Array> = []
      let length = 0
      for (
        let [block] = blocks;
        block !== undefined && (length === 0 || length + block.length <= maxGiven);
        block = blocks[0]
      ) {
        given.push(block)
        blocks.shift()
        length = length + block.length
      }
      size = size + length
      return size > maxBytes
        ? Effect.fail(Option.some(new GunzipError({ reason: "too large" })))
        : Effect.succeed(Chunk.unsafeFromArray(given))
    })

    return next
  })

const split = (bytes: Uint8Array, most: number, into: Array<Uint8Array>): void => {
  for (let at = 0; at < bytes.length; at += most) into.push(bytes.subarray(at, at + most))
}
