/**
 * Decompresses archives: with the platform's own `DecompressionStream`, unless another engine is provided. `NodeGunzip` is
 * zlib's engine.
 *
 * An engine gives all that the archive begins with. Then, if something is wrong with the archive, it fails. It never gives
 * a part of an archive, or something else, as if it were the whole.
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
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import * as gunzip from "./internal/archive/gunzip.js"
import type { GunzipError } from "./internal/archive/gunzipError.js"
import * as webEngine from "./internal/archive/webEngine.js"
import * as pull from "./internal/pull.js"

export { GunzipError } from "./internal/archive/gunzipError.js"

/**
 * Makes the bytes of the CSV from the bytes of an archive.
 *
 * @since 0.1.0
 * @category models
 */
export type Engine = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>
) => Stream.Stream<Uint8Array, E | GunzipError, R>

/**
 * `DecompressionStream` as an engine. An archive of several members fails with `trailing data`: newer platforms refuse the
 * second member, and older ones do not report the bytes that they ignore.
 *
 * @since 0.1.0
 * @category engines
 */
export const web: Engine = webEngine.web

/**
 * The engine in use. An engine around a call, or outside of it, replaces the one that the client was built with. Default:
 * `web`.
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
 * Decompresses an archive that did not come by `records`, with the engine in use. It fails with `too large` behind `maxBytes`
 * of CSV. Default: no limit.
 *
 * @since 0.1.0
 * @category decompression
 */
export const decompress = <E, R>(
  archive: Stream.Stream<Uint8Array, E, R>,
  options?: { readonly maxBytes?: number | undefined }
): Stream.Stream<Uint8Array, E | GunzipError, R> =>
  pull.toStream(Effect.flatMap(Gunzip, (engine) => gunzip.bounded(engine(archive), options?.maxBytes ?? Infinity)))
