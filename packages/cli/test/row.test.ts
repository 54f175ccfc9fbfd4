import { Export } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as row from "../src/row.js"

const make = (attributes: Record<string, unknown>): Export.Export =>
  Either.getOrThrow(Export.fromResource({ id: "e-1", type: "exports", attributes }))

const one = make({
  export_type: "cdr_in",
  status: "completed",
  created_at: "2026-11-01T08:00:00.123Z",
  external_reference_id: "tab\there\n\u001b[31mred",
  filters: { from: "2026-10-01 00:00:00", to: "2026-11-01 12:00:00" }
})

describe("row", () => {
  it("piped: six cells, and nothing of a value breaks the line", () => {
    assert.strictEqual(
      row.tabSeparated.line(one),
      "e-1\tcdr_in\tcompleted\t2026-11-01T08:00:00Z\t2026-10-01/2026-11-01T12:00:00Z\ttab here [31mred\n"
    )
  })

  it("an old or unknown export has a line too", () => {
    assert.strictEqual(
      row.tabSeparated.line(make({ export_type: "cdr_in", filters: { year: 2022, month: "3" } })),
      "e-1\tcdr_in\tunknown\t\t2022-03\t\n"
    )
    assert.strictEqual(row.tabSeparated.line(make({ export_type: "fax_in" })), "e-1\tfax_in\tunknown\t\t\t\n")
  })

  it("a table is aligned and fits its terminal", () => {
    const { header, line } = row.table(80)

    const shown = [...header, line(one)].map((text) => text.replace(/\u001b\[\d+m/g, ""))
    assert.isTrue(shown.every((text) => text.length <= 81))
    assert.strictEqual(shown[0]?.indexOf("CREATED"), shown[1]?.indexOf("2026-11-01T08"))
  })
})
