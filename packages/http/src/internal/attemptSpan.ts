/** A span for each attempt, by OpenTelemetry's conventions for HTTP clients; of the query only what is no one's number. */
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpTraceContext from "@effect/platform/HttpTraceContext"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Tried } from "./retry.js"

export const traced = <A extends { readonly status: number }, E>(
  request: HttpClientRequest.HttpClientRequest,
  propagates: boolean,
  tried: Effect.Effect<Tried>,
  use: (request: HttpClientRequest.HttpClientRequest) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.flatMap(
    Deferred.make<A>(),
    (answer) =>
      Effect.useSpan(request.method, { kind: "client", captureStackTrace: false }, (span) =>
        Effect.flatMap(tried, ({ attempts }) => {
          const attributes = {
            "http.request.method": request.method,
            ...(attempts > 1 && { "http.request.resend_count": attempts - 1 }),
            ...urlAttributes(request)
          }
          Object.entries(attributes).forEach(([name, value]) =>
            span.attribute(name, value)
          )
          return use(propagates ? HttpClientRequest.setHeaders(request, HttpTraceContext.toHeaders(span)) : request)
            .pipe(
              Effect.withParentSpan(span),
              Effect.tap(({ status }) => span.attribute("http.response.status_code", status)),
              // not as the span's own result, where a tracer would find the body
              Effect.flatMap((received) => Deferred.succeed(answer, received))
            )
        })).pipe(Effect.zipRight(Deferred.await(answer)))
  )

const urlAttributes = ({ url, urlParams }: HttpClientRequest.HttpClientRequest): Readonly<Record<string, unknown>> =>
  Either.match(UrlParams.makeUrl(url, urlParams.map(shown), Option.none()), {
    onLeft: () => ({}),
    onRight: (url) => ({
      "server.address": url.hostname,
      "server.port": Number(url.port || (url.protocol === "https:" ? 443 : 80)),
      "url.full": url.href,
      "url.path": url.pathname,
      "url.scheme": url.protocol.slice(0, -1)
    })
  })

const shown = ([name, value]: readonly [string, string]): [string, string] => [
  name,
  name.startsWith("filter[") ? "REDACTED" : value
]
