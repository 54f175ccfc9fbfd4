/** Makes one attempt: observed, limited in time, without redirects, and with no secret in sight. */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as references from "./references.js"
import type { Tries } from "./retry.js"
import type { Scrub } from "./scrub.js"
import * as send from "./send.js"
import * as telemetry from "./telemetry.js"

export interface Options {
  readonly client: HttpClient.HttpClient
  /** Whether the server gets the headers of the application's trace. */
  readonly tracePropagation: boolean
}

export interface Attempt {
  readonly request: HttpClientRequest.HttpClientRequest
  /** Leaves the body of a success unread. */
  readonly open: boolean
  readonly scrub: Scrub
  readonly tries: Tries
  /** The application's. */
  readonly context: Context.Context<never>
}

export const make = (
  { client, tracePropagation }: Options,
  { context, open, request, scrub, tries }: Attempt
): Effect.Effect<send.Answer, DidwwError.TransportError | DidwwError.TimedOut> =>
  telemetry.observed(request, tracePropagation, tries.tried, (request, span) =>
    // the time covers the body where it is read
    tries.attemptInTime(
      Effect.andThen(
        references.setForAttempt(context, span),
        send.send(client, request, open, scrub, tries.tried)
      )
    ))
