/** Compressed bytes through an engine, a piece at a time. */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type Engine, GunzipError } from "../Gunzip.js"

/** What one piece decompresses to is held at once: of the worst archive a thousand times as much. */
const maxPiece = 16_384

/** A failure of the source is the failure, whatever the engine would say to such an end. */
export const gunzip = <E, R>(
  source: Stream.Stream<Uint8Array, E, R>,
  engine: Engine,
  maxBytes: number
): Stream.Stream<Uint8Array, E | GunzipError, R> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    const pull = yield* Stream.toPull(source)
    const { end, push } = yield* engine
    const pieces: Array<Uint8Array> = []
    let size = 0
    let hasEnded = false

    const delivered = (out: ReadonlyArray<Uint8Array>) => {
      size = out.reduce((sum, { length }) => sum + length, size)
      return size > maxBytes
        ? Effect.fail(new GunzipError({ reason: "too large" }))
        : Effect.succeed(Chunk.unsafeFromArray(out))
    }
    type Pull = Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<E | GunzipError>, R>
    const next: Pull = Effect.suspend((): Pull => {
      const piece = pieces.shift()
      if (piece !== undefined) return Effect.mapError(Effect.flatMap(push(piece), delivered), Option.some)
      if (hasEnded) return Effect.fail(Option.none())
      return Effect.matchEffect(pull, {
        onSuccess: (chunk): Pull => {
          for (const bytes of chunk) {
            for (let at = 0; at < bytes.length; at += maxPiece) pieces.push(bytes.subarray(at, at + maxPiece))
          }
          return next
        },
        onFailure: (failure): Pull => {
          if (Option.isSome(failure)) return Effect.fail(failure)
          hasEnded = true
          return Effect.mapError(Effect.flatMap(end, delivered), Option.some)
        }
      })
    })
    return Stream.repeatEffectChunkOption(next)
  }))
