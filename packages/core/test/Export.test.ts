import { Export, JsonApi } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Effect, Either, FastCheck, Predicate, Schema } from "effect"
import nodeAssert from "node:assert/strict"
import { fixture } from "./fixtures.js"
import * as generators from "./generators.js"

const Collection = JsonApi.collection(Export.Export)
const decodeCollection = Schema.decodeUnknown(Collection)
const encodeCollection = Schema.encode(Collection)
const isDomain = Schema.is(Schema.typeSchema(Export.Export))

const decodeOne = (attributes: Record<string, unknown>): Export.Export =>
  Either.getOrThrow(Export.fromResource({ id: "1", type: "exports", attributes }))

describe("Export", () => {
  for (const name of ["page-cdr-in", "page-cdr-out", "odd"]) {
    it.effect(`decodes ${name} and encodes it back to itself`, () =>
      Effect.gen(function*() {
        const decoded = yield* decodeCollection(fixture(name))
        assert.isTrue(decoded.data.length > 0 && decoded.data.every(isDomain))
        assert.deepStrictEqual(yield* encodeCollection(decoded), fixture(name))
      }))
  }

  it.effect("reads the user's page", () =>
    Effect.gen(function*() {
      const inbound = yield* decodeCollection(fixture("page-cdr-in"))
      assert.deepStrictEqual(inbound.data[2], {
        id: Export.ExportId.make("d4f37476-8ece-4add-bbcb-cc72a7908fe2"),
        exportType: "cdr_in",
        status: "processing",
        createdAt: DateTime.unsafeMake("2025-12-16T06:54:30.122Z"),
        externalReferenceId: null,
        url: null,
        callbackUrl: "http://example.com",
        callbackMethod: "get",
        filters: {
          from: DateTime.unsafeMake("2025-12-01T00:00:00Z"),
          to: DateTime.unsafeMake("2025-12-31T23:59:59Z"),
          didNumber: "123456789"
        }
      })
      assert.deepStrictEqual(JsonApi.totalRecords(inbound), JsonApi.totalRecords({ meta: { total_records: 3 } }))

      const outbound = yield* decodeCollection(fixture("page-cdr-out"))
      assert.isTrue(outbound.data.every(Export.isCompleted))
    }))

  it.effect("normalises old and unknown spellings, and keeps them in wire", () =>
    Effect.gen(function*() {
      const { data } = yield* decodeCollection(fixture("odd"))
      const [title, pending, numbers, strings, broken, fax, smsIn, smsOut, empty] = data
      assert.deepStrictEqual([title?.status, title?.callbackMethod], ["completed", "get"])
      assert.deepStrictEqual(title?.wire, { attributes: { status: "Completed", callback_method: "GET" } })
      assert.deepStrictEqual([pending?.status, pending?.createdAt], ["pending", null])
      assert.deepStrictEqual(numbers?.filters, { year: 2022, month: 3, didNumber: "972862594" })
      assert.strictEqual(numbers?.createdAt?.epochMillis, Date.UTC(2026, 3, 2, 8))
      assert.deepStrictEqual(strings?.filters, {
        year: 2022,
        month: 3,
        day: 7,
        voiceOutTrunkId: "457bf47d-446d-41cd-91c3-dfbda7bf0753"
      })
      assert.deepStrictEqual([broken?.exportType, broken?.status], ["cdr_out", "unknown"])
      assert.isFalse(["createdAt", "callbackMethod", "filters"].some((key) => Object.hasOwn(broken ?? {}, key)))
      assert.deepStrictEqual(fax?.exportType === "unknown" && [fax.rawType, fax.filters], [
        "fax_in",
        { pages: { from: 1, to: [2, 3] } }
      ])
      assert.deepStrictEqual(smsIn?.exportType === "sms_in" && smsIn.filters?.smsTrunkId, [
        "21a3b5c7-0b4c-4a3e-9d52-6d3f1f0f8c11"
      ])
      assert.deepStrictEqual(smsOut?.exportType === "sms_out" && smsOut.filters?.serviceType, "a2p")
      assert.deepStrictEqual([empty?.filters, empty?.status], [null, "unknown"])
    }))

  it("lets an edit win over the raw spelling", () => {
    const self = decodeOne({ export_type: "cdr_in", status: "Completed", filters: { year: "2026", did_number: 5 } })
    assert.deepStrictEqual(Export.toResource(self).attributes, {
      export_type: "cdr_in",
      status: "Completed",
      filters: { year: "2026", did_number: 5 }
    })
    assert.strictEqual(self.exportType, "cdr_in")
    if (self.exportType !== "cdr_in") return
    const edited: Export.Export = { ...self, status: "pending", filters: { ...self.filters, year: 2027 } }
    assert.deepStrictEqual(Export.toResource(edited).attributes, {
      export_type: "cdr_in",
      status: "pending",
      filters: { year: 2027, did_number: 5 }
    })
  })

  it("keeps an impossible date in wire only", () => {
    for (const created_at of ["2026-02-30T00:00:00.000Z", "2025-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "soon", 7]) {
      const self = decodeOne({ export_type: "cdr_in", status: "completed", created_at })
      assert.isUndefined(self.createdAt)
      assert.deepStrictEqual(self.wire, { attributes: { created_at } })
    }
  })

  it("refuses what is not an export at all, and says where", () => {
    const refusal = (resource: unknown) => Either.flip(Export.fromResource(resource)).pipe(Either.getOrThrow).path
    const attributes = { export_type: "cdr_in" }
    assert.deepStrictEqual(refusal(null), [])
    assert.deepStrictEqual(refusal([]), [])
    assert.deepStrictEqual(refusal({ type: "exports", attributes }), ["id"])
    assert.deepStrictEqual(refusal({ id: "", type: "exports", attributes }), ["id"])
    assert.deepStrictEqual(refusal({ id: "1", type: "orders", attributes }), ["type"])
    assert.deepStrictEqual(refusal({ id: "1", type: "exports" }), ["attributes"])
    assert.deepStrictEqual(refusal({ id: "1", type: "exports", attributes: { toString: 1 } }), [
      "attributes",
      "export_type"
    ])
  })

  it("keeps a key named __proto__, wherever it stands", () => {
    const document: unknown = JSON.parse(
      `{"__proto__":[1],"data":[{"__proto__":2,"id":"1","type":"exports","attributes":{
        "__proto__":3,"export_type":"cdr_in","filters":{"__proto__":4}}}]}`
    )
    const decoded = Schema.decodeUnknownSync(Collection)(document)
    nodeAssert.deepEqual(Schema.encodeSync(Collection)(decoded), document)
    assert.strictEqual(Object.getPrototypeOf(decoded), Object.prototype)
  })

  it.prop(
    "any document decodes, and encodes back to itself",
    [generators.collection],
    ([document]) => {
      const decoded = Schema.decodeUnknownSync(Collection)(document)
      assert.isTrue(decoded.data.every(isDomain))
      // node's own, which sees a key named __proto__ too
      nodeAssert.deepEqual(Schema.encodeSync(Collection)(decoded), document)
    },
    { fastCheck: { numRuns: Number(process.env.RUNS ?? 2000) } }
  )

  it.prop(
    "the direct path decodes what the schema decodes",
    [generators.resource],
    ([resource]) => {
      assert.deepStrictEqual(
        Either.getOrThrow(Export.fromResource(resource)),
        Schema.decodeUnknownSync(Export.Export)(resource)
      )
    },
    { fastCheck: { numRuns: Number(process.env.RUNS ?? 1000) } }
  )

  it.prop(
    "attributes as they are always written decode as all others do",
    [FastCheck.oneof(generators.resource, generators.almost)],
    ([resource]) => {
      const decoded = Export.fromResource(resource)
      if (!Predicate.isRecord(resource) || !Predicate.isRecord(resource.attributes)) return
      // the short way leaves alone what has no prototype
      const attributes = Object.setPrototypeOf({ ...resource.attributes }, null)
      assert.deepStrictEqual(decoded, Export.fromResource({ ...resource, attributes }))
    },
    { fastCheck: { numRuns: Number(process.env.RUNS ?? 2000) } }
  )

  it.prop(
    "arbitrary JSON decodes or fails typed, on both paths alike",
    [generators.almost],
    ([json]) => {
      const direct = Export.fromResource(json)
      const schema = Schema.decodeUnknownEither(Export.Export)(json)
      assert.deepStrictEqual(Either.getRight(direct), Either.getRight(schema))
    },
    { fastCheck: { numRuns: Number(process.env.RUNS ?? 2000) } }
  )

  it.prop(
    "an export without wire survives its canonical encoding",
    [Arbitrary.make(Schema.typeSchema(Export.Export)).filter(isCanonical)],
    ([self]) => {
      assert.deepStrictEqual(Either.getOrThrow(Export.fromResource(Export.toResource(self))), self)
    }
  )

  it("completed is status and url together", () => {
    const url = "https://api.didww.com/v3/exports/1.csv.gz"
    assert.isTrue(Export.isCompleted(decodeOne({ export_type: "cdr_in", status: "completed", url })))
    assert.isFalse(Export.isCompleted(decodeOne({ export_type: "cdr_in", status: "completed", url: null })))
    assert.isFalse(Export.isCompleted(decodeOne({ export_type: "cdr_in", status: "processing", url })))
  })
})

// times that the wire's four-digit years can say, types in their canonical case, no wire of its own
function isCanonical(self: Export.Export): boolean {
  const times = [self.createdAt, ...(self.exportType === "unknown" ? [] : [self.filters?.from, self.filters?.to])]
  return self.wire === undefined &&
    times.every((time) =>
      time == null || (time.epochMillis >= -62_167_219_200_000 && time.epochMillis < 253_402_300_800_000)
    )
}
