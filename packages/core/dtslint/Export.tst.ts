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

describe("ExportFilter", () => {
  test("a status is one that is known", () => {
    expect(ExportFilter.status).type.not.toBeCallableWith("archived")
    expect(ExportFilter.status).type.not.toBeCallableWith()
  })
})

describe("DidwwError", () => {
  test("a list does not fail with what cannot happen to it", () => {
    expect<DidwwError.NotFound>().type.not.toBeAssignableTo<DidwwError.ListError>()
    expect<DidwwError.ListError>().type.toBeAssignableTo<DidwwError.DidwwError>()
  })
})
