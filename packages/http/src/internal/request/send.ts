/**
 * Sends one request over the wire, and reads the answer. The failures of platform end in this module: they render the
 * headers of the request, and the key with them.
 */
import * as DidwwError from "@effect-didww/core/DidwwError"
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
import type { Tried } from "./retry.js"
import type { Scrub } from "./scrub.js"

export type { Fault } from "./fault.js"

export interface Answer {
  readonly status: number
  readonly response: HttpClientResponse.HttpClientResponse
  /** Empty while the body is still to be read. */
  readonly text: string
  /** Removes the secrets of the request. */
  readonly scrub: Scrub
  /** The attempts up to this answer. */
  readonly tried: Tried
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

export const requestIdOf = ({ response: { headers }, scrub }: Answer): string | undefined =>
  scrub(headers["x-request-id"])

/** Reads the body too, because an unread body holds its socket. With `open` it leaves the body of a success unread. */
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
    return Effect.map(text, (text): Answer => ({ status, response, text, scrub, tried: tried() }))
  }
  // a transport that dies may show the request in its words, as much as one that fails
  const failed = (
    cause: Cause.Cause<HttpClientError.HttpClientError>
  ): Effect.Effect<never, DidwwError.TransportError> => {
    const fail = (error: HttpClientError.HttpClientError | fault.Defect) =>
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

/** A status is enough where its body does not arrive. */
const readable = <E>(text: Effect.Effect<string, E>): Effect.Effect<string> => Effect.orElseSucceed(text, () => "")

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
