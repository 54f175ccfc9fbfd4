import { type ApiVersion, ExportFilter, ExportQuery, Protocol } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Either } from "effect"

const completed = Either.getOrThrow(Protocol.fromResource({
  id: "a",
  type: "exports",
  attributes: { export_type: "fax_in", status: "Completed", url: "u", created_at: null }
}))

describe("planQuery", () => {
  it("the default sort is the newest first", () => {
    assert.deepStrictEqual(Protocol.planQuery({}, "2026-04-16").parameters, [["sort", "-created_at"]])
  })

  it("an empty sort sends no sort", () => {
    assert.deepStrictEqual(Protocol.planQuery({ sort: [] }, "2026-04-16").parameters, [])
  })

  it("filter, sort and fields become parameters", () => {
    const { parameters } = Protocol.planQuery({
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

  it("sparse fields also request the fields that the filter needs", () => {
    const fields = (filter: ExportFilter.ExportFilter, version: "2022-05-10" | "2026-11-19") =>
      Protocol.planQuery({ filter, fields: ["status"] }, version).parameters.find(([name]) =>
        name === "fields[exports]"
      )
    assert.deepStrictEqual(fields(ExportFilter.exportType("cdr_in"), "2026-11-19")?.[1], "status,export_type")
    assert.deepStrictEqual(fields(ExportFilter.didNumber("1"), "2026-11-19")?.[1], "status,export_type,filters")
    // the version has no filters, but a later one may answer
    assert.isUndefined(fields(ExportFilter.didNumber("1"), "2022-05-10"))
  })

  it("select picks the id and the requested fields", () => {
    const select = (fields: ReadonlyArray<ExportQuery.Field>) =>
      Protocol.planQuery({ fields }, "2026-04-16").select(completed)
    assert.deepStrictEqual<unknown>(select(["status", "createdAt"]), { id: "a", status: "completed", createdAt: null })
    assert.deepStrictEqual<unknown>(select(["exportType", "externalReferenceId"]), {
      id: "a",
      exportType: "unknown",
      rawType: "fax_in"
    })
    assert.strictEqual(Protocol.planQuery({}, "2026-04-16").select(completed), completed)
  })

  it("queryProblems names a page and a size that no server has", () => {
    assert.deepStrictEqual(Protocol.queryProblems({ pageSize: 1, page: 1 }), [])
    for (const value of [0, -1, 1.5, Number.NaN, Infinity]) {
      assert.strictEqual(Protocol.queryProblems({ pageSize: value, page: value }).length, 2)
    }
  })
})

describe("explain", () => {
  const { and, completed, createdAt, externalReferenceId, hasUrl, or } = ExportFilter
  const since = createdAt({ gte: DateTime.unsafeMake("2026-11-01T00:00:00Z") })
  const says = (filter: ExportFilter.ExportFilter, version: ApiVersion.ApiVersion = "2026-11-19") =>
    ExportQuery.explain({ filter }, version).split("\n")

  it("explain says that a contradiction sends no request", () => {
    assert.deepStrictEqual(says(and(ExportFilter.id("a"), ExportFilter.id("b"))).slice(-1), [
      "Nothing can match: no request is sent."
    ])
  })

  it("explain says that a query of everything leaves nothing to check", () => {
    assert.deepStrictEqual(ExportQuery.explain({}, "2026-04-16").split("\n"), [
      "API version 2026-04-16",
      "sent to the server",
      "  sort=-created_at",
      "nothing left for the client"
    ])
  })

  it("explain says why the client checks what the server filters too", () => {
    const lines = says(and(completed, since))
    assert.isTrue(lines.some((line) => /filter\[status\]=completed  +only if the result fits one page/.test(line)))
    assert.isTrue(lines.some((line) => /status = completed  +the value can change while pages are read$/.test(line)))
  })

  it("explain says that a server may refuse a filter", () => {
    const lines = says(ExportFilter.didNumber("1"), "2026-04-16")
    assert.include(lines, "  filter[did_number]=1  documented, but a server may refuse it")
    assert.include(lines, "  did_number = 1  a server may ignore the filter")
  })

  it("explain says that the server's bound is wider", () => {
    const lines = says(createdAt({ lt: DateTime.unsafeMake("2026-11-01T00:00:00Z") }))
    assert.include(lines, "  filter[created_at_lteq]=2026-11-01T00:00:00.001Z")
    assert.isTrue(lines.some((line) => line.endsWith("the server's filter is a little wider")))
  })

  it("explain says that a version, or every version, lacks a filter", () => {
    assert.isTrue(says(since, "2022-05-10").some((line) => line.endsWith("this version has no such filter")))
    for (const filter of [hasUrl, or(completed, since), ExportFilter.not(completed)]) {
      assert.isTrue(
        says(filter).some((line) => line.endsWith("the server has no such filter")),
        ExportFilter.print(filter)
      )
    }
  })

  it("explain says that a filter cannot take a value", () => {
    assert.isTrue(
      says(externalReferenceId("a,b")).some((line) => line.endsWith("the server's filter cannot take this value"))
    )
  })
})
