import {
  type Callback,
  type DidwwError,
  Export,
  ExportFilter,
  ExportQuery,
  type ExportRequest,
  Protocol
} from "@effect-didww/core"
import type { DateTime } from "effect"
import { describe, expect, test } from "tstyche"

declare const self: Export.Export

describe("Export", () => {
  test("a switch on exportType narrows filters", () => {
    switch (self.exportType) {
      case "cdr_in":
        expect(self).type.toBe<Export.CdrInExport>()
        expect(self.filters?.didNumber).type.toBe<string | null | undefined>()
        break
      case "cdr_out":
        expect(self.filters?.voiceOutTrunkId).type.toBe<string | null | undefined>()
        expect(self.filters!).type.not.toHaveProperty("didNumber")
        break
      case "sms_in":
        expect(self).type.toBe<Export.SmsInExport>()
        break
      case "sms_out":
        expect(self.filters?.serviceType).type.toBe<string | null | undefined>()
        break
      default:
        expect(self).type.toBe<Export.UnknownExport>()
        expect(self.rawType).type.toBe<string>()
    }
  })

  test("isCompleted narrows the url where it says yes, and nothing where it says no", () => {
    if (Export.isCompleted(self)) {
      expect(self.url).type.toBe<string>()
      expect(self.status).type.toBe<"completed">()
    } else {
      expect(self).type.toBe<Export.Export>()
    }
  })
})

type Element<Fs extends ReadonlyArray<ExportQuery.Field> | undefined> = ExportQuery.Selected<Fs>

describe("Selected", () => {
  test("without fields an element is an export", () => {
    expect<Element<undefined>>().type.toBe<Export.Export>()
  })

  test("with fields an element is a record of the fields", () => {
    expect<Element<readonly ["status", "createdAt"]>>().type.toBe<{
      readonly id: Export.ExportId
      readonly status: Export.ExportStatus
      readonly createdAt?: DateTime.Utc | null
    }>()
  })

  test("exportType and filters keep an element a union", () => {
    const element = {} as Element<readonly ["exportType", "filters"]>
    if (element.exportType === "cdr_in") {
      expect(element.filters?.didNumber).type.toBe<string | null | undefined>()
    }
    if (element.exportType === "unknown") expect(element.rawType).type.toBe<string>()
    expect(element).type.not.toHaveProperty("status")
  })

  test("an element may lack fields that are known only at run time", () => {
    const element = {} as Element<ReadonlyArray<ExportQuery.Field>>
    expect(element.id).type.toBe<Export.ExportId>()
    expect(element.status).type.toBe<Export.ExportStatus | undefined>()
  })

  test("make remembers the fields, and refuses unknown ones", () => {
    expect(ExportQuery.make({ fields: ["url"] })).type.toBe<ExportQuery.ExportQuery<readonly ["url"]>>()
    expect(ExportQuery.make).type.not.toBeCallableWith({ fields: ["color"] })
    expect(ExportQuery.make).type.not.toBeCallableWith({ sort: "url" })
  })

  test("fields and sorts are those of the table of attributes", () => {
    expect<ExportQuery.Field>().type.toBe<
      | "status"
      | "createdAt"
      | "externalReferenceId"
      | "url"
      | "callbackUrl"
      | "callbackMethod"
      | "exportType"
      | "filters"
    >()
    expect<ExportQuery.Sort>().type.toBe<`${"" | "-"}${"createdAt" | "status" | "externalReferenceId"}`>()
  })

  test("planQuery remembers the fields", () => {
    const { select } = Protocol.planQuery({ fields: ["url"] }, "2026-04-16")
    expect(select(self)).type.toBe<{ readonly id: Export.ExportId; readonly url?: string | null }>()
  })
})

declare const dynamic: string
declare const somehow: ReadonlyArray<ExportFilter.ExportFilter<Export.CdrInExport>>

describe("ExportFilter", () => {
  const inbound = ExportFilter.exportType("cdr_in")
  const completed = ExportFilter.completed

  test("exportType proves the member of a known type, the unknown member of another, and nothing of a dynamic one", () => {
    expect(inbound).type.toBe<ExportFilter.ExportFilter<Export.CdrInExport>>()
    expect(ExportFilter.exportType("cdr_in", "cdr_out")).type.toBe<
      ExportFilter.ExportFilter<Export.CdrInExport | Export.CdrOutExport>
    >()
    expect(ExportFilter.exportType("fax_in")).type.toBe<ExportFilter.ExportFilter<Export.UnknownExport>>()
    expect(ExportFilter.exportType(dynamic)).type.toBe<ExportFilter.ExportFilter>()
  })

  test("and meets proofs, or unites them, not proves nothing", () => {
    expect(ExportFilter.and(inbound, completed)).type.toBe<
      ExportFilter.ExportFilter<Export.CdrInExport & Export.Completed>
    >()
    expect(inbound.pipe(ExportFilter.and(completed))).type.toBe<
      ExportFilter.ExportFilter<Export.CdrInExport & Export.Completed>
    >()
    expect(ExportFilter.and(inbound, ExportFilter.voiceOutTrunkId("t"))).type.toBe<ExportFilter.ExportFilter<never>>()
    expect(ExportFilter.or(inbound, ExportFilter.voiceOutTrunkId("t"))).type.toBe<
      ExportFilter.ExportFilter<Export.CdrInExport | Export.CdrOutExport>
    >()
    expect(ExportFilter.not(inbound)).type.toBe<ExportFilter.ExportFilter>()
    expect(ExportFilter.all([inbound, completed])).type.toBe<
      ExportFilter.ExportFilter<Export.CdrInExport & Export.Completed>
    >()
    expect(ExportFilter.any([inbound, ExportFilter.didNumber("1")])).type.toBe<
      ExportFilter.ExportFilter<Export.CdrInExport>
    >()
    expect(ExportFilter.all(somehow)).type.toBe<ExportFilter.ExportFilter>()
    expect(ExportFilter.any(somehow)).type.toBe<ExportFilter.ExportFilter<Export.CdrInExport>>()
  })

  test("status proves the status, and completed also the url", () => {
    const isDone = ExportFilter.matches(ExportFilter.status("completed"))
    const isCompleted = ExportFilter.matches(completed)
    if (isDone(self)) {
      expect(self.status).type.toBe<"completed">()
      expect(self.url).type.toBe<string | null | undefined>()
    }
    if (isCompleted(self)) expect(self.url).type.toBe<string>()
  })

  test("matches narrows where it says yes, and not where it says no", () => {
    if (ExportFilter.matches(inbound)(self)) {
      expect(self.exportType).type.toBe<"cdr_in">()
    } else {
      expect(self).type.toBe<Export.Export>()
    }
  })

  test("a filter that proves more is assignable to one that proves less, and not the other way round", () => {
    expect<ExportFilter.ExportFilter<Export.CdrInExport>>().type.toBeAssignableTo<ExportFilter.ExportFilter>()
    expect<ExportFilter.ExportFilter>().type.not.toBeAssignableTo<ExportFilter.ExportFilter<Export.CdrInExport>>()
    expect(ExportFilter.nothing).type.toBeAssignableTo<ExportFilter.ExportFilter<Export.SmsInExport>>()
  })

  test("a wrong condition does not compile", () => {
    expect(ExportFilter.status).type.not.toBeCallableWith("archived")
    expect(ExportFilter.status).type.not.toBeCallableWith()
    expect(ExportFilter.id).type.not.toBeCallableWith()
    expect(ExportFilter.createdAt).type.not.toBeCallableWith({ gte: "2026-11-01" })
    expect(ExportFilter.and).type.not.toBeCallableWith(inbound, "cdr_in")
  })
})

describe("DidwwError", () => {
  test("ListError has no failure that a list cannot have", () => {
    expect<DidwwError.NotFound>().type.not.toBeAssignableTo<DidwwError.ListError>()
    expect<DidwwError.ListError>().type.toBeAssignableTo<DidwwError.DidwwError>()
  })

  test("the union has the failures that stand beside filters, requests and callbacks", () => {
    expect<ExportFilter.FilterSyntaxError>().type.toBeAssignableTo<DidwwError.DidwwError>()
    expect<ExportRequest.InvalidExportRequest>().type.toBeAssignableTo<DidwwError.DidwwError>()
    expect<ExportRequest.ReferenceConflict>().type.toBeAssignableTo<DidwwError.DidwwError>()
    expect<Callback.CallbackRefused>().type.toBeAssignableTo<DidwwError.DidwwError>()
  })

  test("an operation's alias says no more than can happen", () => {
    expect<Exclude<DidwwError.CreateError, DidwwError.ListError>>().type.toBe<ExportRequest.InvalidExportRequest>()
    expect<Exclude<DidwwError.EnsureError, DidwwError.CreateError>>().type.toBe<ExportRequest.ReferenceConflict>()
    expect<Exclude<DidwwError.AwaitError, DidwwError.GetError>>().type.toBe<DidwwError.AwaitTimedOut>()
  })
})
