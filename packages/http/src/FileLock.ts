/**
 * A lock that several processes share through one file, on one machine or on a shared disk.
 *
 * The owner renews the file every 5 seconds. If the owner dies, another process can take the lock over: at once where it can
 * see that the owner's process is gone, otherwise after the owner was silent for 30 seconds.
 *
 * @example
 * ```ts
 * import { FileLock } from "@effect-didww/http"
 * import * as Effect from "effect/Effect"
 *
 * const alone = <A, E, R>(step: Effect.Effect<A, E, R>) =>
 *   Effect.scoped(Effect.gen(function*() {
 *     const lock = yield* FileLock.acquire("calls.lock")
 *     yield* lock.check
 *     return yield* step
 *   }))
 * ```
 *
 * @since 0.1.0
 */
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Lease from "./internal/archive/lease.js"

/**
 * Another process has the lock, or has taken it over.
 *
 * @since 0.1.0
 * @category errors
 */
export class FileLocked extends Schema.TaggedError<FileLocked>("@effect-didww/http/FileLocked")("FileLocked", {
  path: Schema.String,
  /** The owner, as far as it is known. */
  processId: Schema.optional(Schema.Int),
  host: Schema.optional(Schema.String),
  since: Schema.optional(Schema.DateTimeUtc)
}) {
  override get message(): string {
    const owner = this.processId === undefined ? "another process" : `process ${this.processId} on ${this.host}`
    return `The lock ${this.path} belongs to ${owner}. Wait for it, or stop it.`
  }
}

/**
 * A lock that this process has.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileLock {
  /** Fails once another process may have the lock. Run it before each step that needs the lock. */
  readonly check: Effect.Effect<void, FileLocked | PlatformError.PlatformError>
}

/**
 * Takes the lock at a path until the scope closes. Fails with `FileLocked` if another process has it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const acquire = (
  path: string
): Effect.Effect<FileLock, FileLocked | PlatformError.PlatformError, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    const lease = yield* Deferred.make<Lease.Lease, Lease.Failure>()
    yield* Lease.holding(files, path, (held) => Effect.andThen(Deferred.succeed(lease, held), Effect.never)).pipe(
      Effect.catchAll((failure) => Deferred.fail(lease, failure)),
      // the end of the scope interrupts it, also where the caller cannot be interrupted
      Effect.interruptible,
      Effect.forkScoped
    )
    const { check } = yield* Effect.mapError(Deferred.await(lease), publicly)
    return { check: Effect.mapError(check, publicly) }
  })

const publicly = (failure: Lease.Failure): FileLocked | PlatformError.PlatformError =>
  failure._tag === "LeaseTaken" ? new FileLocked({ path: failure.path, ...ownerOf(failure.holder) }) : failure

interface Owner {
  readonly processId?: number | undefined
  readonly host?: string | undefined
  readonly since?: DateTime.Utc | undefined
}

const ownerOf = (holder: Lease.Holder | undefined): Owner => ({
  since: holder?.since,
  processId: holder?.place?.processId,
  host: holder?.place?.host
})
