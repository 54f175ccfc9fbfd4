import { Callback, DidwwError, ExportFilter, ExportRequest, Protocol } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Either, Schema } from "effect"

const tried = { attempts: 2, elapsed: Duration.millis(1500) }
const answered = { ...tried, requestId: "r-1", errors: [{ detail: "said the server", code: "102" }] }
const anExport = Either.getOrThrow(
  Protocol.fromResource({ id: "e-1", type: "exports", attributes: { export_type: "cdr_in", status: "Pending" } })
)

// one of each: a class without a sample does not compile
const samples: { readonly [Tag in DidwwError.DidwwError["_tag"]]: Extract<DidwwError.DidwwError, { _tag: Tag }> } = {
  Unauthorized: new DidwwError.Unauthorized({ ...answered, status: 401 }),
  Forbidden: new DidwwError.Forbidden({ ...answered, status: 403 }),
  NotFound: new DidwwError.NotFound({ ...answered, status: 404 }),
  InvalidRequest: new DidwwError.InvalidRequest({ ...answered, status: 422 }),
  RateLimited: new DidwwError.RateLimited({ ...answered, status: 429, retryAfter: Duration.seconds(3) }),
  RateLimitWaitExceeded: new DidwwError.RateLimitWaitExceeded({
    attempts: 0,
    elapsed: Duration.zero,
    maxWait: Duration.seconds(1)
  }),
  ServerError: new DidwwError.ServerError({ ...answered, status: 503 }),
  UnexpectedStatus: new DidwwError.UnexpectedStatus({ ...answered, status: 302 }),
  TransportError: new DidwwError.TransportError({ ...tried, reason: "request", code: "ECONNREFUSED" }),
  TimedOut: new DidwwError.TimedOut({ ...tried, limit: "totalTimeout", timeout: Duration.minutes(3) }),
  MalformedResponse: new DidwwError.MalformedResponse({ ...tried, path: "data[3].id", expected: "a string" }),
  TokenRefused: new DidwwError.TokenRefused({ ...tried, status: 401, error: "invalid_client" }),
  InvalidExportRequest: new ExportRequest.InvalidExportRequest({ problems: [{ path: "from", message: "is late" }] }),
  ReferenceConflict: new ExportRequest.ReferenceConflict({
    externalReferenceId: "invoice-42",
    exportId: anExport.id,
    differences: ["filters.to"]
  }),
  AwaitTimedOut: new DidwwError.AwaitTimedOut({ export: anExport, timeout: Duration.minutes(30) }),
  CorruptArchive: new DidwwError.CorruptArchive({ reason: "checksum", bytes: 10, rows: 1 }),
  ArchiveChanged: new DidwwError.ArchiveChanged({ exportId: anExport.id }),
  RecordFileConflict: new DidwwError.RecordFileConflict({
    path: "calls.ndjson",
    reason: "another export",
    exportId: anExport.id
  }),
  CallbackRefused: new Callback.CallbackRefused({ reason: "wrong signature" }),
  FilterSyntaxError: new ExportFilter.FilterSyntaxError({ position: 7, expected: "a value", found: "and" }),
  OriginRefused: new DidwwError.OriginRefused({ origin: "https://a.example", expected: "https://b.example" }),
  UnsupportedByVersion: new DidwwError.UnsupportedByVersion({ feature: "PATCH", version: "2022-05-10" })
}

// the messages that depend on a reason
const variants: ReadonlyArray<DidwwError.DidwwError> = [
  new DidwwError.Unauthorized({ ...answered, credentials: "token" }),
  new DidwwError.Forbidden({ ...answered, status: 403, errors: [{ code: "insufficient_scope" }] }),
  new DidwwError.TimedOut({ ...tried, limit: "attemptTimeout", timeout: Duration.seconds(30) }),
  new DidwwError.TimedOut({ ...tried, limit: "idleTimeout", timeout: Duration.seconds(30) }),
  new DidwwError.CorruptArchive({ reason: "too large", bytes: 1, rows: 0 }),
  new DidwwError.CorruptArchive({ reason: "trailing data", bytes: 1, rows: 0 }),
  new DidwwError.CorruptArchive({ reason: "content", bytes: 1, rows: 0 })
]

describe("DidwwError", () => {
  for (const [tag, error] of Object.entries(samples)) {
    it.effect(`${tag} survives JSON with its class and message`, () =>
      Effect.gen(function*() {
        const json = JSON.stringify(yield* Schema.encode(DidwwError.DidwwError)(error))
        const again = yield* Schema.decodeUnknown(DidwwError.DidwwError)(JSON.parse(json))
        assert.strictEqual(again.constructor, error.constructor)
        assert.strictEqual(again.message, error.message)
        assert.match(error.message, /\.$/)
        assert.isTrue(DidwwError.isDidwwError(again))
      }))
  }

  it("no message names a module or an option of a client", () => {
    for (const { message } of [...Object.values(samples), ...variants]) {
      assert.notMatch(message, /NodeGunzip|Credentials|RetryPolicy|RateLimit|Origins|maxBytes|maxWait|Timeout/)
    }
  })

  it("isDidwwError refuses a foreign value with the tag of an error", () => {
    assert.isFalse(DidwwError.isDidwwError({ _tag: "Unauthorized", message: "somebody else's" }))
  })

  it("a message repeats the server's words", () => {
    assert.include(samples.Unauthorized.message, "said the server")
    assert.include(samples.InvalidRequest.message, "(code 102)")
    assert.include(samples.RateLimited.message, "3s")
  })

  it("a message says that the server gave no reason", () => {
    const silent = { ...tried, errors: [] }
    for (
      const error of [
        new DidwwError.Unauthorized(silent),
        new DidwwError.Forbidden({ ...silent, status: 403 }),
        new DidwwError.NotFound({ ...silent, status: 404 }),
        new DidwwError.InvalidRequest({ ...silent, status: 400 }),
        new DidwwError.InvalidRequest({ ...tried, errors: [{}] }),
        new DidwwError.TokenRefused({ ...tried, status: 400 })
      ]
    ) {
      assert.include(error.message, "no reason given.", error._tag)
    }
  })

  it("a message prefers the server's detail to its title, and its title to its code", () => {
    const said = (...errors: DidwwError.NotFound["errors"]) =>
      new DidwwError.NotFound({ ...tried, status: 404, errors }).message
    assert.include(said({ detail: "d", title: "t", code: "c" }), "\"d\"")
    assert.include(said({ title: "t", code: "c" }, { code: "c" }, {}), "\"t; c\"")
    const refused = new DidwwError.InvalidRequest({ ...tried, errors: [{ title: "t", pointer: "/data" }] })
    assert.include(refused.message, "was not sent: t at /data.")
  })

  for (
    const [error, advice] of [
      [new DidwwError.TransportError({ ...tried, reason: "response" }), "cut short after 2 attempts."],
      [new DidwwError.TransportError({ ...tried, reason: "url" }), "without user, query or fragment (DIDWW_API_URL)."],
      [
        new DidwwError.TransportError({ ...tried, reason: "certificate", code: "CERT_HAS_EXPIRED" }),
        "refused (CERT_HAS_EXPIRED). Check this machine's clock,"
      ],
      [new DidwwError.TransportError({ ...tried, reason: "protocol" }), "Check the scheme and the port"],
      [new DidwwError.TransportError({ ...tried, reason: "port" }), "Use another port"],
      [new DidwwError.TransportError({ ...tried, reason: "permission" }), "Permit it to connect"],
      [new Callback.CallbackRefused({ reason: "unknown member" }), "name it in furtherMembers."],
      [new Callback.CallbackRefused({ reason: "timed out" }), "did not arrive in time."],
      [new Callback.CallbackRefused({ reason: "unsupported content type" }), "application/x-www-form-urlencoded."],
      [new DidwwError.TokenRefused({ ...tried, status: 404 }), "Check its URL (DIDWW_TOKEN_URL)."],
      [new DidwwError.TokenRefused({ ...tried, status: 200 }), "Check its URL (DIDWW_TOKEN_URL)."],
      [
        new DidwwError.CorruptArchive({ reason: "too large", bytes: 1, rows: 0 }),
        "raise the limit in the client's options."
      ],
      [
        new DidwwError.CorruptArchive({ reason: "content", bytes: 1, rows: 0 }),
        "Its header is not that of call records."
      ],
      [
        new DidwwError.CorruptArchive({ reason: "trailing data", bytes: 1, rows: 0 }),
        "a gunzip engine that takes several."
      ],
      [
        new DidwwError.RecordFileConflict({ path: "a", reason: "too short", exportId: anExport.id }),
        "Remove the file and its checkpoint"
      ],
      [
        new DidwwError.RecordFileConflict({ path: "a", reason: "changed", exportId: anExport.id }),
        "Another program wrote to it. Remove the file and its checkpoint"
      ],
      [
        new DidwwError.RecordFileConflict({
          path: "a",
          reason: "in use",
          exportId: anExport.id,
          writer: { since: DateTime.unsafeMake("2026-11-25T12:00:00Z"), host: "a-host", processId: 12 }
        }),
        "(in use by process 12 on a-host since 2026-11-25T12:00:00.000Z). Wait until the other run has ended"
      ],
      [
        new DidwwError.RecordFileConflict({ path: "a", reason: "in use", exportId: anExport.id, writer: {} }),
        "(in use by another run). Wait until the other run has ended"
      ]
    ] as const
  ) {
    it(`the message of ${error._tag} says what to do about ${"reason" in error ? error.reason : error.status}`, () => {
      assert.include(error.message, advice)
    })
  }

  for (
    const [error, expected] of [
      [samples.RateLimited, true],
      [samples.ServerError, true],
      [new DidwwError.ServerError({ ...answered, status: 501 }), false],
      [new DidwwError.UnexpectedStatus({ ...answered, status: 408 }), true],
      [new DidwwError.UnexpectedStatus({ ...answered, status: 425 }), true],
      [samples.UnexpectedStatus, false],
      [samples.TransportError, true],
      [new DidwwError.TransportError({ ...tried, reason: "response" }), true],
      [new DidwwError.TransportError({ ...tried, reason: "url" }), false],
      [new DidwwError.TimedOut({ ...tried, limit: "attemptTimeout", timeout: Duration.seconds(30) }), true],
      [samples.TimedOut, false],
      [samples.Unauthorized, false],
      [samples.NotFound, false],
      [samples.InvalidRequest, false],
      [samples.RateLimitWaitExceeded, false],
      [samples.MalformedResponse, false],
      [samples.TokenRefused, false]
    ] as const
  ) {
    const which = "status" in error ? ` ${error.status}` : "reason" in error ? ` ${error.reason}` : ""
    const what = `${error._tag}${which}${"limit" in error ? ` ${error.limit}` : ""}`
    it(`isRetryable ${expected ? "accepts" : "refuses"} ${what}`, () => {
      assert.strictEqual(DidwwError.isRetryable(error), expected)
    })
  }

  it("pathOf writes a path for a person", () => {
    const path = (...steps: Array<string | number>) => Protocol.pathOf({ path: steps, expected: "" })
    assert.strictEqual(path("data", 3, "attributes", "export_type"), "data[3].attributes.export_type")
    assert.strictEqual(path(), "")
  })
})
