import { DidwwError, Export, ExportFilter, ExportQuery } from "@effect-didww/core"
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

  test("isCompleted narrows url, and nothing in its else", () => {
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
  test("no fields: the export", () => {
    expect<Element<undefined>>().type.toBe<Export.Export>()
  })

  test("fields: a record of these", () => {
    expect<Element<readonly ["status", "createdAt"]>>().type.toBe<{
      readonly id: Export.ExportId
      readonly status: Export.ExportStatus
      readonly createdAt?: DateTime.Utc | null
    }>()
  })

  test("exportType and filters keep the union", () => {
    const element = {} as Element<readonly ["exportType", "filters"]>
    if (element.exportType === "cdr_in") {
      expect(element.filters?.didNumber).type.toBe<string | null | undefined>()
    }
    if (element.exportType === "unknown") expect(element.rawType).type.toBe<string>()
    expect(element).type.not.toHaveProperty("status")
  })

  test("fields known only at run time: any may be missing", () => {
    const element = {} as Element<ReadonlyArray<ExportQuery.Field>>
    expect(element.id).type.toBe<Export.ExportId>()
    expect(element.status).type.toBe<Export.ExportStatus | undefined>()
  })

  test("make remembers the fields", () => {
    expect(ExportQuery.make({ fields: ["url"] })).type.toBe<ExportQuery.ExportQuery<readonly ["url"]>>()
    expect(ExportQuery.make).type.not.toBeCallableWith({ fields: ["colour"] })
    expect(ExportQuery.make).type.not.toBeCallableWith({ sort: "url" })
  })
})

declare const dynamic: string
declare const somehow: ReadonlyArray<ExportFilter.ExportFilter<Export.CdrInExport>>

describe("ExportFilter", () => {
  const inbound = ExportFilter.exportType("cdr_in")
  const completed = ExportFilter.completed

  test("a type proves its member; one that is not known, the unknown one; a dynamic one, nothing", () => {
    expect(inbound).type.toBe<ExportFilter.ExportFilter<Export.CdrInExport>>()
    expect(ExportFilter.exportType("cdr_in", "cdr_out")).type.toBe<
      ExportFilter.ExportFilter<Export.CdrInExport | Export.CdrOutExport>
    >()
    expect(ExportFilter.exportType("fax_in")).type.toBe<ExportFilter.ExportFilter<Export.UnknownExport>>()
    expect(ExportFilter.exportType(dynamic)).type.toBe<ExportFilter.ExportFilter>()
  })

  test("and meets, or unites, not proves nothing", () => {
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

  test("status proves the status alone, completed the url too", () => {
    const isDone = ExportFilter.matches(ExportFilter.status("completed"))
    const isCompleted = ExportFilter.matches(completed)
    if (isDone(self)) {
      expect(self.status).type.toBe<"completed">()
      expect(self.url).type.toBe<string | null | undefined>()
    }
    if (isCompleted(self)) expect(self.url).type.toBe<string>()
  })

  test("a guard narrows where it says yes, and not where it says no", () => {
    if (ExportFilter.matches(inbound)(self)) {
      expect(self.exportType).type.toBe<"cdr_in">()
    } else {
      expect(self).type.toBe<Export.Export>()
    }
  })

  test("what proves more is a filter of what proves less, not the other way round", () => {
    expect<ExportFilter.ExportFilter<Export.CdrInExport>>().type.toBeAssignableTo<ExportFilter.ExportFilter>()
    expect<ExportFilter.ExportFilter>().type.not.toBeAssignableTo<ExportFilter.ExportFilter<Export.CdrInExport>>()
    expect(ExportFilter.nothing).type.toBeAssignableTo<ExportFilter.ExportFilter<Export.SmsInExport>>()
  })

  test("what is no condition does not compile", () => {
    expect(ExportFilter.status).type.not.toBeCallableWith("archived")
    expect(ExportFilter.status).type.not.toBeCallableWith()
    expect(ExportFilter.id).type.not.toBeCallableWith()
    expect(ExportFilter.createdAt).type.not.toBeCallableWith({ gte: "2026-11-01" })
    expect(ExportFilter.and).type.not.toBeCallableWith(inbound, "cdr_in")
  })
})

describe("DidwwError", () => {
  test("a list does not fail with what cannot happen to it", () => {
    expect<DidwwError.NotFound>().type.not.toBeAssignableTo<DidwwError.ListError>()
    expect<DidwwError.ListError>().type.toBeAssignableTo<DidwwError.DidwwError>()
  })
})
