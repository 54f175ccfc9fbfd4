/**
 * Receives DIDWW's callbacks. It is an app of `@effect/platform`: mount it on a server or a router, or give it to
 * `HttpApp.toWebHandler`.
 *
 * @example
 * ```ts
 * import { CallbackApp } from "@effect-didww/http"
 * import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
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
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"

/**
 * The options of `make`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The callback URL exactly as DIDWW got it. The place where the app is mounted does not matter. */
  readonly publicUrl: string
  /** The account's callback secret. Give the old one and the new one while it is replaced. */
  readonly secrets: NonEmptyReadonlyArray<Redacted.Redacted>
  /** Bytes. Default: 65,536. */
  readonly maxBodySize?: number | undefined
}

/**
 * Hands each callback that DIDWW signed to the handler, and answers 204 when the handler succeeds. After any other answer,
 * or without an answer within 60 seconds, DIDWW calls again, up to ten times in two days. Delivery is at least once: make
 * the handler idempotent by `id`, and let it leave long work to others.
 *
 * The app refuses a request with 401 (signature), 400 (payload), 413 (size) or 405 (method), without a body. The log gets a
 * warning with the reason, and without any of the request. If the handler fails or dies, the app logs an error and answers
 * 500. It does the same for an invalid `publicUrl` and for an empty secret.
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
): Effect.Effect<Callback.Callback, Callback.CallbackRefused> => {
  const received = { publicUrl, secrets, signature: request.headers[Callback.signatureHeader] }
  return request.method === "GET"
    ? Callback.fromGet({ ...received, query: /\?([^#]*)/.exec(request.originalUrl)?.[1] ?? "" })
    : Effect.flatMap(bodyOf(request, maxBodySize), (body) => Callback.fromPost({ ...received, body }))
}

/**
 * Keeps no more than the limit. A body that is somewhat larger is read to its end all the same: a server that stops reading
 * cuts the connection, and its answer may get lost.
 */
const bodyOf = (
  request: HttpServerRequest.HttpServerRequest,
  limit: number
): Effect.Effect<string, Callback.CallbackRefused> =>
  Number(request.headers["content-length"] ?? 0) > limit ? tooLarge : Effect.suspend(() => {
    const decoder = new TextDecoder()
    return request.stream.pipe(
      Stream.scan({ size: 0, text: "" }, (body, bytes) => {
        const size = body.size + bytes.length
        return { size, text: size <= limit ? body.text + decoder.decode(bytes, { stream: true }) : "" }
      }),
      Stream.takeUntil(({ size }) => size > limit * 16),
      Stream.runLast,
      // a connection that breaks, or a request without a body
      Effect.mapError(() => new Callback.CallbackRefused({ reason: "malformed payload" })),
      Effect.map(Option.getOrElse(() => ({ size: 0, text: "" }))),
      Effect.flatMap(({ size, text }) => size > limit ? tooLarge : Effect.succeed(text + decoder.decode()))
    )
  })

const tooLarge = Effect.fail(new Callback.CallbackRefused({ reason: "too large" }))

const statuses: Readonly<Record<Callback.CallbackRefused["reason"], number>> = {
  "missing signature": 401,
  "wrong signature": 401,
  "malformed payload": 400,
  "too large": 413,
  "malformed url": 500,
  "empty secret": 500
}

const refuse = (
  { message, reason }: Callback.CallbackRefused
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
          Effect.logError("The handler of a callback failed", cause),
          HttpServerResponse.empty({ status: 500 })
        )
  })
