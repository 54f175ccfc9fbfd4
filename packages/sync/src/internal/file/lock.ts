/** One run at a time writes to a window: a lock in a file beside it. */
import * as FileLock from "@effect-didww/http/FileLock"
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { type DestinationError, DestinationInUse, DestinationMoved } from "../../Destination.js"
import { type Disk, failed } from "./disk.js"

export interface Lock {
  /** Fails once another run may have taken over. */
  readonly check: Effect.Effect<void, DestinationError>
}

/** Takes the lock of a window until the scope closes. */
export const acquire = (disk: Disk, path: string): Effect.Effect<Lock, DestinationError, Scope.Scope> => {
  const { files, place } = disk
  const orElse = (lost: (error: FileLock.FileLocked) => DestinationError) =>
    Effect.mapError((error: FileLock.FileLocked | PlatformError.PlatformError) =>
      error._tag === "FileLocked" ? lost(error) : failed(disk)(error)
    )
  const inUse = ({ host, processId }: FileLock.FileLocked) =>
    new DestinationInUse({ place, ...(processId !== undefined && { holder: `process ${processId} on ${host}` }) })
  return FileLock.acquire(path).pipe(
    Effect.provideService(FileSystem.FileSystem, files),
    orElse(inUse),
    Effect.map(({ check }) => ({ check: orElse(() => new DestinationMoved({ place }))(check) }))
  )
}

/** Takes a lock that every run has for a moment only. Waits up to a minute for it. */
export const acquireInTurn = (disk: Disk, path: string): Effect.Effect<Lock, DestinationError, Scope.Scope> =>
  Effect.retry(acquire(disk, path), {
    while: ({ _tag }) => _tag === "DestinationInUse",
    schedule: Schedule.upTo(Schedule.spaced("50 millis"), "1 minute")
  })
