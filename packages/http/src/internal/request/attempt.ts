/** One attempt: told of, bounded in time, with redirects refused and secrets out of sight. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import type { InTime, Tried } from "./retry.js"
import type { Scrub } from "./scrub.js"
import type { Answer } from "./send.js"
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
  readonly open?: boolean | undefined
  /** For the answer, its body included where it is read. */
  readonly inTime: InTime
  readonly scrub: Scrub
  readonly tried: () => Tried
  /** The application's. */
  readonly context: Context.Context<never>
}

export type Exchange = (attempt: Attempt) => Effect.Effect<Answer, DidwwError.TransportError | DidwwError.TimedOut>

export const make = (options: Options): Exchange => ({ context, inTime, open = false, request, scrub, tried }) =>
  telemetry.observed(
    request,
    options.tracePropagation,
    tried,
    (request, span) =>
      inTime(Effect.zipRight(setReferences(context, span), send.send(options.client, request, open, scrub, tried)))
  )

/** Of the attempt's own fiber, whose end is theirs: redirects by hand, our span for what the client does, and no secret shown. */
const setReferences = (context: Context.Context<never>, span: Tracer.Span): Effect.Effect<void> => {
  const init = Option.getOrElse(Context.getOption(context, FetchHttpClient.RequestInit), () => ({}))
  return FiberRef.update(FiberRef.currentContext, (own) =>
    own.pipe(
      Context.add(Tracer.ParentSpan, span),
      Context.add(FetchHttpClient.RequestInit, { ...init, redirect: "manual" })
    )).pipe(
      // its spans would show the query, with phone numbers in it: ours do not
      Effect.zipRight(FiberRef.set(HttpClient.currentTracerDisabledWhen, () => true)),
      Effect.zipRight(FiberRef.update(Headers.currentRedactedNames, (names) => [...names, "api-key"]))
    )
}
