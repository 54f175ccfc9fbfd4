/** An archive on its way to a file. */
import { DidwwError } from "@effect-didww/core"
import * as Gunzip from "@effect-didww/http/Gunzip"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

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
