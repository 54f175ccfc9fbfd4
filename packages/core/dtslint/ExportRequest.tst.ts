import { Callback, type Checkpoint, type DidwwError, type Export, ExportRequest } from "@effect-didww/core"
import type { DateTime, Effect, Redacted } from "effect"
import { describe, expect, test } from "tstyche"

declare const request: ExportRequest.ExportRequest
declare const range: ExportRequest.Range
declare const secret: Redacted.Redacted

describe("ExportRequest", () => {
  test("a switch on exportType narrows the filters", () => {
    switch (request.exportType) {
      case "cdr_in":
        expect(request).type.toBe<ExportRequest.CdrInRequest>()
        expect(request.didNumber).type.toBe<string | undefined>()
        expect(request).type.not.toHaveProperty("voiceOutTrunkId")
        break
      case "cdr_out":
        expect(request).type.toBe<ExportRequest.CdrOutRequest>()
        break
      case "sms_in":
        expect(request.status).type.toBe<"Success" | "Failed" | "Queued" | undefined>()
        break
      case "sms_out":
        expect(request.serviceType).type.toBe<"p2p" | "a2p" | undefined>()
        break
      default:
        expect(request).type.toBe<never>()
    }
    expect(request.from).type.toBe<DateTime.Utc>()
  })

  test("a constructor takes the filters of its type, and wants a range", () => {
    expect(ExportRequest.cdrIn({ ...range, didNumber: "1" })).type.toBe<ExportRequest.CdrInRequest>()
    expect(ExportRequest.cdrIn).type.toBeCallableWith({ ...range, didNumber: undefined })
    expect(ExportRequest.cdrIn).type.not.toBeCallableWith({ didNumber: "1" })
    expect(ExportRequest.cdrIn).type.not.toBeCallableWith({ ...range, cli: "1" })
    expect(ExportRequest.cdrIn).type.not.toBeCallableWith({ ...range, exportType: "cdr_out" })
    expect(ExportRequest.cdrIn).type.not.toBeCallableWith({ ...range, callback: { url: "http://example.com" } })
    expect(ExportRequest.smsOut).type.not.toBeCallableWith({ ...range, smsTrunkId: [] })
  })

  test("validate remembers the type, and fails with one error", () => {
    expect(ExportRequest.validate(ExportRequest.cdrOut(range), "2026-04-16")).type.toBe<
      Effect.Effect<ExportRequest.CdrOutRequest, DidwwError.InvalidExportRequest>
    >()
    expect(ExportRequest.validate).type.not.toBeCallableWith(request, "2020-01-01")
  })
})

describe("Callback", () => {
  test("is an export's, and wants a secret at least", () => {
    const received = { publicUrl: "https://example.com", signature: undefined, body: "" }
    expect(Callback.fromPost({ ...received, secrets: [secret] })).type.toBe<
      Effect.Effect<Callback.Callback, DidwwError.CallbackRefused>
    >()
    expect<Callback.Callback["id"]>().type.toBe<Export.ExportId>()
    expect(Callback.fromPost).type.not.toBeCallableWith({ ...received, secrets: [] })
  })
})

describe("Checkpoint", () => {
  test("names its export, and the archive once known", () => {
    expect<Checkpoint.Checkpoint["exportId"]>().type.toBe<Export.ExportId>()
    expect<Checkpoint.Checkpoint["etag"]>().type.toBe<string | undefined>()
  })
})
