import { ExportFilter } from "@effect-didww/core"
import { Credentials, ExportsClient, Metrics, RateLimit, RetryPolicy } from "@effect-didww/http"
import { Fault, SimulatorClient } from "@effect-didww/simulator"
import * as NodeSdk from "@effect/opentelemetry/NodeSdk"
import { FetchHttpClient, Headers, HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { SpanKind, SpanStatusCode } from "@opentelemetry/api"
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader
} from "@opentelemetry/sdk-metrics"
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base"
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_RESEND_COUNT,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
  METRIC_HTTP_CLIENT_REQUEST_DURATION
} from "@opentelemetry/semantic-conventions"
import { Deferred, Effect, FiberRef, Layer, Metric, Redacted, Stream, Tracer } from "effect"
import { inTime } from "./clock.js"
import { loggedFromDebug } from "./logging.js"
import { credentials, secret } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

/** The spans of a run, as an exporter gets them. */
const exported = <A, E>(effect: Effect.Effect<A, E, ExportsClient.ExportsClient>, options: {
  readonly faults?: (request: { readonly number: number }) => Fault.Fault | undefined
  readonly client?: Partial<ExportsClient.Options>
} = {}) =>
  Effect.gen(function*() {
    const exporter = new InMemorySpanExporter()
    return yield* inTime(Effect.exit(effect)).pipe(
      // read before the shutdown, in which the exporter forgets its spans
      Effect.map(() => exporter.getFinishedSpans()),
      Effect.provide(ExportsClient.layer({ credentials, ...options.client })),
      Effect.provide(SimulatorClient.layer({ faults: options.faults })),
      Effect.provide(RetryPolicy.layer({ maxAttempts: 2, baseDelay: 0, attemptTimeout: "1 second" })),
      Effect.provide(NodeSdk.layer(() => ({
        resource: { serviceName: "test" },
        // exports each span as it ends
        spanProcessor: new SimpleSpanProcessor(exporter)
      })))
    )
  })

const named = (spans: ReadonlyArray<ReadableSpan>, name: string) => spans.filter((span) => span.name === name)

describe("the spans of the client, through OpenTelemetry,", () => {
  const operations = {
    stream: Effect.flatMap(Client, (client) => Stream.runDrain(client.stream({ pageSize: 50 }, { concurrency: 2 }))),
    pages: Effect.flatMap(Client, (client) => Stream.runDrain(client.pages({ pageSize: 50 }))),
    list: Effect.flatMap(Client, (client) => client.list()),
    count: Effect.flatMap(Client, (client) => client.count({ filter: ExportFilter.completed }))
  }
  type Operation = Effect.Effect<unknown, unknown, ExportsClient.ExportsClient>

  // the references of an attempt would hide the application's own requests, and give them redirects
  const references = Effect.all([
    FiberRef.get(HttpClient.currentTracerDisabledWhen),
    FiberRef.get(Headers.currentRedactedNames),
    Effect.serviceOption(FetchHttpClient.RequestInit),
    Effect.serviceOption(Tracer.ParentSpan)
  ])
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    for (const fault of [undefined, Fault.status(400)]) {
      it.effect(`leave the application's references alone when ${name} ${fault === undefined ? "succeeds" : "fails"}`, () =>
        Effect.gen(function*() {
          const told = yield* Deferred.make<readonly [unknown, unknown]>()
          yield* exported(
            Effect.flatMap(references, (before) =>
              Effect.exit(operation).pipe(
                Effect.andThen(references),
                Effect.flatMap((after) => Deferred.succeed(told, [before, after]))
              )),
            { faults: () => fault }
          )
          const [before, after] = yield* Deferred.await(told)
          assert.deepStrictEqual(after, before)
        }))
    }
  }
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    it.effect(`are one for ${name}, and below it one for each attempt`, () =>
      Effect.gen(function*() {
        const spans = yield* exported(operation)
        const [parent, ...others] = named(spans, `ExportsClient.${name}`)
        assert.deepStrictEqual(others, [])
        const attempts = named(spans, "GET")
        assert.strictEqual(attempts.length + 1, spans.length)
        assert.isAbove(attempts.length, 0)
        for (const { kind, parentSpanContext } of attempts) {
          assert.strictEqual(kind, SpanKind.CLIENT)
          assert.strictEqual(parentSpanContext?.spanId, parent?.spanContext().spanId)
        }
      }))
  }

  it.effect("have OpenTelemetry's attributes for HTTP clients", () =>
    Effect.gen(function*() {
      const spans = yield* exported(operations.list, {
        faults: ({ number }) => number === 1 ? Fault.status(503) : undefined
      })
      const [first, second] = named(spans, "GET")
      const common = {
        [ATTR_HTTP_REQUEST_METHOD]: "GET",
        [ATTR_SERVER_ADDRESS]: "api.didww.com",
        [ATTR_SERVER_PORT]: 443,
        [ATTR_URL_FULL]: "https://api.didww.com/v3/exports?sort=-created_at&page%5Bnumber%5D=1&page%5Bsize%5D=100",
        [ATTR_URL_PATH]: "/v3/exports",
        [ATTR_URL_SCHEME]: "https"
      }
      assert.deepStrictEqual<unknown>(first?.attributes, {
        ...common,
        [ATTR_HTTP_RESPONSE_STATUS_CODE]: 503,
        [ATTR_ERROR_TYPE]: "503"
      })
      assert.deepStrictEqual<unknown>(second?.attributes, {
        ...common,
        [ATTR_HTTP_REQUEST_RESEND_COUNT]: 1,
        [ATTR_HTTP_RESPONSE_STATUS_CODE]: 200
      })
    }))

  it.effect("have the port of the scheme when the address has no port", () =>
    Effect.gen(function*() {
      const [span] = named(yield* exported(operations.list, { client: { apiUrl: "http://localhost/v3" } }), "GET")
      assert.deepInclude(span?.attributes, { [ATTR_SERVER_PORT]: 80, [ATTR_URL_SCHEME]: "http" })
    }))

  it.effect("have the type of the error when there is no answer", () =>
    Effect.gen(function*() {
      const spans = yield* exported(operations.list, { faults: () => Fault.delay("1 hour") })
      assert.deepStrictEqual(
        named(spans, "GET").map(({ attributes, status }) => [
          attributes[ATTR_ERROR_TYPE],
          status.code
        ]),
        [["TimedOut", SpanStatusCode.ERROR], ["TimedOut", SpanStatusCode.ERROR]]
      )
      assert.strictEqual(
        named(spans, "ExportsClient.list")[0]?.status.code,
        SpanStatusCode.ERROR
      )
    }))

  it.effect("are one for a mint too, and show no key and no token", () =>
    Effect.gen(function*() {
      const spans = yield* exported(operations.list, {
        client: { credentials: Credentials.bearer(Redacted.make(secret)) }
      })
      const [mint] = named(spans, "POST")
      assert.strictEqual(mint?.attributes[ATTR_URL_FULL], "https://auth.didww.com/token")
      for (const { attributes, events, name, status } of spans) {
        const shown = JSON.stringify({ attributes, events, name, status })
        assert.isFalse(shown.includes(secret) || /bearer/i.test(shown), shown)
      }
    }))
})

describe("the metrics of the client, through OpenTelemetry,", () => {
  it.effect("have the duration of requests with OpenTelemetry's name and attributes, and count requests, retries and waits", () =>
    Effect.gen(function*() {
      const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
      const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 })
      const counts = Effect.map(
        Effect.all([
          Metric.value(Metrics.requests),
          Metric.value(Metrics.retries),
          Metric.value(Metrics.rateLimitWait)
        ]),
        (states) => states.map(({ count }) => count)
      )
      const before = yield* counts
      yield* Effect.gen(function*() {
        const client = yield* Client
        yield* inTime(Effect.all([client.list(), client.list()]))
        yield* Effect.promise(() => reader.forceFlush())
      }).pipe(
        Effect.provide(ExportsClient.layer({ credentials, apiUrl: "https://metered.example/v3" })),
        Effect.provide(SimulatorClient.layer({
          faults: ({ number }) => number === 1 ? Fault.status(503) : undefined
        })),
        Effect.provide(RateLimit.layer({ limit: 1, interval: "10 seconds" })),
        Effect.provide(NodeSdk.layer(() => ({ resource: { serviceName: "test" }, metricReader: reader })))
      )
      const after = yield* counts
      assert.deepStrictEqual(after.map((count, index) => count - (before[index] ?? 0)), [3, 1, 2])

      const exported = metrics.getMetrics().flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap(({ metrics }) => metrics)
      )
      const duration = exported.find(({ descriptor }) => descriptor.name === METRIC_HTTP_CLIENT_REQUEST_DURATION)
      assert.strictEqual(duration?.descriptor.unit, "s")
      const points = (duration?.dataPoints ?? [])
        .map(({ attributes }) => attributes)
        .filter((attributes) => attributes[ATTR_SERVER_ADDRESS] === "metered.example")
      const common = {
        [ATTR_HTTP_REQUEST_METHOD]: "GET",
        [ATTR_SERVER_ADDRESS]: "metered.example",
        [ATTR_SERVER_PORT]: "443",
        unit: "s"
      }
      assert.sameDeepMembers(points, [
        { ...common, [ATTR_HTTP_RESPONSE_STATUS_CODE]: "503", [ATTR_ERROR_TYPE]: "503" },
        { ...common, [ATTR_HTTP_RESPONSE_STATUS_CODE]: "200" }
      ])
    }))
})

describe("the log of the client", () => {
  it.effect("has one line at the level Debug for each further attempt", () =>
    Effect.gen(function*() {
      const [, lines] = yield* loggedFromDebug(inTime(Effect.flatMap(Client, (client) => client.list())))
      assert.strictEqual(lines.length, 1)
      assert.match(lines[0] ?? "", /^DEBUG Trying DIDWW again,.*ServerError/s)
    }).pipe(
      Effect.provide(ExportsClient.layer({ credentials })),
      Effect.provide(Layer.merge(
        SimulatorClient.layer({ faults: ({ number }) => number === 1 ? Fault.status(503) : undefined }),
        RateLimit.none
      ))
    ))
})
