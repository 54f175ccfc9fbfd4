/**
 * Receives DIDWW's callbacks. It is an app of `@effect/platform`: mount it on a server or a router, or give it to
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
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
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
  /** Names of members to accept beside those that DIDWW documents: see `Callback.VerifyOptions`. Default: no other member. */
  readonly furtherMembers?: ReadonlyArray<string> | undefined
  /** Bytes. Default: 65,536. */
  readonly maxBodySize?: number | undefined
  /** How long the body of a POST may take to arrive. Default: 10 seconds. */
  readonly bodyTimeout?: Duration.DurationInput | undefined
}

/**
 * Hands each callback that DIDWW signed to the handler, and answers 204 when the handler succeeds. After any other answer,
 * or without an answer within 60 seconds, DIDWW calls again, up to ten times in two days. Delivery is at least once: make
 * the handler idempotent by `id`, and let it leave long work to others.
 *
 * The app refuses a request with 401 (signature), 400 (payload), 405 (method), 408 (time), 413 (size) or 415 (content type),
 * without a body. The log gets a warning with the reason, and without any of the request. If the handler fails or dies, the app
 * logs an error and answers 500. It does the same for an invalid `publicUrl` and for an empty secret.
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

/** Node would wait for the rest of a body that nobody wants, for minutes. */
const closing = { connection: "close" }

const notAllowed = HttpServerResponse.empty({ status: 405, headers: { ...closing, allow: "GET, POST" } })

const receive = (
  options: Options,
  request: HttpServerRequest.HttpServerRequest
): Effect.Effect<Callback.Callback, Callback.CallbackRefused> => {
  const { furtherMembers, publicUrl, secrets } = options
  const received = { furtherMembers, publicUrl, secrets, signature: request.headers[Callback.signatureHeader] }
  return request.method === "GET"
    ? Callback.fromGet({ ...received, query: /\?([^#]*)/.exec(request.originalUrl)?.[1] ?? "" })
    : Effect.flatMap(bodyOf(options, request), (body) => Callback.fromPost({ ...received, body }))
}

/** A body of more than so many times the limit is not read to its end. */
const mostSizes = 16

const bodyOf = (
  { bodyTimeout = "10 seconds", maxBodySize = 65_536 }: Options,
  { headers, stream }: HttpServerRequest.HttpServerRequest
): Effect.Effect<string, Callback.CallbackRefused> =>
  !/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(headers["content-type"] ?? "")
    ? refusal("unsupported content type")
    : Number(headers["content-length"] ?? 0) > maxBodySize * mostSizes
    ? refusal("too large")
    : inTime(bodyTimeout, textOf(stream, maxBodySize))

/**
 * Keeps no more than the limit. A body that is somewhat larger is read to its end all the same: a server that stops reading
 * cuts the connection, and its answer may get lost.
 */
const textOf = <E>(
  stream: Stream.Stream<Uint8Array, E>,
  limit: number
): Effect.Effect<string, Callback.CallbackRefused> =>
  Effect.suspend(() => {
    const decoder = new TextDecoder()
    return stream.pipe(
      Stream.scan({ size: 0, text: "" }, (body, bytes) => {
        const size = body.size + bytes.length
        return { size, text: size <= limit ? body.text + decoder.decode(bytes, { stream: true }) : "" }
      }),
      Stream.takeUntil(({ size }) => size > limit * mostSizes),
      Stream.runLast,
      // a connection that breaks, or a request without a body
      Effect.catchAll(() => refusal("malformed payload")),
      Effect.map(Option.getOrElse(() => ({ size: 0, text: "" }))),
      Effect.flatMap(({ size, text }) => size > limit ? refusal("too large") : Effect.succeed(text + decoder.decode()))
    )
  })

/** An interrupted read cuts the connection. So it is interrupted some time after the answer. */
const inTime = <A>(
  timeout: Duration.DurationInput,
  body: Effect.Effect<A, Callback.CallbackRefused>
): Effect.Effect<A, Callback.CallbackRefused> =>
  Effect.gen(function*() {
    // platform runs an app without interruption, and a timeout needs one
    const reading = yield* Effect.forkDaemon(Effect.interruptible(body))
    const timer = yield* Effect.forkDaemon(Effect.interruptible(Effect.sleep(timeout)))
    return yield* Effect.async<A, Callback.CallbackRefused>((resume) => {
      const stop = Fiber.interruptFork(reading)
      reading.addObserver((exit) => {
        timer.unsafeInterruptAsFork(FiberId.none)
        resume(exit)
      })
      timer.addObserver((exit) => {
        if (Exit.isSuccess(exit)) {
          resume(Effect.andThen(Effect.forkDaemon(Effect.delay(stop, "1 second")), refusal("timed out")))
        }
      })
      return stop
    })
  })

const refusal = (reason: Callback.CallbackRefused["reason"]): Effect.Effect<never, Callback.CallbackRefused> =>
  Effect.fail(new Callback.CallbackRefused({ reason }))

const statuses: Readonly<Record<Callback.CallbackRefused["reason"], number>> = {
  "missing signature": 401,
  "wrong signature": 401,
  "malformed payload": 400,
  "unknown member": 400,
  "timed out": 408,
  "too large": 413,
  "unsupported content type": 415,
  "malformed url": 500,
  "empty secret": 500
}

const refuse = (
  { message, reason }: Callback.CallbackRefused
): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  const status = statuses[reason]
  return Effect.as(
    status === 500 ? Effect.logError(message) : Effect.logWarning(message),
    HttpServerResponse.empty({ status, headers: status === 408 || status === 413 || status === 415 ? closing : {} })
  )
}

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
