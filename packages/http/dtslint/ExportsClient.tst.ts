import {
  type CallRecord,
  type DidwwError,
  type Export,
  ExportFilter,
  type ExportQuery,
  ExportRequest
} from "@effect-didww/core"
import { type ExportsClient, RecordFile } from "@effect-didww/http"
import type { FileSystem } from "@effect/platform"
import type { DateTime, Effect, Stream } from "effect"
import { describe, expect, test } from "tstyche"

declare const client: ExportsClient.Service
declare const cdrIn: ExportRequest.CdrInRequest
declare const anything: ExportRequest.ExportRequest
declare const export_: Export.CdrInExport
declare const completed: Export.CdrInExport & Export.Completed
declare const from: DateTime.Utc

describe("ExportsClient", () => {
  test("stream and count fail with exactly ListError, and need no service", () => {
    expect(client.stream()).type.toBe<Stream.Stream<Export.Export, DidwwError.ListError>>()
    expect(client.count()).type.toBe<Effect.Effect<number, DidwwError.ListError>>()
  })

  test("get can fail with NotFound", () => {
    expect(client.get).type.toBe<(id: Export.ExportId) => Effect.Effect<Export.Export, DidwwError.GetError>>()
  })

  test("create gives the export type of the request", () => {
    expect(client.create(cdrIn)).type.toBe<Effect.Effect<Export.CdrInExport, DidwwError.CreateError>>()
    expect(client.create(anything)).type.toBe<
      Effect.Effect<
        Export.CdrInExport | Export.CdrOutExport | Export.SmsInExport | Export.SmsOutExport,
        DidwwError.CreateError
      >
    >()
  })

  test("ensure takes only a request with a reference", () => {
    expect(client.ensure(ExportRequest.cdrOut({ from, to: from, externalReferenceId: "r" }))).type.toBe<
      Effect.Effect<Export.CdrOutExport, DidwwError.EnsureError>
    >()
    expect(client.ensure).type.not.toBeCallableWith(ExportRequest.cdrOut({ from, to: from }))
  })

  test("awaitCompleted gives an export with an archive, and watch the type of the export", () => {
    expect(client.awaitCompleted(export_)).type.toBe<
      Effect.Effect<Export.CdrInExport & Export.Completed, DidwwError.AwaitError>
    >()
    expect(client.watch(export_)).type.toBe<Stream.Stream<Export.CdrInExport, DidwwError.AwaitError>>()
  })

  test("describe takes only an export with an archive", () => {
    expect(client.describe).type.not.toBeCallableWith(export_)
    expect(client.describe(completed)).type.toBe<
      Effect.Effect<Pick<ExportsClient.Progress, "total" | "etag">, DidwwError.DescribeError>
    >()
  })

  test("download and records take only an export with an archive", () => {
    expect(client.records).type.not.toBeCallableWith(export_)
    expect(client.download(completed)).type.toBe<Stream.Stream<Uint8Array, DidwwError.DownloadError>>()
    expect(client.records(completed)).type.toBe<Stream.Stream<CallRecord.Row, DidwwError.RecordsError>>()
    expect(RecordFile.write(completed, { path: "calls.ndjson" })).type.toBe<
      Effect.Effect<RecordFile.Written, RecordFile.WriteError, ExportsClient.ExportsClient | FileSystem.FileSystem>
    >()
  })

  test("stream narrows to the exports that the filter proves", () => {
    const filter = ExportFilter.and(ExportFilter.exportType("cdr_in"), ExportFilter.completed)
    expect(client.stream({ filter })).type.toBe<
      Stream.Stream<Export.CdrInExport & Export.Completed, DidwwError.ListError>
    >()
    expect(client.list({ filter, fields: ["url"] })).type.toBe<
      Effect.Effect<
        ExportsClient.Page<{ readonly id: Export.ExportId; readonly url: string }>,
        DidwwError.ListError
      >
    >()
    expect(client.stream({ filter: ExportFilter.not(filter) })).type.toBe<
      Stream.Stream<Export.Export, DidwwError.ListError>
    >()
  })

  test("fields narrow the elements of stream, pages and list", () => {
    type Element = ExportQuery.Selected<readonly ["status", "url"]>
    expect(client.stream({ fields: ["status", "url"] })).type.toBe<Stream.Stream<Element, DidwwError.ListError>>()
    expect(client.pages({ fields: ["status", "url"] })).type.toBe<
      Stream.Stream<ExportsClient.Page<Element>, DidwwError.ListError>
    >()
    expect(client.list({ fields: ["status", "url"] })).type.toBe<
      Effect.Effect<ExportsClient.Page<Element>, DidwwError.ListError>
    >()
    expect<Element>().type.toBe<
      { readonly id: Export.ExportId; readonly status: Export.ExportStatus; readonly url?: string | null }
    >()
  })
})
