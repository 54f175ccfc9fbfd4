/** One request over the wire, and what comes back. What platform fails with ends here: its errors render the headers. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { Tried } from "./retry.js"
import type { Scrub } from "./scrub.js"

export interface Answer {
  readonly status: number
  readonly response: HttpClientResponse.HttpClientResponse
  /** Empty where the body is still to be read. */
  readonly text: string
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
  tried: () => Tried
): Effect.Effect<Answer, DidwwError.TransportError> => {
  const read = (response: HttpClientResponse.HttpClientResponse) => {
    const { status } = response
    const text = !isSuccess(status) ? readable(response.text) : open ? Effect.succeed("") : response.text
    return Effect.map(text, (text): Answer => ({ status, response, text }))
  }
  // a transport that dies may hold the request in its hands as much as one that fails
  const failed = (
    cause: Cause.Cause<HttpClientError.HttpClientError>
  ): Effect.Effect<never, DidwwError.TransportError> => {
    const defect = Cause.dieOption(cause)
    return Option.isSome(defect)
      ? Effect.fail(transportError({ _tag: "Defect", cause: defect.value }, scrub, tried()))
      : Either.match(Cause.failureOrCause(cause), {
        onLeft: (error) => Effect.fail(transportError(error, scrub, tried())),
        onRight: Effect.failCause
      })
  }
  return Effect.catchAllCause(Effect.flatMap(Effect.suspend(() => client.execute(request)), read), (cause) => {
    const error = Option.getOrUndefined(Cause.failureOption(cause))
    // an application's own client may have turned a status into a failure: its answer is still the answer
    return error?._tag === "ResponseError" && error.reason === "StatusCode"
      ? Effect.catchAllCause(read(error.response), failed)
      : failed(cause)
  })
}

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
