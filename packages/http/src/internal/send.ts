/** One request over the wire, and what comes back. What platform fails with ends here: its errors render the headers. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Headers from "@effect/platform/Headers"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Predicate from "effect/Predicate"
import type * as Stream from "effect/Stream"
import type { Tried } from "./retry.js"
import type { Scrub } from "./scrub.js"
import * as telemetry from "./telemetry.js"

export interface Answer {
  readonly status: number
  readonly headers: Headers.Headers
  /** Empty where the body is still to be read. */
  readonly text: string
  readonly body: Stream.Stream<Uint8Array, HttpClientError.ResponseError>
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

interface Defect {
  readonly _tag: "Defect"
  readonly cause: unknown
}

/** The answer with its body read, an unread one would hold its socket; `open` leaves that of a success unread. */
export const send = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  open: boolean,
  scrub: Scrub,
  tried: Effect.Effect<Tried>
): Effect.Effect<Answer, DidwwError.TransportError> =>
  execute(client, request).pipe(
    Effect.flatMap(({ headers, status, stream, text }) => {
      const read = !isSuccess(status) ? readable(text) : open ? Effect.succeed("") : text
      return Effect.map(read, (text) => ({ headers, status, text, body: stream }))
    }),
    // a transport that dies may hold the request in its hands as much as one that fails
    Effect.catchAllDefect((cause) => Effect.fail<Defect>({ _tag: "Defect", cause })),
    Effect.catchAll((error) => Effect.flatMap(tried, (tried) => Effect.fail(transportError(error, scrub, tried))))
  )

const execute = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> =>
  Effect.zipRight(Metric.increment(telemetry.requests), client.execute(request)).pipe(
    // an application's own client may have turned a status into a failure: its answer is still the answer
    Effect.catchTag(
      "ResponseError",
      (error) => error.reason === "StatusCode" ? Effect.succeed(error.response) : Effect.fail(error)
    )
  )

/** A status says enough where its body does not arrive. */
const readable = <E>(text: Effect.Effect<string, E>): Effect.Effect<string> => Effect.orElseSucceed(text, () => "")

export const transportError = (
  error: HttpClientError.HttpClientError | Defect,
  scrub: Scrub,
  tried: Tried
): DidwwError.TransportError =>
  new DidwwError.TransportError({
    ...tried,
    reason: error._tag === "ResponseError"
      ? "response"
      : error._tag === "RequestError" && error.reason === "InvalidUrl"
      ? "url"
      : "request",
    code: scrub(codeOf(error.cause))
  })

/** `ECONNREFUSED` and the like, wherever the platform puts it; nothing else of a foreign error is safe to show. */
const codeOf = (cause: unknown, depth = 0): string | undefined => {
  if (!Predicate.isObject(cause) || depth > 4) return undefined
  if (Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) && /^[A-Z][A-Z0-9_]+$/.test(cause.code)) {
    return cause.code
  }
  return Predicate.hasProperty(cause, "cause") ? codeOf(cause.cause, depth + 1) : undefined
}
