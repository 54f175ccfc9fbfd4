/**
 * The receiver of DIDWW's callbacks, as an app of `@effect/platform`: mount it on a server or a router, or give it to
 * `HttpApp.toWebHandler`.
 *
 * @example
 * ```ts
 * import { CallbackApp } from "@effect-didww/http"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const app = CallbackApp.make(
 *   { publicUrl: "https://example.com/didww", secrets: [Redacted.make("the callback secret")] },
 *   (callback) => Effect.log(`export ${callback.id} is complete`)
 * )
 * ```
 *
 * @since 0.1.0
 */
import * as Callback from "@effect-didww/core/Callback"
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The callback URL as DIDWW was given it, to the letter. Where the app is mounted does not matter. */
  readonly publicUrl: string
  /** The account's callback secret; more than one while it is replaced. */
  readonly secrets: NonEmptyReadonlyArray<Redacted.Redacted>
  /** In bytes. Default: 65,536. */
  readonly maxBodySize?: number | undefined
}

/**
 * Hands each callback that DIDWW signed to the handler, and answers 204 once that has succeeded. DIDWW calls again, ten
 * times in two days, after any other answer or none within 60 seconds: the handler must be idempotent on the `id`, and
 * had better leave long work to others.
 *
 * What is refused is answered with 401 (signature), 400 (payload), 413 or 405, with nothing else, and a warning in the
 * log that says why and nothing of what came. A handler that fails or dies is logged as an error and answered with 500,
 * and so is a `publicUrl` that is no address and an empty secret.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <E, R>(
  options: Options,
  handler: (callback: Callback.Callback) => Effect.Effect<unknown, E, R>
): HttpApp.Default<never, R> =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
    if (request.method !== "GET" && request.method !== "POST") return notAllowed
    return Effect.matchEffect(receive(options, request), {
      onFailure: refuse,
      onSuccess: (callback) => handle(handler(callback))
    })
  })

const notAllowed = HttpServerResponse.empty({ status: 405, headers: { allow: "GET, POST" } })

const receive = (
  { maxBodySize = 65_536, publicUrl, secrets }: Options,
  request: HttpServerRequest.HttpServerRequest
): Effect.Effect<Callback.Callback, DidwwError.CallbackRefused> => {
  const received = { publicUrl, secrets, signature: request.headers[Callback.signatureHeader] }
  return request.method === "GET"
    ? Callback.fromGet({ ...received, query: /\?([^#]*)/.exec(request.originalUrl)?.[1] ?? "" })
    : Effect.flatMap(bodyOf(request, maxBodySize), (body) => Callback.fromPost({ ...received, body }))
}

interface Body {
  readonly size: number
  readonly chunks: Chunk.Chunk<Uint8Array>
}

const empty: Body = { size: 0, chunks: Chunk.empty() }

/**
 * Keeps no more than the limit. What is somewhat larger is read to its end all the same, since a server that stops reading
 * cuts the connection, and its answer may get lost.
 */
const bodyOf = (
  request: HttpServerRequest.HttpServerRequest,
  limit: number
): Effect.Effect<string, DidwwError.CallbackRefused> =>
  Number(request.headers["content-length"] ?? 0) > limit ? tooLarge : request.stream.pipe(
    Stream.runFoldWhile(empty, ({ size }) => size <= limit * 16, ({ chunks, size }, chunk) => ({
      size: size + chunk.length,
      chunks: size + chunk.length <= limit ? Chunk.append(chunks, chunk) : Chunk.empty()
    })),
    // a connection that breaks, or no body at all
    Effect.mapError(() => new DidwwError.CallbackRefused({ reason: "malformed payload" })),
    Effect.filterOrElse(({ size }) => size <= limit, () => tooLarge),
    Effect.map(({ chunks }) => {
      const decoder = new TextDecoder()
      return Array.from(chunks, (chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode()
    })
  )

const tooLarge = Effect.fail(new DidwwError.CallbackRefused({ reason: "too large" }))

const statuses: Readonly<Record<DidwwError.CallbackRefused["reason"], number>> = {
  "missing signature": 401,
  "wrong signature": 401,
  "malformed payload": 400,
  "too large": 413,
  "malformed url": 500,
  "empty secret": 500
}

const refuse = (
  { message, reason }: DidwwError.CallbackRefused
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.as(
    statuses[reason] === 500 ? Effect.logError(message) : Effect.logWarning(message),
    HttpServerResponse.empty({ status: statuses[reason] })
  )

const handle = <E, R>(
  handling: Effect.Effect<unknown, E, R>
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R> =>
  Effect.matchCauseEffect(handling, {
    onSuccess: () => HttpServerResponse.empty({ status: 204 }),
    onFailure: (cause) =>
      Cause.isInterruptedOnly(cause)
        ? Effect.interrupt
        : Effect.as(
          Effect.logError("The handler of a callback failed.", cause),
          HttpServerResponse.empty({ status: 500 })
        )
  })
