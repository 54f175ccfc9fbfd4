/** Makes one attempt: observed, limited in time, without redirects, and with no secret in sight. */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as references from "./references.js"
import type { Tries } from "./retry.js"
import * as send from "./send.js"
import * as telemetry from "./telemetry.js"

export interface Options extends send.Options {
  /** Whether the server gets the headers of the application's trace. */
  readonly tracePropagation: boolean
}

export interface Attempt extends Omit<send.Sent, "tried"> {
  readonly tries: Tries
  /** The application's. */
  readonly context: Context.Context<never>
}

export const make = (
  options: Options,
  { context, open, request, scrub, tries }: Attempt
): Effect.Effect<send.Answer, DidwwError.TransportError | DidwwError.TimedOut> =>
  telemetry.observed(request, options.tracePropagation, tries.tried, (request, span) =>
    // the time covers the body where it is read
    tries.attemptInTime(
      Effect.andThen(
        references.setForAttempt(context, span),
        send.send(options, { request, open, scrub, tried: tries.tried })
      )
    ))
