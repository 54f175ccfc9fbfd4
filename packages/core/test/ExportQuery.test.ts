import { type ApiVersion, Export, ExportFilter, ExportQuery } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Either } from "effect"

const completed = Either.getOrThrow(Export.fromResource({
  id: "a",
  type: "exports",
  attributes: { export_type: "fax_in", status: "Completed", url: "u", created_at: null }
}))

describe("ExportQuery", () => {
  it("asks for the newest first", () => {
    assert.deepStrictEqual(ExportQuery.plan({}, "2026-04-16").parameters, [["sort", "-created_at"]])
  })

  it("asks for no order with an empty list", () => {
    assert.deepStrictEqual(ExportQuery.plan({ sort: [] }, "2026-04-16").parameters, [])
  })

  it("has a place for every parameter of the page", () => {
    const { parameters } = ExportQuery.plan({
      filter: ExportFilter.externalReferenceId("invoice-42"),
      sort: ["status", "-createdAt"],
      fields: ["url", "callbackMethod"]
    }, "2026-04-16")
    assert.deepStrictEqual(parameters, [
      ["filter[external_reference_id]", "invoice-42"],
      ["sort", "status,-created_at"],
      ["fields[exports]", "url,callback_method,export_type,external_reference_id"]
    ])
  })

  it("asks for the fields that the filter needs, and those only", () => {
    const fields = (filter: ExportFilter.ExportFilter, version: "2022-05-10" | "2026-11-19") =>
      ExportQuery.plan({ filter, fields: ["status"] }, version).parameters.find(([name]) => name === "fields[exports]")
    assert.deepStrictEqual(fields(ExportFilter.exportType("cdr_in"), "2026-11-19")?.[1], "status,export_type")
    assert.deepStrictEqual(fields(ExportFilter.didNumber("1"), "2026-11-19")?.[1], "status,export_type,filters")
    // that version has no filters to ask for, but a later one may answer
    assert.isUndefined(fields(ExportFilter.didNumber("1"), "2022-05-10"))
  })

  it("selects the id and the fields asked for", () => {
    const select = (fields: ReadonlyArray<ExportQuery.Field>) =>
      ExportQuery.plan({ fields }, "2026-04-16").select(completed)
    assert.deepStrictEqual<unknown>(select(["status", "createdAt"]), { id: "a", status: "completed", createdAt: null })
    assert.deepStrictEqual<unknown>(select(["exportType", "externalReferenceId"]), {
      id: "a",
      exportType: "unknown",
      rawType: "fax_in"
    })
    assert.strictEqual(ExportQuery.plan({}, "2026-04-16").select(completed), completed)
  })

  it("knows a page that no server has", () => {
    assert.deepStrictEqual(ExportQuery.problems({ pageSize: 1, page: 1 }), [])
    for (const value of [0, -1, 1.5, Number.NaN, Infinity]) {
      assert.strictEqual(ExportQuery.problems({ pageSize: value, page: value }).length, 2)
    }
  })
})

describe("explain", () => {
  const { and, completed, createdAt, externalReferenceId, hasUrl, or } = ExportFilter
  const since = createdAt({ gte: DateTime.unsafeMake("2026-11-01T00:00:00Z") })
  const says = (filter: ExportFilter.ExportFilter, version: ApiVersion.ApiVersion = "2026-11-19") =>
    ExportQuery.explain({ filter }, version).split("\n")

  it("a contradiction is no request", () => {
    assert.deepStrictEqual(says(and(ExportFilter.id("a"), ExportFilter.id("b"))).slice(-1), [
      "Nothing can match: no request is sent."
    ])
  })

  it("a query of everything leaves nothing to check", () => {
    assert.deepStrictEqual(ExportQuery.explain({}, "2026-04-16").split("\n"), [
      "API version 2026-04-16",
      "asked of the server",
      "  sort=-created_at",
      "nothing left to check here"
    ])
  })

  it("what the server is asked for may be checked again, and why", () => {
    const lines = says(and(completed, since))
    assert.isTrue(lines.some((line) => /filter\[status\]=completed  +only while the result fits one page/.test(line)))
    assert.isTrue(lines.some((line) => /status = completed  +it can change while pages are read$/.test(line)))
  })

  it("a filter that a server may not know", () => {
    const lines = says(ExportFilter.didNumber("1"), "2026-04-16")
    assert.include(lines, "  filter[did_number]=1  documented, but a server may refuse it")
    assert.include(lines, "  did_number = 1  a server may ignore the filter")
  })

  it("a bound that the server has only with an end of its own", () => {
    const lines = says(createdAt({ lt: DateTime.unsafeMake("2026-11-01T00:00:00Z") }))
    assert.include(lines, "  filter[created_at_lteq]=2026-11-01T00:00:00.001Z")
    assert.isTrue(lines.some((line) => line.endsWith("the server's filter is a little wider")))
  })

  it("what no list filter of the version says, and what none says", () => {
    assert.isTrue(says(since, "2022-05-10").some((line) => line.endsWith("no list filter of this version says this")))
    for (const filter of [hasUrl, or(completed, since), ExportFilter.not(completed)]) {
      assert.isTrue(says(filter).some((line) => line.endsWith("no list filter says this")), ExportFilter.print(filter))
    }
  })

  it("a value that cannot travel", () => {
    assert.isTrue(
      says(externalReferenceId("a,b")).some((line) => line.endsWith("this value cannot travel in a list filter"))
    )
  })
})
