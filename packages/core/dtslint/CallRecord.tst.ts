import { CallRecord, type DidwwError, Protocol } from "@effect-didww/core"
import type { BigDecimal, DateTime, Duration, Option } from "effect"
import { Stream } from "effect"
import { describe, expect, test } from "tstyche"

declare const row: CallRecord.Row
declare const bytes: Stream.Stream<Uint8Array, "cut", "network">

describe("CallRecord", () => {
  test("a switch on _tag narrows", () => {
    switch (row._tag) {
      case "CdrInRecord":
        expect(row).type.toBe<CallRecord.CdrInRecord>()
        expect(row.total).type.toBe<Option.Option<BigDecimal.BigDecimal>>()
        expect(row.startedAt).type.toBe<Option.Option<DateTime.Utc>>()
        expect(row.attempt).type.toBe<Option.Option<number>>()
        expect(row).type.not.toHaveProperty("charged")
        break
      case "CdrOutRecord":
        expect(row.charged).type.toBe<Option.Option<BigDecimal.BigDecimal>>()
        expect(row.billingDuration).type.toBe<Option.Option<Duration.Duration>>()
        expect(row.extra).type.toBe<CallRecord.Columns>()
        break
      case "UnknownRecord":
        expect(row.columns["any"]).type.toBe<string | null | undefined>()
        break
      default:
        expect(row).type.toBe<CallRecord.RejectedRow>()
        expect(row.cells).type.toBe<ReadonlyArray<string | null>>()
    }
  })

  test("isRecord and isRejected narrow both ways", () => {
    if (CallRecord.isRecord(row)) expect(row).type.toBe<CallRecord.CallRecord>()
    else expect(row).type.toBe<CallRecord.RejectedRow>()
    if (CallRecord.isRejected(row)) expect(row).type.toBe<CallRecord.RejectedRow>()
    else expect(row).type.toBe<CallRecord.CallRecord>()
  })

  test("decodeStream keeps the errors and requirements of its stream and adds CorruptArchive, in both forms", () => {
    expect(bytes.pipe(CallRecord.decodeStream())).type.toBe<
      Stream.Stream<CallRecord.Row, "cut" | DidwwError.CorruptArchive, "network">
    >()
    expect(CallRecord.decodeStream(bytes, { maxRecordBytes: 1000 })).type.toBe<
      Stream.Stream<CallRecord.Row, "cut" | DidwwError.CorruptArchive, "network">
    >()
    expect(CallRecord.decodeStream).type.not.toBeCallableWith(Stream.make("text"))
  })

  test("a list of columns makes the other fields none", () => {
    const [row] = CallRecord.decode("", { columns: ["total", "status"] })
    expect(row).type.toBeAssignableTo<CallRecord.Row | undefined>()
    if (row?._tag === "CdrInRecord") {
      expect(row.total).type.toBe<Option.Option<BigDecimal.BigDecimal>>()
      expect(row.startedAt).type.toBe<Option.Option<never>>()
      expect(row.extra).type.toBe<Readonly<Record<string, never>>>()
    }
    if (row?._tag === "CdrOutRecord") expect(row.charged).type.toBe<Option.Option<never>>()
    if (row?._tag === "UnknownRecord") expect(row.columns).type.toBe<CallRecord.Columns>()
    expect(CallRecord.decode).type.not.toBeCallableWith("", { columns: ["price"] })
    expect(CallRecord.decode("", { exportType: "cdr_in" })).type.toBe<ReadonlyArray<CallRecord.Row>>()
  })

  test("a decoder is for clients", () => {
    expect(CallRecord).type.not.toHaveProperty("decoder")
    expect(CallRecord).type.not.toHaveProperty("Seconds")
    expect(Protocol.decoder({ maxRecordBytes: 1000 })).type.toBe<Protocol.Decoder>()
  })

  test("encode gives plain data", () => {
    const json = CallRecord.encode(row)
    if (json._tag === "CdrInRecord") {
      expect(json.total).type.toBe<string | null | undefined>()
      expect(json.duration).type.toBe<number | null | undefined>()
    }
  })
})
