/** Makes an engine of a decompressor that a platform has, and bounds what an engine gives. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { Engine } from "../../Gunzip.js"
import * as pull from "../pull.js"
import { fromCause, GunzipError } from "./gunzipError.js"

/** A platform's decompressor. */
export interface Decompressor {
  /** Begins to decompress these bytes. */
  readonly write: (bytes: Uint8Array) => void
  /** Says that there are no more bytes. */
  readonly end: () => void
  /** Asked at the end: whether the bytes were one archive, and all of it. */
  readonly isWhole: () => boolean
  readonly stop: () => void | Promise<unknown>
}

/** Hears of a decompressor: any number of `data`, and one `done` for each `write` and for `end`; or `failed`. */
export interface Listener {
  readonly data: (plain: Uint8Array) => void
  readonly done: () => void
  readonly failed: (cause: unknown) => void
}

/** Compressed bytes that are written at once. In the worst archive they decompress to a thousand times as many. */
const maxPiece = 65_536

/** Decompressed bytes that are given at once. */
const maxGiven = 262_144

/**
 * Makes an engine that gives all that the archive begins with, and then fails if something is wrong. If the source fails,
 * the engine ends the decompressor, gives what the decompressor still holds, and fails with the failure of the source. A
 * decompressor may call bytes done that it only holds: Node 22 does so with up to 64 KiB.
 *
 * While the consumer uses the bytes, the decompressor works on the next piece, and the source on the one behind it. No pipe
 * of the platform does this: it hides the failure of the source, or reads far ahead of a slow consumer.
 */
export const engine =
  (start: (listener: Listener) => Decompressor): Engine => <E, R>(bytes: Stream.Stream<Uint8Array, E, R>) =>
    pull.toStream(Effect.gen(function*() {
      const source = yield* pull.ahead(yield* pull.fromStream(bytes))
      const begins: Array<number> = []
      const pieces: Array<Uint8Array> = []
      const { change, listener, state } = outlet(begins)
      const decompressor = yield* Effect.acquireRelease(
        Effect.sync(() => start(listener)),
        ({ stop }) => Effect.promise(async () => stop())
      )
      let hasEnded = false
      let failure: Option.Option<E> = Option.none()

      const receive = Effect.matchEffect(source.pull, {
        onSuccess: (batch) => {
          for (const bytes of batch) split(bytes, maxPiece, pieces)
          return Effect.void
        },
        onFailure: (end) => {
          failure = end
          hasEnded = state.isBusy = true
          decompressor.end()
          return Effect.void
        }
      })
      const begin = (piece: Uint8Array): void => {
        if (begins.length < 2) begins.push(...piece.subarray(0, 2))
        state.isBusy = true
        decompressor.write(piece)
      }

      const next: pull.Pull<Uint8Array, E | GunzipError, R> = Effect.gen(function*() {
        while (true) {
          if (!state.isBusy && !hasEnded) {
            if (pieces.length === 0 && source.isReady()) yield* receive
            const piece = pieces.shift()
            if (piece !== undefined) begin(piece)
          }
          if (state.plain.length > 0) return state.plain.splice(0)
          if (Option.isSome(failure) && (state.error !== undefined || !state.isBusy)) return yield* Effect.fail(failure)
          if (state.error !== undefined) return yield* Effect.fail(Option.some(state.error))
          if (state.isBusy) yield* change
          else if (!hasEnded) yield* receive
          else return yield* Effect.fail(decompressor.isWhole() ? Option.none() : trailingData)
        }
      })
      return next
    }))

interface Outlet {
  readonly plain: Array<Uint8Array>
  isBusy: boolean
  error: GunzipError | undefined
}

/** Collects what a decompressor tells, until somebody asks. `begins` are the first two bytes of the archive. */
const outlet = (begins: ReadonlyArray<number>) => {
  const state: Outlet = { plain: [], isBusy: false, error: undefined }
  let wake = (): void => {}
  const listener: Listener = {
    data: (bytes) => {
      state.plain.push(bytes)
      wake()
    },
    done: () => {
      state.isBusy = false
      wake()
    },
    failed: (cause) => {
      state.error ??= fromCause(cause, begins[0] === 0x1f && begins[1] === 0x8b)
      wake()
    }
  }
  /** Waits for bytes, for a failure, or until the decompressor wants more. */
  const change = Effect.async<void>((resume) => {
    wake = () => {
      if (!state.isBusy || state.plain.length > 0 || state.error !== undefined) resume(Effect.void)
    }
    wake()
  })
  return { state, listener, change }
}

const trailingData = Option.some(new GunzipError({ reason: "trailing data" }))

/** Gives no more than 256 KiB at once, and fails behind `maxBytes`. */
export const bounded = <E, R>(
  plain: Stream.Stream<Uint8Array, E, R>,
  maxBytes: number
): Effect.Effect<pull.Pull<Uint8Array, E | GunzipError, R>, never, R | Scope.Scope> =>
  Effect.map(pull.fromStream(plain), (source) => {
    const blocks: Array<Uint8Array> = []
    let size = 0
    const next: pull.Pull<Uint8Array, E | GunzipError, R> = Effect.suspend(() => {
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
      if (size > maxBytes) return Effect.fail(Option.some(new GunzipError({ reason: "too large" })))
      return length > 0 ? Effect.succeed(given) : Effect.flatMap(source, (batch) => {
        for (const bytes of batch) split(bytes, maxGiven, blocks)
        return next
      })
    })
    return next
  })

const split = (bytes: Uint8Array, most: number, into: Array<Uint8Array>): void => {
  for (let at = 0; at < bytes.length; at += most) into.push(bytes.subarray(at, at + most))
}
