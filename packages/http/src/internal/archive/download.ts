/** An archive's bytes as they are, over as many requests as they need. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import type { Archived, DownloadOptions } from "../../ExportsClient.js"
import type * as pull from "../pull.js"
import type { Api } from "../request/api.js"
import * as monotonic from "../request/monotonic.js"
import * as retry from "../request/retry.js"
import * as send from "../request/send.js"
import * as timeLimit from "../request/timeLimit.js"
import * as resumption from "./resumption.js"
import type * as target from "./target.js"

export interface Options {
  readonly api: Api
  readonly targetOf: target.TargetOf
}

/** Reads an archive, and keeps the position up to date. */
export type Download = (
  self: Archived,
  options: DownloadOptions,
  position: resumption.Position
) => Effect.Effect<pull.Pull<Uint8Array, DidwwError.DownloadError>, DidwwError.DownloadError, Scope.Scope>

/** One download on its way. */
interface Transfer {
  readonly api: Api
  readonly exportId: Export.ExportId
  readonly target: target.Target
  readonly position: resumption.Position
  readonly idleTimeout: Duration.Duration
  readonly onProgress: DownloadOptions["onProgress"]
  readonly startedAt: number
  /** Requests that were sent. */
  attempts: number
  connection: Connection | undefined
}

/** A body that is being read. */
interface Connection {
  readonly body: pull.Pull<Uint8Array, send.Fault>
  readonly close: Effect.Effect<void>
  /** Bytes that were delivered before, and that the body still brings again. */
  skip: number
  /** Of the bytes that were skipped. */
  digest: number
  /** Bytes that no connection brought before. */
  fresh: number
}

/** An attempt that brings fewer bytes is no progress. With one byte for each connection an archive would never end. */
const leastProgress = 1024

export const make =
  ({ api, targetOf }: Options): Download => (self, { idleTimeout = "30 seconds", onProgress }, position) =>
    Effect.gen(function*() {
      const transfer: Transfer = {
        api,
        exportId: self.id,
        target: yield* targetOf(self),
        position,
        idleTimeout: Duration.decode(idleTimeout),
        onProgress,
        startedAt: yield* monotonic.now,
        attempts: 0,
        connection: undefined
      }
      const retries = yield* api.continuing
      yield* Effect.addFinalizer(() => close(transfer))
      const work: retry.Work<Bytes | undefined, DidwwError.DownloadError> = {
        costs: retry.unspent(),
        isProgress: (bytes) => bytes === undefined || isProgress(transfer)
      }
      // each run of attempts is for the next bytes
      const next = retry.run(retries, (tries) => Effect.andThen(tries.begin, nextBytes(transfer)), work)
      return Effect.flatMap(
        Effect.mapError(next, Option.some),
        (bytes) => bytes === undefined ? Effect.fail(Option.none()) : Effect.succeed(bytes)
      )
    })

type Bytes = ReadonlyArray<Uint8Array>

/** The next bytes, or `undefined` at the end. A `Left` is a cut, after which the download continues or starts over. */
const nextBytes = (
  transfer: Transfer
): Effect.Effect<Either.Either<Bytes | undefined, DidwwError.DownloadError>, DidwwError.DownloadError> =>
  Effect.gen(function*() {
    const { position } = transfer
    while (true) {
      // all bytes are there, however their connection ends
      if (position.bytes === position.total) return Either.right(undefined)
      const connection = transfer.connection ?? (yield* connect(transfer))
      const read = yield* readFrom(connection, transfer.idleTimeout)
      if (Either.isRight(read)) {
        const isSkipping = connection.skip > 0
        const bytes = fresh(connection, read.right)
        if (isSkipping && connection.skip === 0 && !isSame(connection, position)) {
          return yield* new DidwwError.ArchiveChanged({ exportId: transfer.exportId })
        }
        if (bytes.length === 0) continue
        yield* count(transfer, connection, bytes)
        return Either.right(bytes)
      }
      // without an announced length an end is no cut, unless the body lacks bytes that an earlier one had
      if (read.left === "end" && connection.skip === 0 && (position.total ?? 0) === 0) return Either.right(undefined)
      yield* close(transfer)
      return Either.left(cutError(read.left, yield* tried(transfer), transfer.idleTimeout))
    }
  })

/** Opens the rest of the archive. Its failures are final: the request has tried again by itself. */
const connect = (transfer: Transfer): Effect.Effect<Connection, DidwwError.DownloadError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const { api, exportId, position, target } = transfer
      const answer = yield* restore(api.open({ ...target, headers: resumption.requestHeaders(position) }))
      transfer.attempts = transfer.attempts + answer.tried.attempts
      const connection = yield* connectionTo(answer)
      transfer.connection = connection
      const accepted = resumption.accept(exportId, position, answer)
      if (Either.isLeft(accepted)) {
        // a body lets its socket go only after somebody began to read it
        yield* restore(Effect.ignore(Effect.raceFirst(connection.body, Effect.yieldNow())))
        return yield* Effect.fail(accepted.left)
      }
      const { etag, skip, total } = accepted.right
      position.total = total
      position.etag = etag
      connection.skip = skip
      return connection
    })
  )

const connectionTo = (answer: send.Answer): Effect.Effect<Connection> =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const body = yield* Scope.extend(send.body(answer), scope)
    // a body that was cut complains once more when it is closed
    return {
      body,
      close: Effect.catchAllCause(Scope.close(scope, Exit.void), () => Effect.void),
      skip: 0,
      digest: resumption.noDigest,
      fresh: 0
    }
  })

const close = (transfer: Transfer): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { connection } = transfer
    transfer.connection = undefined
    return connection?.close ?? Effect.void
  })

type Cut = "end" | "idle" | send.Fault

/** Within a time limit for each batch. Failures are values, because the failure of a fiber is logged. */
const readFrom = (
  { body }: Connection,
  idleTimeout: Duration.Duration
): Effect.Effect<Either.Either<Bytes, Cut>> =>
  Effect.match(timeLimit.within(Effect.either(body), idleTimeout, () => Effect.fail("idle" as const)), {
    onFailure: Either.left,
    onSuccess: Either.mapLeft(Option.getOrElse(() => "end" as const))
  })

const cutError = (cut: Cut, tried: retry.Tried, timeout: Duration.Duration): DidwwError.DownloadError =>
  cut === "idle"
    ? new DidwwError.TimedOut({ ...tried, limit: "idleTimeout", timeout })
    : new DidwwError.TransportError({ ...tried, ...(cut === "end" ? { reason: "response" } : cut) })

/** The bytes that were not delivered before. */
const fresh = (connection: Connection, batch: Bytes): Bytes =>
  connection.skip === 0 ? batch.filter(({ length }) => length > 0) : batch.flatMap((bytes) => {
    const skipped = Math.min(connection.skip, bytes.length)
    connection.skip = connection.skip - skipped
    connection.digest = resumption.digest(connection.digest, bytes.subarray(0, skipped))
    return skipped === bytes.length ? [] : [bytes.subarray(skipped)]
  })

/** Whether the skipped bytes are those that were delivered. */
const isSame = ({ digest }: Connection, position: resumption.Position): boolean =>
  resumption.isStrong(position) || digest === position.digest

/** Whether the connection brought enough. A download that starts over needs all bytes again, and so makes no progress. */
const isProgress = ({ connection, position }: Transfer): boolean =>
  connection !== undefined && connection.fresh >= leastProgress && resumption.isStrong(position)

/** Moves the position, and reports it. */
const count = (
  transfer: Transfer,
  connection: Connection,
  batch: Bytes
): Effect.Effect<void, DidwwError.DownloadError> =>
  Effect.suspend(() => {
    const { onProgress, position } = transfer
    const isStrong = resumption.isStrong(position)
    for (const bytes of batch) {
      position.bytes = position.bytes + bytes.length
      connection.fresh = connection.fresh + bytes.length
      if (!isStrong) position.digest = resumption.digest(position.digest, bytes)
    }
    if (position.total !== undefined && position.bytes > position.total) {
      return Effect.flatMap(
        tried(transfer),
        (tried) => Effect.fail(resumption.malformed(tried, "headers.content-length", "the length of the archive"))
      )
    }
    return onProgress?.(resumption.progress(position, 0)) ?? Effect.void
  })

const tried = ({ attempts, startedAt }: Transfer): Effect.Effect<retry.Tried> =>
  Effect.map(monotonic.now, (now) => ({ attempts, elapsed: Duration.millis(now - startedAt) }))
