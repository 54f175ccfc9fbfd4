/**
 * What the bytes of an archive are decompressed with: the platform's own `DecompressionStream`, on every platform, unless
 * another engine is provided; `NodeGunzip` is zlib's.
 *
 * An engine gives what the archive begins with and then, if something is wrong with it, a failure: never a part of it, or
 * something else, as if it were the whole.
 *
 * @example
 * ```ts
 * import { type ExportsClient, Gunzip } from "@effect-didww/http"
 * import * as Effect from "effect/Effect"
 *
 * const portable = <A, E>(program: Effect.Effect<A, E, ExportsClient.ExportsClient>) =>
 *   Effect.provideService(program, Gunzip.Gunzip, Gunzip.web)
 * ```
 *
 * @since 0.1.0
 */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as gunzip from "./internal/archive/gunzip.js"
import * as webGunzip from "./internal/archive/webEngine.js"

/**
 * What is wrong with the bytes.
 *
 * @since 0.1.0
 * @category errors
 */
export class GunzipError extends Data.TaggedError("GunzipError")<{
  readonly reason: DidwwError.CorruptArchive["reason"]
}> {}

/**
 * One archive on its way through an engine. Its calls come one after the other.
 *
 * @since 0.1.0
 * @category models
 */
export interface Decompression {
  /** Begins with compressed bytes; only once what was pushed before is done. */
  readonly push: (bytes: Uint8Array) => void
  /** Waits for what comes out next, or until what was pushed is done; the rest of that may come with what is pushed later. */
  readonly pull: Effect.Effect<Output, GunzipError>
  /** The rest; fails unless all of the archive was there. */
  readonly end: Effect.Effect<ReadonlyArray<Uint8Array>, GunzipError>
}

/**
 * What came out of an engine.
 *
 * @since 0.1.0
 * @category models
 */
export interface Output {
  readonly bytes: ReadonlyArray<Uint8Array>
  /** Whether the engine is done with what was pushed. */
  readonly isDone: boolean
}

/**
 * Makes a decompression, which holds its engine until the scope closes.
 *
 * @since 0.1.0
 * @category models
 */
export type Engine = Effect.Effect<Decompression, never, Scope.Scope>

/**
 * `DecompressionStream`. One archive of several members fails as `trailing data`: newer platforms refuse the second one,
 * and older ones do not tell what they pass by.
 *
 * @since 0.1.0
 * @category engines
 */
export const web: Engine = Effect.suspend(() => webGunzip.engine)

/**
 * The engine in use. One around a call, or outside, beats the one that a client was built with. Default: `web`.
 *
 * @since 0.1.0
 * @category tags
 */
export class Gunzip
  extends Context.Reference<Gunzip>()<"@effect-didww/http/Gunzip", Engine>("@effect-didww/http/Gunzip", {
    defaultValue: () => web
  })
{}

/**
 * An archive's bytes as the bytes of its CSV, by the engine in use: for archives that did not come by `records`. Behind
 * `maxBytes` of CSV it fails as `too large`; default: any number.
 *
 * @since 0.1.0
 * @category decompression
 */
export const decompress = <E, R>(
  archive: Stream.Stream<Uint8Array, E, R>,
  options?: { readonly maxBytes?: number | undefined }
): Stream.Stream<Uint8Array, E | GunzipError, R> =>
  Stream.unwrapScoped(Effect.flatMap(Gunzip, (engine) =>
    Effect.map(
      gunzip.pull(archive, engine, options?.maxBytes ?? Infinity),
      Stream.repeatEffectChunkOption
    )))
