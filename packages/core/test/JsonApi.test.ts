import { Export, JsonApi } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"

const Document = JsonApi.document(Export.Export)

describe("JsonApi", () => {
  it.effect("document decodes one resource, and keeps every other member as it came", () =>
    Effect.gen(function*() {
      const json = {
        data: { id: "a", type: "exports" as const, attributes: { export_type: "cdr_in", status: "Completed" } },
        meta: { api_version: "2026-04-16" }
      }
      const document = yield* Schema.decodeUnknown(Document)(json)
      assert.strictEqual(document.data.id, "a")
      assert.deepStrictEqual(yield* Schema.encode(Document)(document), json)
    }))

  it.effect("document says where a resource is wrong", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Schema.decodeUnknown(Document)({ data: { type: "exports" } }))
      assert.match(error.message, /\["data"\]/)
    }))

  it("errors accepts numbers where texts are documented, and nothing else", () => {
    const [error] = JsonApi.errors({ errors: [{ status: 422, code: "102", detail: { text: "no" } }] })
    assert.deepStrictEqual(error, {
      title: undefined,
      detail: undefined,
      code: "102",
      status: "422",
      pointer: undefined
    })
  })

  it("errors finds no problems in an answer without any", () => {
    for (const body of [undefined, "", "<html>", {}, { errors: "none" }, [1]]) {
      assert.deepStrictEqual(JsonApi.errors(body), [])
    }
  })
})
