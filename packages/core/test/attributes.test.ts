import { ApiVersion, type Export, ExportRequest, Protocol } from "@effect-didww/core"
import { assert, describe, it, vi } from "@effect/vitest"
import { DateTime, Either } from "effect"
import { attributes } from "../src/internal/attributes.js"
import { exportTypes, filters, period } from "../src/internal/filters.js"
import { arbitraryOf, prop, runs } from "./property.js"

const usual = {
  status: "completed",
  created_at: "2026-11-05T10:00:00.500Z",
  external_reference_id: "invoice-42",
  url: "https://api.didww.com/v3/exports/1.csv.gz",
  callback_url: null,
  callback_method: null,
  export_type: "cdr_in",
  filters: { from: "2026-11-01 00:00:00", to: "2026-12-01 00:00:00", did_number: "1" }
}

const decode = (attributes: object): Export.Export =>
  Either.getOrThrow(Protocol.fromResource({ id: "1", type: "exports", attributes }))

/** How many fields the codec has to look up by name, instead of finding them where they usually stand. */
const lookUps = (attributes: object): number => {
  decode(attributes)
  const spy = vi.spyOn(Map.prototype, "get")
  decode(attributes)
  const names = new Set([...Object.keys(attributes), ...Object.keys(usual.filters)])
  const count = spy.mock.calls.filter(([name]) => names.has(name)).length
  spy.mockRestore()
  return count
}

describe("the table of attributes", () => {
  it("has the attributes in the order of DIDWW's answers", () => {
    assert.deepStrictEqual(Protocol.attributes.map(({ name }) => name), Object.keys(usual))
  })

  it("an answer as DIDWW writes it needs no look-up of a field", () => {
    assert.strictEqual(lookUps(usual), 0)
  })

  for (const place of [0, 3, 8]) {
    it(`an unknown attribute at place ${place} costs one look-up, and no other field its place`, () => {
      const entries: Array<[string, unknown]> = Object.entries(usual)
      entries.splice(place, 0, ["not_documented", 1000])
      const { wire, ...known } = decode(Object.fromEntries(entries))
      assert.deepStrictEqual(known, decode(usual))
      assert.deepStrictEqual(wire, { attributes: { not_documented: 1000 } })
      assert.strictEqual(lookUps(Object.fromEntries(entries)), 1)
    })
  }

  for (const missing of Object.keys(usual).filter((name) => name !== "export_type" && name !== "filters")) {
    it(`a missing ${missing} costs at most one look-up, and no other field its place`, () => {
      assert.isAtMost(lookUps(Object.fromEntries(Object.entries(usual).filter(([name]) => name !== missing))), 1)
    })
  }

  it("every attribute is a field of the codec", () => {
    const self = decode(usual)
    assert.sameMembers(Object.keys(self), ["id", ...Object.keys(attributes)])
  })

  it("fields[exports] names every attribute", () => {
    const fields = Protocol.attributes.map(({ key }) => key)
    const { parameters } = Protocol.planQuery({ fields }, "2026-04-16")
    assert.deepStrictEqual(parameters.find(([name]) => name === "fields[exports]")?.[1], Object.keys(usual).join())
  })

  it("sort takes the sortable attributes, both ways", () => {
    const sort = [
      "status",
      "-status",
      "createdAt",
      "-createdAt",
      "externalReferenceId",
      "-externalReferenceId"
    ] as const
    assert.sameMembers(
      Protocol.attributes.flatMap(({ key, sortable }) => sortable ? [key, `-${key}`] : []),
      Array.from(sort)
    )
    assert.deepStrictEqual(Protocol.planQuery({ sort }, "2026-04-16").parameters, [[
      "sort",
      "status,-status,created_at,-created_at,external_reference_id,-external_reference_id"
    ]])
  })

  it("isListFilter knows the documented filters of each version", () => {
    const names = ["id", "from", "to", "did_number", "voice_out_trunk.id", "export_type", "status"]
    const more = ["external_reference_id", "created_at", "created_at_gteq", "created_at_lteq", "url"]
    const known = ApiVersion.ApiVersion.literals.map((version) =>
      [...names, ...more].filter((name) => Protocol.isListFilter(version, name))
    )
    assert.deepStrictEqual(known, [
      [],
      ["id", "from", "to", "did_number", "voice_out_trunk.id", "external_reference_id"],
      ["id", "export_type", "status", "external_reference_id", "created_at_gteq", "created_at_lteq"]
    ])
  })

  it("unverifiedFilters names the filters that practice does not confirm", () => {
    assert.deepStrictEqual(ApiVersion.ApiVersion.literals.map(Protocol.unverifiedFilters), [
      [],
      ["from", "to", "did_number", "voice_out_trunk.id"],
      []
    ])
  })
})

describe("the table of filters", () => {
  prop("each filter of a request is in its document, and in the export made of it", [
    arbitraryOf(ExportRequest.ExportRequest)
  ], ([arbitrary]) => {
    const request = { ...arbitrary, from: DateTime.unsafeMake(0), to: DateTime.unsafeMake(1000) }
    const { data } = Protocol.toDocument(request, "2026-11-19")
    const table: Readonly<Record<string, { readonly name: string }>> = { ...period, ...filters[request.exportType] }
    assert.sameMembers(
      Object.keys(Object(data.attributes["filters"])),
      Object.entries(request).flatMap(([key, value]) => value === undefined ? [] : table[key]?.name ?? [])
    )
    assert.deepStrictEqual(Protocol.differences(request, decode(data.attributes)), [])
  }, runs(500))

  for (const exportType of exportTypes) {
    it(`a request of ${exportType} can have every filter of the table`, () => {
      const found = ExportRequest.ExportRequest.members.find(({ fields }) =>
        fields.exportType.literals[0] === exportType
      )
      assert.includeMembers(Object.keys(found?.fields ?? {}), Object.keys(filters[exportType]))
    })
  }
})
