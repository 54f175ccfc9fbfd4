import { Export, JsonApi, Protocol } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Either, Predicate, Schema } from "effect"
import nodeAssert from "node:assert/strict"
import { fixture } from "./fixtures.js"
import * as generators from "./generators.js"
import { arbitraryOf, FastCheck, prop, runs } from "./property.js"

const Collection = JsonApi.collection(Export.Export)
const decodeCollection = Schema.decodeUnknown(Collection)
const encodeCollection = Schema.encode(Collection)
const isDomain = Schema.is(Schema.typeSchema(Export.Export))

const decodeOne = (attributes: Record<string, unknown>): Export.Export =>
  Either.getOrThrow(Protocol.fromResource({ id: "1", type: "exports", attributes }))

describe("Export", () => {
  for (const name of ["page-cdr-in", "page-cdr-out", "odd"]) {
    it.effect(`the document ${name} decodes, and encodes back to itself`, () =>
      Effect.gen(function*() {
        const decoded = yield* decodeCollection(fixture(name))
        assert.isTrue(decoded.data.length > 0 && decoded.data.every(isDomain))
        assert.deepStrictEqual(yield* encodeCollection(decoded), fixture(name))
      }))
  }

  it.effect("the pages of the documentation decode to these exports", () =>
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

  it.effect("old and unknown spellings are normalized, and kept in wire", () =>
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

  it("an edit wins over the kept spelling", () => {
    const self = decodeOne({ export_type: "cdr_in", status: "Completed", filters: { year: "2026", did_number: 5 } })
    assert.deepStrictEqual(Protocol.toResource(self).attributes, {
      export_type: "cdr_in",
      status: "Completed",
      filters: { year: "2026", did_number: 5 }
    })
    assert.strictEqual(self.exportType, "cdr_in")
    if (self.exportType !== "cdr_in") return
    const edited: Export.Export = { ...self, status: "pending", filters: { ...self.filters, year: 2027 } }
    assert.deepStrictEqual(Protocol.toResource(edited).attributes, {
      export_type: "cdr_in",
      status: "pending",
      filters: { year: 2027, did_number: 5 }
    })
  })

  it("an impossible date stays in wire, and is no createdAt", () => {
    for (const created_at of ["2026-02-30T00:00:00.000Z", "2025-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "soon", 7]) {
      const self = decodeOne({ export_type: "cdr_in", status: "completed", created_at })
      assert.isUndefined(self.createdAt)
      assert.deepStrictEqual(self.wire, { attributes: { created_at } })
    }
  })

  it("fromResource fails for a value that is not an export, and says where", () => {
    const refusal = (resource: unknown) => Either.flip(Protocol.fromResource(resource)).pipe(Either.getOrThrow).path
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

  it("a key named __proto__ survives the round trip, wherever it stands", () => {
    const document: unknown = JSON.parse(
      `{"__proto__":[1],"data":[{"__proto__":2,"id":"1","type":"exports","attributes":{
        "__proto__":3,"export_type":"cdr_in","filters":{"__proto__":4}}}]}`
    )
    const decoded = Schema.decodeUnknownSync(Collection)(document)
    nodeAssert.deepEqual(Schema.encodeSync(Collection)(decoded), document)
    assert.strictEqual(Object.getPrototypeOf(decoded), Object.prototype)
  })

  prop(
    "any document decodes, and encodes back to itself",
    [generators.collection],
    ([document]) => {
      const decoded = Schema.decodeUnknownSync(Collection)(document)
      assert.isTrue(decoded.data.every(isDomain))
      // Node's assertion sees a key named __proto__ too
      nodeAssert.deepEqual(Schema.encodeSync(Collection)(decoded), document)
    },
    runs(2000)
  )

  prop(
    "fromResource gives what the schema's decoding gives",
    [generators.resource],
    ([resource]) => {
      assert.deepStrictEqual(
        Either.getOrThrow(Protocol.fromResource(resource)),
        Schema.decodeUnknownSync(Export.Export)(resource)
      )
    },
    runs(1000)
  )

  prop(
    "attributes and filters decode alike in any order",
    [generators.resource, FastCheck.integer()],
    ([resource, seed]) => {
      const attributes = shuffled(resource.attributes, seed)
      const { filters } = attributes
      assert.deepStrictEqual(
        Protocol.fromResource({
          ...resource,
          attributes: { ...attributes, ...(Predicate.isRecord(filters) && { filters: shuffled(filters, seed) }) }
        }),
        Protocol.fromResource(resource)
      )
    },
    runs(2000)
  )

  prop(
    "fromResource and the schema accept the same JSON",
    [generators.almost],
    ([json]) => {
      const direct = Protocol.fromResource(json)
      const schema = Schema.decodeUnknownEither(Export.Export)(json)
      assert.deepStrictEqual(Either.getRight(direct), Either.getRight(schema))
    },
    runs(2000)
  )

  prop(
    "an export without wire survives its canonical encoding",
    [arbitraryOf(Export.Export).filter(isCanonical)],
    ([self]) => {
      assert.deepStrictEqual(Either.getOrThrow(Protocol.fromResource(Protocol.toResource(self))), self)
    }
  )

  it("isCompleted needs the status and the url", () => {
    const url = "https://api.didww.com/v3/exports/1.csv.gz"
    assert.isTrue(Export.isCompleted(decodeOne({ export_type: "cdr_in", status: "completed", url })))
    assert.isFalse(Export.isCompleted(decodeOne({ export_type: "cdr_in", status: "completed", url: null })))
    assert.isFalse(Export.isCompleted(decodeOne({ export_type: "cdr_in", status: "processing", url })))
  })
})

/** The same members in another order. */
function shuffled(record: Record<string, unknown>, seed: number): Record<string, unknown> {
  const entries = Object.entries(record)
  const first = Math.abs(seed) % (entries.length + 1)
  return Object.fromEntries([...entries.slice(first).reverse(), ...entries.slice(0, first)])
}

// accepts times that the wire's four-digit years can say, and no wire
function isCanonical(self: Export.Export): boolean {
  const times = [self.createdAt, ...(self.exportType === "unknown" ? [] : [self.filters?.from, self.filters?.to])]
  return self.wire === undefined &&
    times.every((time) =>
      time == null || (time.epochMillis >= -62_167_219_200_000 && time.epochMillis < 253_402_300_800_000)
    )
}
