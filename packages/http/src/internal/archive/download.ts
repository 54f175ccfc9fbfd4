/** An archive's bytes as they are, over as many requests as they need. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Archived, DownloadOptions, Progress } from "../../ExportsClient.js"
import * as address from "../request/address.js"
import type { Opened, Requests } from "../request/request.js"
import type * as retry from "../request/retry.js"
import * as send from "../request/send.js"
import * as timeLimit from "../request/timeLimit.js"

/** How far a download is. */
export interface Position {
  bytes: number
  total: number | undefined
  etag: string | undefined
}

export const start = (): Position => ({ bytes: 0, total: undefined, etag: undefined })

export const progress = ({ bytes, etag, total }: Position, rows: number): Progress => ({
  bytes,
  total: Option.fromNullable(total),
  etag: Option.fromNullable(etag),
  rows
})

/** Moves the position along. */
export type Download = (
  self: Archived,
  options: DownloadOptions,
  position: Position
) => Stream.Stream<Uint8Array, DidwwError.DownloadError>

export interface Options {
  readonly requests: Requests
  readonly apiUrl: string
  readonly downloadOrigins: ReadonlyArray<string | URL>
}

/** A body that is being read. */
interface Connection {
  readonly pull: Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<HttpClientError.ResponseError>>
  readonly close: Effect.Effect<void>
  readonly scrub: Opened["scrub"]
  /** Bytes at its beginning that were delivered before. */
  skip: number
}

export const make = ({ apiUrl, downloadOrigins, requests }: Options): Download => {
  const own = address.originOf(apiUrl) ?? apiUrl
  const trusted = new Set(downloadOrigins.map((origin) => address.originOf(String(origin))))

  const targetOf = (url: string): Either.Either<Target, DidwwError.DownloadError> => {
    const origin = address.originOf(url)
    return origin === undefined
      ? Either.left(malformed(untried, "url", "an http or https address"))
      : origin === own || trusted.has(origin)
      ? Either.right({ url, isTrusted: origin === own })
      : Either.left(new DidwwError.OriginRefused({ origin, expected: own }))
  }

  return (self, { idleTimeout, onProgress }, position) =>
    Stream.unwrapScoped(Effect.gen(function*() {
      const target = yield* targetOf(self.url)
      const recovery = yield* requests.recovery
      const startedAt = yield* Clock.currentTimeMillis
      const timeout = Duration.decode(idleTimeout ?? "30 seconds")
      let attempts = 0
      let connection: Connection | undefined
      const tried = Effect.map(Clock.currentTimeMillis, (now): retry.Tried => ({
        attempts,
        elapsed: Duration.millis(now - startedAt)
      }))
      const close = Effect.suspend(() => {
        const closed = connection?.close ?? Effect.void
        connection = undefined
        return closed
      })
      yield* Effect.addFinalizer(() => close)

      const connect = Effect.uninterruptibleMask((restore) =>
        Effect.gen(function*() {
          const opened = yield* restore(requests.open({ ...target, headers: headersFrom(position) }))
          attempts = attempts + opened.tried.attempts
          connection = yield* connected(opened)
          const skip = checked(self.id, opened, position)
          if (Either.isRight(skip)) {
            connection.skip = skip.right
            return connection
          }
          // only a body that someone began to read lets its socket go
          yield* restore(Effect.ignore(Effect.raceFirst(connection.pull, Effect.yieldNow())))
          return yield* skip.left
        })
      )

      const read = (connection: Connection): Effect.Effect<Chunk.Chunk<Uint8Array>, Failure> =>
        // as a value: the failure of a fiber is logged, and this one renders the headers
        Effect.matchEffect(timeLimit.within(Effect.either(connection.pull), timeout, () => Effect.fail("late")), {
          onFailure: () => interrupted((tried) => new DidwwError.TimedOut({ ...tried, limit: "idleTimeout", timeout })),
          onSuccess: Either.match({
            onRight: (chunk) => taken(connection, chunk),
            onLeft: Option.match({
              onNone: ended,
              onSome: (error) =>
                // no body at all
                error.reason === "EmptyBody"
                  ? ended()
                  : interrupted((tried) => send.transportError(error, connection.scrub, tried))
            })
          })
        })

      const taken = (connection: Connection, chunk: Chunk.Chunk<Uint8Array>) => {
        const bytes = Chunk.toReadonlyArray(chunk).flatMap((bytes) => {
          const skipped = Math.min(connection.skip, bytes.length)
          connection.skip = connection.skip - skipped
          return skipped === bytes.length ? [] : [bytes.subarray(skipped)]
        })
        if (bytes.length === 0) return next
        position.bytes = bytes.reduce((sum, { length }) => sum + length, position.bytes)
        if (position.total !== undefined && position.bytes > position.total) {
          return Effect.flatMap(tried, (tried) =>
            Effect.fail(Option.some(malformed(tried, "headers.content-length", "the length of the archive"))))
        }
        recovery.progressed()
        const delivered = Chunk.unsafeFromArray(bytes)
        return onProgress === undefined
          ? Effect.succeed(delivered)
          : Effect.as(onProgress(progress(position, 0)), delivered)
      }

      /** An end that was not announced there is a cut. */
      const ended = (): Effect.Effect<Chunk.Chunk<Uint8Array>, Failure> =>
        position.total === undefined || position.total === 0
          ? Effect.fail(Option.none())
          : interrupted((tried) =>
            new DidwwError.TransportError({ ...tried, reason: "response" })
          )

      const interrupted = (
        failure: (tried: retry.Tried) => DidwwError.DownloadError
      ): Effect.Effect<Chunk.Chunk<Uint8Array>, Failure> =>
        Effect.flatMap(Effect.zipRight(close, tried), (tried) => {
          const error = failure(tried)
          return Effect.flatMap(
            // without a strong ETag nobody can say that it is still the same archive
            position.bytes === 0 || isStrong(position.etag) ? recovery.goesOn(error) : Effect.succeed(false),
            (goesOn) => goesOn ? next : Effect.fail(Option.some(error))
          )
        })

      const next: Effect.Effect<Chunk.Chunk<Uint8Array>, Failure> = Effect.suspend(() =>
        // all is there, however its connection ends
        position.bytes === position.total
          ? Effect.fail(Option.none())
          : Effect.flatMap(
            connection === undefined ? Effect.mapError(connect, Option.some) : Effect.succeed(connection),
            read
          )
      )

      return Stream.repeatEffectChunkOption(next)
    }))
}

type Failure = Option.Option<DidwwError.DownloadError>

interface Target {
  readonly url: string
  readonly isTrusted: boolean
}

const untried: retry.Tried = { attempts: 0, elapsed: Duration.zero }

const isStrong = (etag: string | undefined): etag is string => etag !== undefined && etag.startsWith("\"")

const headersFrom = ({ bytes, etag }: Position): Readonly<Record<string, string>> => ({
  accept: "*/*",
  // bytes that something on the way decodes could be cut unseen
  "accept-encoding": "identity",
  ...(bytes > 0 && etag !== undefined && { range: `bytes=${bytes}-`, "if-range": etag })
})

const connected = ({ answer, scrub }: Opened): Effect.Effect<Connection> =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const pull = yield* Scope.extend(Stream.toPull(answer.response.stream), scope)
    // a body that was cut is not closed without another complaint
    return { pull, close: Effect.catchAllCause(Scope.close(scope, Exit.void), () => Effect.void), scrub, skip: 0 }
  })

/** How many bytes of this answer were delivered before. Sets what is known of the archive if it is the first. */
const checked = (
  exportId: Export.ExportId,
  { answer: { response: { headers }, status }, scrub, tried }: Opened,
  position: Position
): Either.Either<number, DidwwError.DownloadError> => {
  const fails = (name: string, expected: string) =>
    Either.left(malformed(tried, `headers.${name}`, expected, scrub(headers["x-request-id"])))
  const encoding = headers["content-encoding"]
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") return fails("content-encoding", "identity")
  if (status !== 200 && (status !== 206 || position.bytes === 0)) {
    return Either.left(
      new DidwwError.UnexpectedStatus({ ...tried, status, requestId: scrub(headers["x-request-id"]), errors: [] })
    )
  }
  const range = status === 206 ? rangeIn(headers["content-range"]) : undefined
  if (status === 206 && range?.from !== position.bytes) {
    return fails("content-range", `bytes from ${position.bytes} on`)
  }
  const length = headers["content-length"] ?? ""
  const total = status === 206 ? range?.total : /^\d+$/.test(length) ? Number(length) : undefined
  if (position.bytes === 0) {
    position.total = total
    position.etag = headers.etag
    return Either.right(0)
  }
  // not every answer says how much there is in all
  const isSame = headers.etag === position.etag &&
    (total === undefined || position.total === undefined || total === position.total)
  if (!isSame) return Either.left(new DidwwError.ArchiveChanged({ exportId }))
  position.total = position.total ?? total
  return Either.right(status === 206 ? 0 : position.bytes)
}

const rangeIn = (header: string | undefined) => {
  const found = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? "")
  return found === null
    ? undefined
    : { from: Number(found[1]), total: found[2] === "*" ? undefined : Number(found[2]) }
}

const malformed = (
  tried: retry.Tried,
  path: string,
  expected: string,
  requestId?: string
): DidwwError.MalformedResponse => new DidwwError.MalformedResponse({ ...tried, path, expected, requestId })
