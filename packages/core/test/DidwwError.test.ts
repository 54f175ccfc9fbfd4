import { DidwwError, Export } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Schema } from "effect"

const tried = { attempts: 2, elapsed: Duration.millis(1500) }
const answered = { ...tried, requestId: "r-1", errors: [{ detail: "said the server", code: "102" }] }
const anExport = Either.getOrThrow(
  Export.fromResource({ id: "e-1", type: "exports", attributes: { export_type: "cdr_in", status: "Pending" } })
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
  InvalidExportRequest: new DidwwError.InvalidExportRequest({ problems: [{ path: "from", message: "is late" }] }),
  ReferenceConflict: new DidwwError.ReferenceConflict({
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
  CallbackRefused: new DidwwError.CallbackRefused({ reason: "wrong signature" }),
  FilterSyntaxError: new DidwwError.FilterSyntaxError({ position: 7, expected: "a value", found: "and" }),
  OriginRefused: new DidwwError.OriginRefused({ origin: "https://a.example", expected: "https://b.example" }),
  UnsupportedByVersion: new DidwwError.UnsupportedByVersion({ feature: "PATCH", version: "2022-05-10" })
}

describe("DidwwError", () => {
  for (const [tag, error] of Object.entries(samples)) {
    it.effect(`${tag} crosses a process border, and says what to do`, () =>
      Effect.gen(function*() {
        const json = JSON.stringify(yield* Schema.encode(DidwwError.DidwwError)(error))
        const again = yield* Schema.decodeUnknown(DidwwError.DidwwError)(JSON.parse(json))
        assert.strictEqual(again.constructor, error.constructor)
        assert.strictEqual(again.message, error.message)
        assert.match(error.message, /\.$/)
        assert.isTrue(DidwwError.isDidwwError(again))
      }))
  }

  it("knows its own from others of the same tag", () => {
    assert.isFalse(DidwwError.isDidwwError({ _tag: "Unauthorized", message: "somebody else's" }))
  })

  it("tells the server's own words", () => {
    assert.include(samples.Unauthorized.message, "said the server")
    assert.include(samples.InvalidRequest.message, "(code 102)")
    assert.include(samples.RateLimited.message, "3s")
  })

  it("without words of the server it says so", () => {
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

  it("takes the best of the server's words: the detail, the title, the code", () => {
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
      [new DidwwError.CallbackRefused({ reason: "unknown member" }), "name it in furtherMembers."],
      [new DidwwError.CallbackRefused({ reason: "timed out" }), "did not arrive in time."],
      [new DidwwError.CallbackRefused({ reason: "unsupported content type" }), "application/x-www-form-urlencoded."],
      [new DidwwError.TokenRefused({ ...tried, status: 404 }), "Check its address (DIDWW_TOKEN_URL)."],
      [new DidwwError.TokenRefused({ ...tried, status: 200 }), "Check its address (DIDWW_TOKEN_URL)."],
      [new DidwwError.CorruptArchive({ reason: "too large", bytes: 1, rows: 0 }), "Raise maxBytes"],
      [new DidwwError.CorruptArchive({ reason: "trailing data", bytes: 1, rows: 0 }), "NodeGunzip reads it."],
      [
        new DidwwError.RecordFileConflict({ path: "a", reason: "too short", exportId: anExport.id }),
        "Remove the file and its checkpoint"
      ]
    ] as const
  ) {
    it(`${error._tag}, ${"reason" in error ? error.reason : error.status}: what to do`, () => {
      assert.include(error.message, advice)
    })
  }

  it("writes a path as a person does", () => {
    const path = (...steps: Array<string | number>) => DidwwError.MalformedResponse.path({ path: steps, expected: "" })
    assert.strictEqual(path("data", 3, "attributes", "export_type"), "data[3].attributes.export_type")
    assert.strictEqual(path(), "")
  })
})
