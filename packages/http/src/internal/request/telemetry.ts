/** Reports each attempt as a span and a duration, by OpenTelemetry's conventions for HTTP clients. */
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpTraceContext from "@effect/platform/HttpTraceContext"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import * as handoff from "../handoff.js"
import * as metrics from "./metrics.js"
import * as references from "./references.js"
import type { Tried } from "./retry.js"

/** A failure of an attempt that has no status. */
interface Failure {
  readonly _tag: string
}

/** Runs an attempt within a span. `propagates` adds the headers of the trace to the request. */
export const observed = <A extends { readonly status: number }, E extends Failure>(
  request: HttpClientRequest.HttpClientRequest,
  propagates: boolean,
  tried: () => Tried,
  use: (request: HttpClientRequest.HttpClientRequest, span: Tracer.Span) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  handoff.pass((put) =>
    Effect.useSpan(
      request.method,
      { kind: "client", captureStackTrace: false },
      (span) =>
        references.withClock((clock, tags) => {
          const server = serverOf(request)
          describe(span, request.method, server, tried().attempts)
          metrics.countRequest(tags)
          const startedAt = clock.unsafeCurrentTimeNanos()
          const ended = (outcome: metrics.Labels): void => {
            const seconds = Number(clock.unsafeCurrentTimeNanos() - startedAt) / 1e9
            metrics.recordDuration({ ...server.labels, ...outcome }, seconds, tags)
          }
          return Effect.matchEffect(
            use(propagates ? HttpClientRequest.setHeaders(request, HttpTraceContext.toHeaders(span)) : request, span),
            {
              onFailure: (error) => {
                span.attribute("error.type", error._tag)
                ended({ "error.type": error._tag })
                return Effect.fail(error)
              },
              onSuccess: (answer) => {
                const status = String(answer.status)
                const isError = answer.status >= 400
                span.attribute("http.response.status_code", answer.status)
                if (isError) span.attribute("error.type", status)
                ended({ "http.response.status_code": status, ...(isError && { "error.type": status }) })
                put(answer)
                return Effect.void
              }
            }
          )
        })
    )
  )

const describe = (span: Tracer.Span, method: string, { attributes }: Server, attempts: number): void => {
  span.attribute("http.request.method", method)
  if (attempts > 1) span.attribute("http.request.resend_count", attempts - 1)
  for (const name in attributes) span.attribute(name, attributes[name])
}

interface Server {
  /** For a span: the exact address. */
  readonly attributes: Readonly<Record<string, unknown>>
  /** For metrics: few values in all. */
  readonly labels: metrics.Labels
}

/**
 * Shows only those parts of the query that are nobody's number. Shows nothing of a query that is part of the URL itself:
 * such a query may be a signature.
 */
const serverOf = ({ method, url, urlParams }: HttpClientRequest.HttpClientRequest): Server =>
  Either.match(UrlParams.makeUrl(url.replace(/[?#].*$/s, ""), urlParams.map(shown), Option.none()), {
    onLeft: () => ({ attributes: {}, labels: { "http.request.method": method } }),
    onRight: (url) => {
      const port = url.port || (url.protocol === "https:" ? "443" : "80")
      return {
        attributes: {
          "server.address": url.hostname,
          "server.port": Number(port),
          "url.full": url.href,
          "url.path": url.pathname,
          "url.scheme": url.protocol.slice(0, -1)
        },
        labels: { "http.request.method": method, "server.address": url.hostname, "server.port": port }
      }
    }
  })

const shown = ([name, value]: readonly [string, string]): [string, string] => [
  name,
  name.startsWith("filter[") ? "REDACTED" : value
]
