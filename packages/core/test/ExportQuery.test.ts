import { Export, ExportFilter, ExportQuery } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"

const completed = Either.getOrThrow(Export.fromResource({
  id: "a",
  type: "exports",
  attributes: { export_type: "fax_in", status: "Completed", url: "u", created_at: null }
}))

describe("ExportQuery", () => {
  it("asks for the newest first", () => {
    assert.deepStrictEqual(ExportQuery.plan({}, "2026-04-16").parameters, [["sort", "-created_at"]])
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
