import { Callback, DidwwError, Export, ExportFilter, ExportRequest, Protocol } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import { Account, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { HttpClient, HttpClientError, HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Context,
  DateTime,
  Duration,
  Effect,
  Either,
  Exit,
  Layer,
  Metric,
  Option,
  Redacted,
  Stream,
  Tracer
} from "effect"
import { inspect } from "node:util"
import { inTime } from "./clock.js"
import { everythingTo } from "./logging.js"
import { connected, credentials, secret, seen } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

const phone = "972862594040"

/** All texts that show a value. */
const renderings = (value: unknown): ReadonlyArray<string> => [
  String(value),
  JSON.stringify(value) ?? "",
  inspect(value, { depth: 20, showHidden: true }),
  ...(Exit.isExit(value) && Exit.isFailure(value)
    ? [...renderings(value.cause), Cause.pretty(value.cause, { renderErrorCause: true })]
    : []),
  ...(value instanceof Error ? [value.stack ?? "", value.message, ...renderings({ ...value })] : [])
]

const assertHidden = (value: unknown, ...secrets: ReadonlyArray<string>): void => {
  for (const text of renderings(value)) {
    for (const hidden of secrets) assert.isFalse(text.includes(hidden), text.slice(0, 2000))
  }
}

/** A tracer that keeps all that it is told. */
const tracer = (told: Array<unknown>) =>
  Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      told.push({ name, attributes })
      return {
        _tag: "Span",
        spanId: "0000000000000001",
        traceId: "00000000000000000000000000000001",
        sampled: true,
        name,
        parent,
        context,
        links,
        kind,
        attributes,
        status: { _tag: "Started", startTime },
        attribute: (key, value) => {
          attributes.set(key, value)
          told.push([key, value])
        },
        event: (name, _, attributes) => told.push([name, attributes]),
        addLinks: (links) => told.push(links),
        end: (_, exit) => told.push(exit)
      }
    },
    context: (f) => f()
  })

/** Runs an effect, and gives its exit with all log lines, spans and metrics. */
const observed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const told: Array<unknown> = []
    const exit = yield* effect.pipe(
      Effect.withSpan("operation"),
      Effect.withTracer(tracer(told)),
      everythingTo((line) => told.push(line)),
      Effect.exit
    )
    told.push(exit, yield* Metric.snapshot)
    return { exit, told }
  })

const filter = ExportFilter.all([
  ExportFilter.didNumber(phone),
  ExportFilter.externalReferenceId("for your eyes only")
])

const archived = {
  id: Export.ExportId.make("e-1"),
  url: `https://api.didww.com/v3/exports/e-1.csv.gz?signature=${phone}`
}

const operations: Readonly<
  Record<
    "list" | "stream" | "count" | "get" | "records" | "ensure",
    Effect.Effect<void, DidwwError.DidwwError, ExportsClient.ExportsClient>
  >
> = {
  list: Effect.flatMap(Client, (client) => Effect.asVoid(client.list({ filter }))),
  stream: Effect.flatMap(
    Client,
    (client) => Stream.runDrain(client.stream({ filter, pageSize: 10 }, { concurrency: 4 }))
  ),
  count: Effect.flatMap(Client, (client) => Effect.asVoid(client.count({ filter }))),
  get: Effect.flatMap(Client, (client) => Effect.asVoid(client.get(Export.ExportId.make("e-1")))),
  records: Effect.flatMap(Client, (client) => Stream.runDrain(client.records(archived))),
  // it searches, requests an export, and searches again
  ensure: Effect.flatMap(
    Client,
    (client) =>
      Effect.flatMap(DateTime.now, (now) =>
        Effect.asVoid(client.ensure(ExportRequest.cdrIn({
          ...ExportRequest.lastMonth(now),
          didNumber: phone,
          externalReferenceId: "for your eyes only"
        }))))
  )
}

const echo = JSON.stringify({
  errors: [{ title: secret, detail: `key ${secret}`, code: secret, status: secret, source: { pointer: secret } }]
})
const echoHeaders = { "x-request-id": secret }

const faults: Record<string, Fault.Fault> = {
  ...Object.fromEntries(
    [302, 400, 401, 403, 404, 409, 422, 429, 500, 503].map((
      status
    ) => [`${status}`, Fault.status(status, echoHeaders, echo)])
  ),
  "half a document": Fault.brokenJson,
  "a malformed document": Fault.status(200, echoHeaders, JSON.stringify({ data: [{ id: secret, type: secret }] })),
  "a cut": Fault.cut(),
  "a cut body": Fault.cut(20),
  "a stall": Fault.delay("1 hour")
}

/** Transports whose own errors hold the request with its headers. */
const leaky = {
  fails: HttpClient.make((request) =>
    Effect.fail(
      new HttpClientError.RequestError({
        request,
        reason: "Transport",
        cause: new Error(JSON.stringify(request.headers["api-key"])),
        description: `${request.headers["api-key"]}`
      })
    )
  ),
  "fails with a code": HttpClient.make((request) =>
    Effect.fail(
      new HttpClientError.RequestError({ request, reason: "Transport", cause: { code: request.headers["api-key"] } })
    )
  ),
  dies: HttpClient.make((request) => Effect.die(new Error(`cannot send ${request.headers["api-key"]}`))),
  // a SyntaxError quotes the text that it cannot read
  throws: HttpClient.make((request) => Effect.succeed(JSON.parse(`${request.headers["api-key"]}`))),
  "throws at once": HttpClient.makeWith<never, never, HttpClientError.HttpClientError, never>(
    () => JSON.parse(secret),
    Effect.succeed
  ),
  "fails in the body": HttpClient.make((request) =>
    Effect.succeed(HttpClientResponse.fromWeb(
      request,
      new Response(
        new ReadableStream({ pull: (controller) => controller.error(new Error(`${request.headers["api-key"]}`)) })
      )
    ))
  ),
  "fails by status": HttpClient.filterStatusOk(
    HttpClient.make((request) =>
      Effect.succeed(HttpClientResponse.fromWeb(request, new Response(echo, { status: 400, headers: echoHeaders })))
    )
  )
}

type Tag = DidwwError.DidwwError["_tag"]

type OfTag<T extends Tag> = Extract<DidwwError.DidwwError, { readonly _tag: T }>

const someExport = Either.getOrThrow(
  Protocol.fromResource({ id: "e-1", type: "exports", attributes: { export_type: "cdr_in" } })
)

/** How to meet each error, or an example of an error that `get` does not have. An error without an entry does not compile. */
const errors: { readonly [T in Tag]: T extends DidwwError.GetError["_tag"] ? Simulator.Options : OfTag<T> } = {
  Unauthorized: { apiKeys: ["another"] },
  Forbidden: { faults: () => Fault.status(403, echoHeaders, echo) },
  NotFound: {},
  InvalidRequest: { faults: () => Fault.status(400, echoHeaders, echo) },
  RateLimited: { faults: () => Fault.status(429, echoHeaders, echo) },
  RateLimitWaitExceeded: { faults: () => Fault.status(503) },
  ServerError: { faults: () => Fault.status(500, echoHeaders, echo) },
  UnexpectedStatus: { faults: () => Fault.status(302, { location: `https://elsewhere.example/${secret}` }, echo) },
  TransportError: { faults: () => Fault.cut() },
  TimedOut: { faults: () => Fault.delay("1 hour") },
  MalformedResponse: { faults: () => Fault.status(200, echoHeaders, `{"data":{"id":"${secret}"}}`) },
  TokenRefused: {
    faults: () =>
      Fault.status(401, echoHeaders, JSON.stringify({ error: secret, error_description: `no key ${secret}` }))
  },
  InvalidExportRequest: new ExportRequest.InvalidExportRequest({ problems: [{ path: "from", message: "is late" }] }),
  ReferenceConflict: new ExportRequest.ReferenceConflict({
    externalReferenceId: "r",
    exportId: someExport.id,
    differences: ["filters.to"]
  }),
  AwaitTimedOut: new DidwwError.AwaitTimedOut({ export: someExport, timeout: Duration.zero }),
  CorruptArchive: new DidwwError.CorruptArchive({ reason: "checksum", bytes: 1, rows: 1 }),
  ArchiveChanged: new DidwwError.ArchiveChanged({ exportId: someExport.id }),
  RecordFileConflict: new DidwwError.RecordFileConflict({
    path: "calls.ndjson",
    reason: "no checkpoint",
    exportId: someExport.id
  }),
  CallbackRefused: new Callback.CallbackRefused({ reason: "wrong signature" }),
  FilterSyntaxError: new ExportFilter.FilterSyntaxError({ position: 0, expected: "a filter" }),
  OriginRefused: new DidwwError.OriginRefused({ origin: "https://a.example", expected: "https://b.example" }),
  UnsupportedByVersion: new DidwwError.UnsupportedByVersion({ feature: "PATCH", version: "2022-05-10" })
}

const quick = RetryPolicy.layer({ maxAttempts: 2, baseDelay: 0 })

describe("the key", () => {
  for (const [tag, how] of Object.entries(errors)) {
    it.effect(`is not in ${tag}`, () => {
      if (DidwwError.isDidwwError(how)) return Effect.sync(() => assertHidden(how, secret))
      return Effect.gen(function*() {
        const { exit, told } = yield* inTime(observed(operations.get))
        assert.strictEqual<unknown>(
          Exit.isFailure(exit) && Option.getOrThrow(Cause.failureOption(exit.cause))._tag,
          tag
        )
        told.forEach((one) => assertHidden(one, secret))
      }).pipe(
        Effect.provide(ExportsClient.layer({
          credentials,
          ...(tag === "TokenRefused" && { apiVersion: "2026-11-19" as const })
        })),
        Effect.provide(SimulatorClient.layer(how)),
        Effect.provide(quick),
        // the second attempt finds no place in time
        Effect.provide(tag === "RateLimitWaitExceeded" ? RateLimit.layer({ limit: 1, maxWait: 1 }) : RateLimit.none)
      )
    })
  }

  for (const [operation, run] of Object.entries(operations)) {
    for (const [name, fault] of Object.entries(faults)) {
      it.effect(`is not shown by ${operation} for ${name}`, () =>
        Effect.gen(function*() {
          const { exit, told } = yield* inTime(observed(run))
          assert.isTrue(Exit.isFailure(exit))
          assert.isAbove(told.length, 10)
          told.forEach((one) => assertHidden(one, secret))
        }).pipe(Effect.provide(connected({ faults: () => fault })), Effect.provide(quick)))
    }

    for (const [name, client] of Object.entries(leaky)) {
      it.effect(`is not shown by ${operation} for a transport that ${name}`, () =>
        Effect.gen(function*() {
          const { exit, told } = yield* inTime(observed(run))
          assert.isTrue(Exit.isFailure(exit))
          if (Exit.isFailure(exit)) assert.isTrue(Option.isSome(Cause.failureOption(exit.cause)))
          told.forEach((one) => assertHidden(one, secret))
        }).pipe(
          Effect.provide(ExportsClient.layer({ credentials })),
          Effect.provide(Layer.succeed(HttpClient.HttpClient, client)),
          Effect.provide(quick)
        ))
    }
  }

  const token = "t0ken-that-nobody-may-see"
  const minted = Fault.status(200, {}, JSON.stringify({ access_token: token, token_type: "Bearer", expires_in: 900 }))
  const echoes: Record<string, Fault.Fault> = {
    "in an errors document": Fault.status(400, {}, JSON.stringify({ errors: [{ detail: `${token} and ${secret}` }] })),
    "in a challenge": Fault.status(403, {
      "www-authenticate": `Bearer error="insufficient_scope", error_description="${token}"`
    }),
    "in a request id": Fault.status(503, { "x-request-id": token }),
    "in a text that is no document": Fault.status(200, {}, `{"data":"${token}"`)
  }
  for (const [name, fault] of Object.entries(echoes)) {
    it.effect(`is not shown, nor is the token, when the server repeats both ${name}`, () =>
      Effect.gen(function*() {
        const { exit, told } = yield* inTime(observed(operations.list))
        assert.isTrue(Exit.isFailure(exit))
        told.forEach((one) => assertHidden(one, secret, token))
        assert.isTrue((yield* seen).every(({ headers }) => headers.authorization === `Bearer ${token}`))
      }).pipe(
        Effect.provide(connected({ faults: ({ url }) => url.endsWith("/token") ? minted : fault }, {
          apiVersion: "2026-11-19"
        })),
        Effect.provide(quick)
      ))
  }

  it.effect("is not shown as the version that a server says", () =>
    Effect.gen(function*() {
      const { told } = yield* inTime(observed(operations.list))
      told.forEach((one) => assertHidden(one, secret))
    }).pipe(Effect.provide(connected({
      faults: () => Fault.status(200, {}, JSON.stringify({ data: [], meta: { api_version: secret, total_records: 0 } }))
    }))))

  it.effect("is not in the client, nor in its credentials", () =>
    Effect.gen(function*() {
      assertHidden(yield* Client, secret)
      assertHidden(credentials, secret)
      assertHidden(Credentials.apiKey(Redacted.make(secret)), secret)
      assertHidden(Context.make(Client, yield* Client), secret)
    }).pipe(Effect.provide(connected())))

  it.effect("is not shown when the application logs its requests", () =>
    Effect.gen(function*() {
      const told: Array<unknown> = []
      yield* everythingTo((line) => told.push(line))(operations.list)
      assert.isAbove(told.length, 3)
      told.forEach((one) => assertHidden(one, secret))
    }).pipe(
      Effect.provide(ExportsClient.layer({ credentials })),
      Effect.provide(Layer.succeed(
        HttpClient.HttpClient,
        HttpClient.tapRequest(
          HttpClient.make((request) =>
            Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{\"data\":[]}")))
          ),
          (request: HttpClientRequest.HttpClientRequest) => Effect.log("sending", request)
        )
      ))
    ))
})

describe("a span", () => {
  const spans = (told: ReadonlyArray<unknown>) =>
    told.filter((one): one is { readonly name: string; readonly attributes: Map<string, unknown> } =>
      typeof one === "object" && one !== null && "attributes" in one && "name" in one
    )

  it.effect("has OpenTelemetry's attributes, and no phone number", () =>
    Effect.gen(function*() {
      const { told } = yield* inTime(observed(operations.list))
      told.forEach((one) => assertHidden(one, phone, "eyes only"))
      const [, operation, first, second] = spans(told)
      assert.deepStrictEqual([operation?.name, first?.name, second?.name], ["ExportsClient.list", "GET", "GET"])
      assert.deepStrictEqual(Object.fromEntries(second?.attributes ?? []), {
        "http.request.method": "GET",
        "http.request.resend_count": 1,
        "http.response.status_code": 200,
        "server.address": "api.didww.com",
        "server.port": 443,
        "url.full": first?.attributes.get("url.full"),
        "url.path": "/v3/exports",
        "url.scheme": "https"
      })
      assert.include(first?.attributes.get("url.full"), "sort=-created_at")
      assert.include(first?.attributes.get("url.full"), "filter%5Bdid_number%5D=REDACTED")
      assert.strictEqual(first?.attributes.get("http.response.status_code"), 503)
    }).pipe(Effect.provide(connected({ faults: ({ number }) => number === 1 ? Fault.status(503) : undefined }))))

  const callbackUrl = "https://customer.example/callback"
  for (const operation of ["list", "stream", "count", "get"] as const) {
    it.effect(`has no callback URL of the exports that ${operation} reads`, () =>
      Effect.gen(function*() {
        const { exit, told } = yield* inTime(observed(operations[operation]))
        assert.isTrue(Exit.isSuccess(exit))
        told.forEach((one) => assertHidden(one, callbackUrl))
      }).pipe(Effect.provide(connected({
        account: Account.make(
          Account.generate().exports.map((record, index) => ({
            ...record,
            callbackUrl,
            ...(index === 0 && { id: "e-1" })
          }))
        )
      }))))
  }

  const traceHeaders = Effect.map(seen, ([request]) => [request?.headers["traceparent"], request?.headers["b3"]])

  it.effect("sends no trace headers to DIDWW", () =>
    Effect.gen(function*() {
      yield* Effect.withSpan(operations.list, "operation")
      assert.deepStrictEqual(yield* traceHeaders, [undefined, undefined])
    }).pipe(Effect.provide(connected())))

  it.effect("sends trace headers to DIDWW if the options say so", () =>
    Effect.gen(function*() {
      yield* Effect.withSpan(operations.list, "operation")
      assert.isTrue((yield* traceHeaders).every((header) => typeof header === "string"))
    }).pipe(Effect.provide(connected({}, { tracePropagation: true }))))
})
