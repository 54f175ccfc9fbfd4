/**
 * Sends one request over the wire, and reads the answer. The failures of platform end in this module: they render the
 * headers of the request, and the key with them.
 */
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Protocol from "@effect-didww/core/Protocol"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as pull from "../pull.js"
import * as fault from "./fault.js"
import * as jsonBody from "./jsonBody.js"
import type { Tried } from "./retry.js"
import type { Scrub } from "./scrub.js"

export type { Fault } from "./fault.js"

export interface Answer {
  readonly status: number
  readonly response: HttpClientResponse.HttpClientResponse
  /** Empty while the body is still to be read. */
  readonly text: string
  /** Why there is no text, if the body cannot be read. */
  readonly mismatch?: Protocol.Mismatch
  /** Removes the secrets of the request. */
  readonly scrub: Scrub
  /** The attempts up to this answer. */
  readonly tried: Tried
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

export const requestIdOf = ({ response: { headers }, scrub }: Answer): string | undefined =>
  scrub(headers["x-request-id"])

export interface Options {
  readonly client: HttpClient.HttpClient
  /** One permit, for a body that is long. */
  readonly turn: Effect.Semaphore
}

export interface Sent {
  readonly request: HttpClientRequest.HttpClientRequest
  /** Leaves the body of a success unread. */
  readonly open: boolean
  readonly scrub: Scrub
  readonly tried: () => Tried
}

/** Reads the body too, because an unread body holds its socket. */
export const send = (
  { client, turn }: Options,
  { open, request, scrub, tried }: Sent
): Effect.Effect<Answer, DidwwError.TransportError> => {
  const read = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<Answer, jsonBody.Failure> => {
    const { status } = response
    const answer = (text: string): Answer => ({ status, response, text, scrub, tried: tried() })
    if (!isSuccess(status)) {
      // the status is enough where the body does not arrive
      const text = Effect.orElseSucceed(jsonBody.read(response, jsonBody.bounds.refusal, turn), () => "")
      return Effect.map(text, answer)
    }
    return open ?
      Effect.succeed(answer("")) :
      Effect.matchEffect(jsonBody.read(response, jsonBody.bounds.success, turn), {
        onFailure: (error) =>
          error._tag === "GunzipError" && error.reason === "too large"
            ? Effect.succeed({ ...answer(""), mismatch: jsonBody.tooLarge })
            : Effect.fail(error),
        onSuccess: (text) => Effect.succeed(answer(text))
      })
  }
  // a transport that dies may show the request in its words, as much as one that fails
  const failed = (
    cause: Cause.Cause<HttpClientError.HttpClientError | jsonBody.Failure>
  ): Effect.Effect<never, DidwwError.TransportError> => {
    const fail = (error: fault.Broken) =>
      Effect.fail(new DidwwError.TransportError({ ...tried(), ...fault.make(error, scrub) }))
    return Option.match(Cause.dieOption(cause), {
      onNone: () => Either.match(Cause.failureOrCause(cause), { onLeft: fail, onRight: Effect.failCause }),
      onSome: (defect) => fail({ _tag: "Defect", cause: defect })
    })
  }
  return Effect.catchAllCause(Effect.flatMap(Effect.suspend(() => client.execute(request)), read), (cause) => {
    const error = Option.getOrUndefined(Cause.failureOption(cause))
    // an application's own client may have made a failure of a status: the answer still counts
    return error?._tag === "ResponseError" && error.reason === "StatusCode"
      ? Effect.catchAllCause(read(error.response), failed)
      : failed(cause)
  })
}

/** Reads the body of an opened answer, as long as the scope is open. An answer without a body ends at once. */
export const body = (
  { response, scrub }: Answer
): Effect.Effect<pull.Pull<Uint8Array, fault.Fault>, never, Scope.Scope> =>
  Effect.map(
    pull.fromStream(response.stream),
    Effect.mapError(
      Option.flatMap((error) => error.reason === "EmptyBody" ? Option.none() : Option.some(fault.make(error, scrub)))
    )
  )
