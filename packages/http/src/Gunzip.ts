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
import * as webGunzip from "./internal/webGunzip.js"

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
 * One archive on its way through an engine. Calls come one after the other.
 *
 * @since 0.1.0
 * @category models
 */
export interface Decompression {
  /** Compressed bytes in, what comes out by then out: all of it, or a part whose rest comes with the next. */
  readonly push: (bytes: Uint8Array) => Effect.Effect<ReadonlyArray<Uint8Array>, GunzipError>
  /** The rest; fails unless all of the archive was there. */
  readonly end: Effect.Effect<ReadonlyArray<Uint8Array>, GunzipError>
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
