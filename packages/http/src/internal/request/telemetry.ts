/** What is told of each attempt: a span and a duration, by OpenTelemetry's conventions for HTTP clients. */
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpTraceContext from "@effect/platform/HttpTraceContext"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FiberRef from "effect/FiberRef"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricKey from "effect/MetricKey"
import * as MetricLabel from "effect/MetricLabel"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import * as aside from "../handoff.js"
import type { Tried } from "./retry.js"

export const requests = Metric.counter("didww_client_requests", {
  description: "Requests sent to DIDWW, every attempt counted",
  incremental: true
})

export const retries = Metric.counter("didww_client_retries", {
  description: "Requests to DIDWW that were sent again",
  incremental: true
})

/** By keys: a metric that is tagged itself looks for its state at every update. */
const rows = (outcome: "record" | "rejected"): Metric.Metric.Counter<number> =>
  Metric.fromMetricKey(
    MetricKey.tagged(
      MetricKey.counter("didww_client_rows", {
        description: "Rows of archives that were read: records, and rejected ones",
        incremental: true
      }),
      "outcome",
      outcome
    )
  )

export const recordRows = rows("record")

export const rejectedRows = rows("rejected")

/** The boundaries that OpenTelemetry advises for durations of requests, in seconds. */
const boundaries = MetricBoundaries.fromIterable([
  0.005,
  0.01,
  0.025,
  0.05,
  0.075,
  0.1,
  0.25,
  0.5,
  0.75,
  1,
  2.5,
  5,
  7.5,
  10
])

const seconds = (name: string, description: string) =>
  MetricKey.tagged(MetricKey.histogram(name, boundaries, description), "unit", "s")

const duration = seconds("http.client.request.duration", "Duration of HTTP client requests")

export const requestDuration: Metric.Metric.Histogram<number> = Metric.fromMetricKey(duration)

export const rateLimitWait: Metric.Metric.Histogram<number> = Metric.fromMetricKey(
  seconds("didww_client_rate_limit_wait", "Time that a request waited for its place")
)

/** By their labels. Few in all: a metric that is made anew looks for its state in the registry. */
const durations = new Map<string, Metric.Metric.Histogram<number>>()

const durationOf = (server: Server, outcome: Labels): Metric.Metric.Histogram<number> => {
  const name = `${server.name} ${Object.values(outcome).join()}`
  const known = durations.get(name)
  if (known !== undefined) return known
  const labels = Object.entries({ ...server.labels, ...outcome }).map(([name, value]) => MetricLabel.make(name, value))
  const made = Metric.fromMetricKey(MetricKey.taggedWithLabels(duration, labels))
  durations.set(name, made)
  return made
}

type Labels = Readonly<Record<string, string>>

/** A failure of an attempt that no status describes. */
interface Failure {
  readonly _tag: string
}

export const observed = <A extends { readonly status: number }, E extends Failure>(
  request: HttpClientRequest.HttpClientRequest,
  propagates: boolean,
  tried: () => Tried,
  use: (request: HttpClientRequest.HttpClientRequest, span: Tracer.Span) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  aside.pass((put) =>
    Effect.useSpan(
      request.method,
      { kind: "client", captureStackTrace: false },
      (span) =>
        Effect.withFiberRuntime<void, E>((fiber) => {
          const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
          const tags = fiber.getFiberRef(FiberRef.currentMetricLabels)
          const server = serverOf(request)
          const { attempts } = tried()
          span.attribute("http.request.method", request.method)
          if (attempts > 1) span.attribute("http.request.resend_count", attempts - 1)
          for (const name in server.attributes) span.attribute(name, server.attributes[name])
          requests.unsafeUpdate(1, tags)
          const startedAt = clock.unsafeCurrentTimeNanos()
          const ended = (outcome: Labels) =>
            durationOf(server, outcome).unsafeUpdate(Number(clock.unsafeCurrentTimeNanos() - startedAt) / 1e9, tags)
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

interface Server {
  /** Its labels in one text. */
  readonly name: string
  /** For a span: where exactly. */
  readonly attributes: Readonly<Record<string, unknown>>
  /** For metrics: few values in all. */
  readonly labels: Labels
}

/** Of the query only what is no one's number; nothing of one that stands in the address, where signatures are put. */
const serverOf = ({ method, url, urlParams }: HttpClientRequest.HttpClientRequest): Server =>
  Either.match(UrlParams.makeUrl(url.replace(/[?#].*$/s, ""), urlParams.map(shown), Option.none()), {
    onLeft: () => ({ name: method, attributes: {}, labels: { "http.request.method": method } }),
    onRight: (url) => {
      const port = url.port || (url.protocol === "https:" ? "443" : "80")
      return {
        name: `${method} ${url.hostname} ${port}`,
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
