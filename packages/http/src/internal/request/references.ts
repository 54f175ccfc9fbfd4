/**
 * What an attempt reads from its fiber and what it sets there. Only this module knows how Effect and platform keep such
 * references.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import type { Tags } from "./metrics.js"

/** Gives the clock and the metric labels of the current fiber. */
export const withClock = <A, E, R>(
  use: (clock: Clock.Clock, tags: Tags) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) =>
    use(Context.get(fiber.currentDefaultServices, Clock.Clock), fiber.getFiberRef(FiberRef.currentMetricLabels))
  )

/**
 * Sets what an attempt needs on its own fiber, and is discarded with that fiber: redirects are not followed, the client's
 * spans have ours as their parent, and no secret is shown.
 */
export const setForAttempt = (context: Context.Context<never>, span: Tracer.Span): Effect.Effect<void> => {
  const init = Option.getOrElse(Context.getOption(context, FetchHttpClient.RequestInit), () => ({}))
  return FiberRef.update(FiberRef.currentContext, (own) =>
    own.pipe(
      Context.add(Tracer.ParentSpan, span),
      Context.add(FetchHttpClient.RequestInit, { ...init, redirect: "manual" })
    )).pipe(
      // platform's own spans would show the query, which holds phone numbers
      Effect.andThen(FiberRef.set(HttpClient.currentTracerDisabledWhen, () => true)),
      Effect.andThen(FiberRef.update(Headers.currentRedactedNames, (names) => [...names, "api-key"]))
    )
}
