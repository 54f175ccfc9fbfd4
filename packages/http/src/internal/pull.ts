/**
 * Batches of values, one after the other: how this package reads streams and makes them. Only this module knows how
 * Effect holds a batch.
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** Gives the next batch. Fails with `None` at the end. */
export type Pull<A, E = never, R = never> = Effect.Effect<ReadonlyArray<A>, Option.Option<E>, R>

/** Streams the batches of a pull, which lives as long as the stream. */
export const toStream = <A, E, R, E2, R2>(
  open: Effect.Effect<Pull<A, E, R>, E2, R2>
): Stream.Stream<A, E | E2, R | Exclude<R2, Scope.Scope>> =>
  Stream.unwrapScoped(
    Effect.map(open, (pull) => Stream.repeatEffectChunkOption(Effect.map(pull, Chunk.unsafeFromArray)))
  )

/** Reads a stream batch by batch, as long as the scope is open. */
export const fromStream = <A, E, R>(
  stream: Stream.Stream<A, E, R>
): Effect.Effect<Pull<A, E, R>, never, R | Scope.Scope> =>
  Effect.map(Stream.toPull(stream), Effect.map(Chunk.toReadonlyArray))

/** Runs an effect for each batch of a stream. */
export const runForEach = <A, E, R, E2, R2>(
  stream: Stream.Stream<A, E, R>,
  use: (batch: ReadonlyArray<A>) => Effect.Effect<unknown, E2, R2>
): Effect.Effect<void, E | E2, R | R2> => Stream.runForEachChunk(stream, (batch) => use(Chunk.toReadonlyArray(batch)))

/** A pull that has the next batch ready while the consumer uses the one before. */
export interface Ahead<A, E, R> {
  readonly pull: Pull<A, E, R>
  /** Whether the next batch can be had without a wait. False before the end and before a failure. */
  readonly isReady: () => boolean
}

/**
 * Pulls one batch ahead, in a fiber that starts at the first use and ends with the scope. Batches go through a variable
 * and not through a result of that fiber: `handoff` says why.
 */
export const ahead = <A, E, R>(pull: Pull<A, E, R>): Effect.Effect<Ahead<A, E, R>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    let held: ReadonlyArray<A> | undefined
    let end: Exit.Exit<never, Option.Option<E>> | undefined
    let isStarted = false
    // the consumer waits for a batch, or the filler waits for room: never both
    let wake = (): void => {}
    const until = (isSo: () => boolean): Effect.Effect<void> =>
      Effect.async((resume) => {
        if (isSo()) return resume(Effect.void)
        wake = () => resume(Effect.void)
      })
    const room = until(() => held === undefined)
    const batchOrEnd = until(() => held !== undefined || end !== undefined)

    const filler: Effect.Effect<never, Option.Option<E>, R> = Effect.flatMap(pull, (batch) => {
      held = batch
      wake()
      return Effect.andThen(room, filler)
    })
    const fill = Effect.map(Effect.exit(filler), (exit) => {
      end = exit
      wake()
    })

    const next: Pull<A, E, R> = Effect.suspend(() => {
      if (held !== undefined) {
        const batch = held
        held = undefined
        wake()
        return Effect.succeed(batch)
      }
      if (end !== undefined) return end
      if (isStarted) return Effect.andThen(batchOrEnd, next)
      isStarted = true
      return Effect.forkIn(fill, scope).pipe(Effect.andThen(batchOrEnd), Effect.andThen(next))
    })
    return { pull: next, isReady: () => held !== undefined }
  })
