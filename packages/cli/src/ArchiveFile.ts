/** An archive on disk. */
import { CallRecord, DidwwError } from "@effect-didww/core"
import type * as ExportsClient from "@effect-didww/http/ExportsClient"
import * as Gunzip from "@effect-didww/http/Gunzip"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** Whether a text is the name of an archive, not an id. */
export const isPath = (text: string): boolean => /\.csv(\.gz)?$/i.test(text)

/** Reads the rows of an archive, and reports progress. */
export const records = (
  path: string,
  onProgress: (progress: ExportsClient.Progress) => Effect.Effect<void>
): Stream.Stream<CallRecord.Row, PlatformError | DidwwError.CorruptArchive, FileSystem.FileSystem> =>
  Stream.unwrap(Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    const { size } = yield* files.stat(path)
    let bytes = 0
    let rows = 0
    const read = files.stream(path).pipe(
      Stream.tap((chunk) =>
        Effect.sync(() => {
          bytes = bytes + chunk.length
        })
      )
    )
    return (/\.gz$/i.test(path)
      ? Stream.provideService(Gunzip.decompress(read), Gunzip.Gunzip, NodeGunzip.engine)
      : read).pipe(
        CallRecord.decodeStream(),
        Stream.mapChunksEffect((chunk) => {
          rows = rows + Chunk.size(chunk)
          return Effect.as(onProgress({ bytes, total: Option.some(Number(size)), etag: Option.none(), rows }), chunk)
        }),
        Stream.mapError((error) =>
          error._tag === "GunzipError" || error._tag === "CorruptArchive"
            ? new DidwwError.CorruptArchive({ reason: error.reason, bytes, rows })
            : error
        )
      )
  }))

/**
 * Writes the bytes of an archive as they arrive, and decompresses them at the same time. Fails with `CorruptArchive` unless
 * they are one whole gzip, from its magic number to its checksum: a server that says no length can end it anywhere.
 */
export const proven = <E, R, E2, R2>(
  archive: Stream.Stream<Uint8Array, E, R>,
  write: (bytes: Uint8Array) => Effect.Effect<void, E2, R2>
): Effect.Effect<void, Exclude<E | E2, Gunzip.GunzipError> | DidwwError.CorruptArchive, R | R2> => {
  let bytes = 0
  const written = Stream.tap(archive, (chunk) => {
    bytes = bytes + chunk.length
    return write(chunk)
  })
  return Stream.runDrain(Gunzip.decompress(written)).pipe(
    Effect.provideService(Gunzip.Gunzip, NodeGunzip.engine),
    Effect.catchIf(
      (error): error is Gunzip.GunzipError => error instanceof Gunzip.GunzipError,
      ({ reason }) => Effect.fail(new DidwwError.CorruptArchive({ reason, bytes, rows: 0 }))
    )
  )
}
