import { Callback, type Export, ExportRequest } from "@effect-didww/core"
import type { DateTime, Effect, Redacted } from "effect"
import { describe, expect, test } from "tstyche"

declare const request: ExportRequest.ExportRequest
declare const period: ExportRequest.Period
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

  test("a constructor takes the filters of its type, and needs a period", () => {
    expect(ExportRequest.cdrIn({ ...period, didNumber: "1" })).type.toBe<ExportRequest.CdrInRequest>()
    expect(ExportRequest.cdrIn).type.toBeCallableWith({ ...period, didNumber: undefined })
    expect(ExportRequest.cdrIn).type.not.toBeCallableWith({ didNumber: "1" })
    expect(ExportRequest.cdrIn).type.not.toBeCallableWith({ ...period, cli: "1" })
    expect(ExportRequest.cdrIn).type.not.toBeCallableWith({ ...period, exportType: "cdr_out" })
    expect(ExportRequest.cdrIn).type.not.toBeCallableWith({ ...period, callback: { url: "http://example.com" } })
    expect(ExportRequest.smsOut).type.not.toBeCallableWith({ ...period, smsTrunkId: [] })
  })

  test("validate remembers the type, and has one error", () => {
    expect(ExportRequest.validate(ExportRequest.cdrOut(period), "2026-04-16")).type.toBe<
      Effect.Effect<ExportRequest.CdrOutRequest, ExportRequest.InvalidExportRequest>
    >()
    expect(ExportRequest.validate).type.not.toBeCallableWith(request, "2020-01-01")
  })
})

describe("Callback", () => {
  test("fromPost gives the callback of an export, and needs a secret", () => {
    const received = { publicUrl: "https://example.com", signature: undefined, body: "" }
    expect(Callback.fromPost({ ...received, secrets: [secret] })).type.toBe<
      Effect.Effect<Callback.Callback, Callback.CallbackRefused>
    >()
    expect<Callback.Callback["id"]>().type.toBe<Export.ExportId>()
    expect(Callback.fromPost).type.not.toBeCallableWith({ ...received, secrets: [] })
  })
})
