import { type ApiVersion, type Export, ExportFilter, Protocol } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Either, Equal, Hash, Schema } from "effect"

const at = (text: string) => DateTime.unsafeMake(text)

const make = (attributes: Record<string, unknown>, id = "a"): Export.Export =>
  Either.getOrThrow(
    Protocol.fromResource({ id, type: "exports", attributes: { export_type: "cdr_in", ...attributes } })
  )

const holds = (filter: ExportFilter.ExportFilter, attributes: Record<string, unknown>): boolean =>
  ExportFilter.matches(filter)(make(attributes))

const november = { from: "2026-11-01 00:00:00", to: "2026-12-01 00:00:00" }

const plan = (filter: ExportFilter.ExportFilter, version: ApiVersion.ApiVersion) => {
  const { contradictory, parameters, rest } = Protocol.planFilter(filter, version)
  return { contradictory, sent: Object.fromEntries(parameters.map(({ name, value }) => [name, value])), rest }
}

describe("matches", () => {
  it("a list of ids, types, statuses or references matches any of its values", () => {
    assert.isTrue(ExportFilter.matches(ExportFilter.id("b", "a"))(make({})))
    assert.isFalse(ExportFilter.matches(ExportFilter.id("A"))(make({})))
    assert.isTrue(holds(ExportFilter.exportType("cdr_out", "cdr_in"), { export_type: "CDR_IN" }))
    assert.isTrue(holds(ExportFilter.exportType("fax_in"), { export_type: "fax_in" }))
    assert.isFalse(holds(ExportFilter.exportType("unknown"), { export_type: "fax_in" }))
    assert.isTrue(holds(ExportFilter.status("pending", "completed"), { status: "Completed" }))
    assert.isFalse(holds(ExportFilter.status("completed"), { status: "archived" }))
    assert.isTrue(holds(ExportFilter.externalReferenceId("x", ""), { external_reference_id: "" }))
  })

  it("an absent or null attribute satisfies no condition", () => {
    assert.isFalse(holds(ExportFilter.externalReferenceId(""), {}))
    assert.isFalse(holds(ExportFilter.externalReferenceId(""), { external_reference_id: null }))
    for (const created of [{}, { created_at: null }, { created_at: "2026-02-30T00:00:00Z" }]) {
      assert.isFalse(holds(ExportFilter.createdAt({ gte: at("1970-01-01") }), created))
      assert.isFalse(holds(ExportFilter.createdAt({}), created))
    }
    assert.isFalse(holds(ExportFilter.didNumber(""), {}))
    assert.isFalse(holds(ExportFilter.didNumber(""), { filters: null }))
  })

  it("createdAt has inclusive and strict bounds, which hold together", () => {
    const created_at = "2026-11-05T10:00:00.500Z"
    const bound = at(created_at)
    assert.isTrue(holds(ExportFilter.createdAt({ gte: bound, lte: bound }), { created_at }))
    assert.isFalse(holds(ExportFilter.createdAt({ gt: bound }), { created_at }))
    assert.isFalse(holds(ExportFilter.createdAt({ lt: bound }), { created_at }))
    assert.isTrue(holds(ExportFilter.createdAt({ gt: at("2026-11-05T10:00:00.499Z"), gte: bound }), { created_at }))
  })

  it("periodFrom and periodTo match the same instant in exports of calls that were requested by a period", () => {
    const from = ExportFilter.periodFrom(at("2026-11-01T00:00:00Z"))
    assert.isTrue(holds(from, { filters: november }))
    assert.isTrue(holds(from, { filters: { from: "2026-11-01T01:00:00+01:00" } }))
    assert.isTrue(holds(from, { export_type: "cdr_out", filters: november }))
    assert.isFalse(holds(from, { export_type: "sms_in", filters: november }))
    assert.isFalse(holds(from, { filters: { ...november, year: 2026 } }))
    assert.isTrue(holds(ExportFilter.periodTo(at("2026-12-01T00:00:00Z")), { filters: november }))
    assert.isFalse(holds(ExportFilter.periodTo(at("2026-11-30T23:59:59Z")), { filters: november }))
  })

  it("didNumber is the same filter with and without one + before the number, however it is written", () => {
    const filter = ExportFilter.didNumber("97286259404")
    const decode = Schema.decodeUnknownSync(ExportFilter.ExportFilter)
    for (
      const same of [
        ExportFilter.didNumber("+97286259404"),
        Either.getOrThrow(ExportFilter.parse("did_number = +97286259404")),
        Either.getOrThrow(ExportFilter.parse("did_number = \"+97286259404\"")),
        decode({ _tag: "DidNumber", value: "+97286259404" })
      ]
    ) {
      assert.isTrue(Equal.equals(same, filter))
    }
    assert.isTrue(holds(ExportFilter.didNumber("+1"), { filters: { ...november, did_number: "1" } }))
    for (const value of ["", "+", "++1", "+a", "1+"]) {
      assert.strictEqual(ExportFilter.print(ExportFilter.didNumber(value)).includes("+"), value.includes("+"), value)
    }
  })

  it("didNumber and voiceOutTrunkId match the same value, and blank matches an export without one", () => {
    assert.isTrue(holds(ExportFilter.didNumber("1"), { filters: { ...november, did_number: "1" } }))
    assert.isTrue(holds(ExportFilter.didNumber(""), { filters: november }))
    assert.isFalse(holds(ExportFilter.didNumber(""), { filters: { did_number: "1" } }))
    assert.isFalse(holds(ExportFilter.didNumber(""), { filters: { did_number: ["1"] } }))
    assert.isTrue(holds(ExportFilter.didNumber(""), { filters: { did_number: null } }))
    assert.isFalse(holds(ExportFilter.didNumber(""), { export_type: "cdr_out", filters: november }))
    assert.isFalse(holds(ExportFilter.didNumber("1"), { filters: { year: 2022, did_number: 1 } }))
    assert.isTrue(
      holds(ExportFilter.voiceOutTrunkId("t"), { export_type: "cdr_out", filters: { "voice_out_trunk.id": "t" } })
    )
    assert.isTrue(holds(ExportFilter.voiceOutTrunkId(""), { export_type: "cdr_out", filters: november }))
  })

  it("and is flat, and an empty all matches everything", () => {
    const a = ExportFilter.status("completed")
    const b = ExportFilter.exportType("cdr_in")
    const both = a.pipe(ExportFilter.and(b))
    assert.isTrue(holds(both, { status: "completed" }))
    assert.isFalse(holds(both, { status: "pending" }))
    assert.isTrue(holds(ExportFilter.everything, {}))
    assert.isTrue(Equal.equals(ExportFilter.all([]), ExportFilter.everything))
    assert.isTrue(Equal.equals(ExportFilter.and(ExportFilter.everything, a), a))
    assert.isTrue(
      Equal.equals(ExportFilter.all([both, ExportFilter.id("1")]), ExportFilter.all([a, b, ExportFilter.id("1")]))
    )
  })

  it("a filter is data, and equal by value", () => {
    const one = () => ExportFilter.and(ExportFilter.createdAt({ gte: at("2026-11-01") }), ExportFilter.id("a", "b"))
    assert.isTrue(Equal.equals(one(), one()))
    assert.strictEqual(Hash.hash(one()), Hash.hash(one()))
    assert.isTrue(ExportFilter.isExportFilter(one()))
  })
})

describe("planFilter", () => {
  it("2022-05-10 gets no parameters", () => {
    const filter = ExportFilter.and(ExportFilter.externalReferenceId("x"), ExportFilter.status("completed"))
    assert.deepStrictEqual(plan(filter, "2022-05-10"), { contradictory: false, sent: {}, rest: filter })
  })

  it("2026-04-16 gets its documented filters, and the client checks each", () => {
    const filter = ExportFilter.all([
      ExportFilter.externalReferenceId("invoice-42"),
      ExportFilter.periodFrom(at("2026-11-01T00:00:00Z")),
      ExportFilter.periodTo(at("2026-12-01T00:00:00Z")),
      ExportFilter.didNumber("")
    ])
    assert.deepStrictEqual(plan(filter, "2026-04-16"), {
      contradictory: false,
      sent: {
        external_reference_id: "invoice-42",
        from: "2026-11-01 00:00:00",
        to: "2026-12-01 00:00:00",
        did_number: ""
      },
      rest: filter
    })
    const { parameters } = Protocol.planFilter(filter, "2026-04-16")
    assert.deepStrictEqual(parameters.map(({ unverified, volatile }) => [unverified, volatile]), [
      [false, true],
      [true, false],
      [true, false],
      [true, false]
    ])
    assert.deepStrictEqual(plan(ExportFilter.voiceOutTrunkId("t"), "2026-04-16").sent, { "voice_out_trunk.id": "t" })
  })

  it("2026-11-19 gets lists and bounds, and the client checks only what the server does not do exactly", () => {
    const filter = ExportFilter.all([
      ExportFilter.exportType("cdr_in", "sms_in"),
      ExportFilter.exportType("sms_in", "cdr_in", "cdr_out"),
      ExportFilter.createdAt({ gte: at("2026-11-01T00:00:00Z") })
    ])
    assert.deepStrictEqual(plan(filter, "2026-11-19"), {
      contradictory: false,
      sent: { export_type: "cdr_in,sms_in", created_at_gteq: "2026-11-01T00:00:00.000Z" },
      rest: ExportFilter.everything
    })
    const status = ExportFilter.status("pending", "processing")
    assert.deepStrictEqual(plan(status, "2026-11-19"), {
      contradictory: false,
      sent: { status: "pending,processing" },
      rest: status
    })
  })

  it("strict and upper bounds are sent a little wider, and the client checks them", () => {
    const strict = ExportFilter.createdAt({ gt: at("2026-11-01T00:00:00Z") })
    assert.deepStrictEqual(plan(strict, "2026-11-19"), {
      contradictory: false,
      sent: { created_at_gteq: "2026-11-01T00:00:00.000Z" },
      rest: strict
    })
    const upper = ExportFilter.createdAt({ lte: at("2026-11-01T00:00:00Z") })
    assert.deepStrictEqual(plan(upper, "2026-11-19"), {
      contradictory: false,
      sent: { created_at_lteq: "2026-11-01T00:00:00.001Z" },
      rest: upper
    })
  })

  it("a value that no parameter can say stays with the client", () => {
    const latest = DateTime.unsafeMake(8.64e15)
    assert.deepStrictEqual(plan(ExportFilter.periodFrom(latest), "2026-04-16").sent, {})
    const stay = [
      ExportFilter.createdAt({}),
      ExportFilter.createdAt({ lte: latest }),
      ExportFilter.createdAt({ gte: latest }),
      ExportFilter.externalReferenceId("a,b"),
      ExportFilter.externalReferenceId(""),
      ExportFilter.externalReferenceId(" a"),
      ExportFilter.externalReferenceId("say \"a\""),
      ExportFilter.externalReferenceId("a\nb"),
      ExportFilter.externalReferenceId("\ud800"),
      ExportFilter.externalReferenceId("a", "b"),
      ExportFilter.id("a", "b,c"),
      ExportFilter.id("x".repeat(2001)),
      ExportFilter.exportType("fax_in"),
      ExportFilter.exportType("cdr_in", "unknown")
    ]
    for (const filter of stay) {
      assert.deepStrictEqual(plan(filter, "2026-11-19"), { contradictory: false, sent: {}, rest: filter })
    }
  })

  it("a filter that can never match is contradictory", () => {
    const contradictions = [
      ExportFilter.and(ExportFilter.id("a"), ExportFilter.id("b")),
      ExportFilter.and(ExportFilter.status("pending"), ExportFilter.status("completed")),
      ExportFilter.and(ExportFilter.exportType("cdr_out"), ExportFilter.didNumber("1")),
      ExportFilter.and(ExportFilter.voiceOutTrunkId("t"), ExportFilter.didNumber("1")),
      ExportFilter.and(ExportFilter.exportType("sms_in"), ExportFilter.periodFrom(at("2026-11-01"))),
      ExportFilter.and(ExportFilter.periodFrom(at("2026-11-01")), ExportFilter.periodFrom(at("2026-11-02"))),
      ExportFilter.createdAt({ gte: at("2026-11-02"), lte: at("2026-11-01") }),
      ExportFilter.createdAt({ gt: at("2026-11-01"), lte: at("2026-11-01") })
    ]
    for (const filter of contradictions) assert.isTrue(Protocol.planFilter(filter, "2022-05-10").contradictory)
    assert.isFalse(
      Protocol.planFilter(ExportFilter.createdAt({ gte: at("2026-11-01"), lte: at("2026-11-01") }), "2022-05-10")
        .contradictory
    )
  })

  it("an excepted parameter is left to the client", () => {
    const filter = ExportFilter.exportType("cdr_in")
    const { parameters, rest } = Protocol.planFilter(filter, "2026-11-19", { except: new Set(["export_type"]) })
    assert.deepStrictEqual([parameters, rest], [[], filter])
  })
})
