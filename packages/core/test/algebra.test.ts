import { type Export, ExportFilter, Protocol } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Either, Equal, Hash, Schema } from "effect"
import { filterOf } from "./generators.js"
import { arbitraryOf, FastCheck, prop } from "./property.js"

// few values, so that filters and exports meet: with commas, blanks, nulls, absent attributes, ties, old and unknown exports
const times = [0, 1, 1000, 86_400_000].map((millis) => DateTime.unsafeMake(millis))
const ids = ["a", "b", "a,b"]
const references = ["x", "", "a,b", " x"]
const numbers = ["", "1", "2"]

const time = FastCheck.constantFrom(...times)
const maybe = (...values: ReadonlyArray<unknown>) => FastCheck.constantFrom<unknown>(undefined, null, ...values)

const anExport = FastCheck.record({
  id: FastCheck.constantFrom(...ids),
  attributes: FastCheck.record({
    export_type: FastCheck.constantFrom("cdr_in", "cdr_out", "CDR_IN", "sms_in", "fax_in", "unknown"),
    status: maybe("pending", "Completed", "archived"),
    created_at: maybe(...times.map(DateTime.formatIso), "2026-02-30T00:00:00Z"),
    external_reference_id: maybe(...references),
    url: maybe("u"),
    filters: FastCheck.option(
      FastCheck.record({
        from: maybe("1970-01-01 00:00:00", "1970-01-02 00:00:00"),
        to: maybe("1970-01-02 00:00:00"),
        did_number: maybe("1", 2),
        "voice_out_trunk.id": maybe("1"),
        year: FastCheck.constantFrom(undefined, undefined, 2022)
      }),
      { nil: undefined }
    )
  })
}).map((resource) =>
  Either.getOrThrow(Protocol.fromResource(JSON.parse(JSON.stringify({ ...resource, type: "exports" }))))
)

const filter = filterOf({
  id: FastCheck.constantFrom(...ids),
  exportType: FastCheck.constantFrom("cdr_in", "cdr_out", "sms_in", "fax_in", "unknown"),
  reference: FastCheck.constantFrom(...references),
  requestedFor: FastCheck.constantFrom(...numbers),
  time
})

const holds = (filter: ExportFilter.ExportFilter, self: Export.Export): boolean => ExportFilter.matches(filter)(self)

const size = (filter: ExportFilter.ExportFilter): number => {
  switch (filter._tag) {
    case "And":
    case "Or":
      return filter.filters.reduce((sum, part) => sum + size(part), 1)
    case "Not":
      return 1 + size(filter.filter)
    default:
      return "values" in filter ? filter.values.length : 1
  }
}

const { and, everything, not, nothing, or } = ExportFilter
const often = 1000

/** Both sides match the same exports, for any three filters. */
const law = (
  name: string,
  sides: (
    a: ExportFilter.ExportFilter,
    b: ExportFilter.ExportFilter,
    c: ExportFilter.ExportFilter
  ) => readonly [ExportFilter.ExportFilter, ExportFilter.ExportFilter]
) =>
  prop(name, [filter, filter, filter, anExport], ([a, b, c, self]) => {
    const [left, right] = sides(a, b, c)
    assert.strictEqual(holds(left, self), holds(right, self))
  }, often)

describe("boolean algebra under matches", () => {
  prop("and, or and not are those of predicates", [filter, filter, anExport], ([a, b, self]) => {
    assert.strictEqual(holds(and(a, b), self), holds(a, self) && holds(b, self))
    assert.strictEqual(holds(or(a, b), self), holds(a, self) || holds(b, self))
    assert.strictEqual(holds(not(a), self), !holds(a, self))
    assert.isTrue(holds(everything, self) && !holds(nothing, self))
  }, often)
  law("and commutes", (a, b) => [and(a, b), and(b, a)])
  law("or commutes", (a, b) => [or(a, b), or(b, a)])
  law("and associates", (a, b, c) => [and(and(a, b), c), and(a, and(b, c))])
  law("or associates", (a, b, c) => [or(or(a, b), c), or(a, or(b, c))])
  law("and distributes over or", (a, b, c) => [and(a, or(b, c)), or(and(a, b), and(a, c))])
  law("or distributes over and", (a, b, c) => [or(a, and(b, c)), and(or(a, b), or(a, c))])
  law("or absorbs and", (a, b) => [or(a, and(a, b)), a])
  law("not and or obey De Morgan", (a, b) => [not(and(a, b)), or(not(a), not(b))])
  law("not undoes not", (a) => [not(not(a)), a])
  law("a filter or its negation matches everything", (a) => [or(a, not(a)), everything])
  law("a filter and its negation match nothing", (a) => [and(a, not(a)), nothing])
  law("everything and nothing are neutral", (a) => [and(a, everything), or(a, nothing)])
})

describe("simplify", () => {
  law("simplify keeps the matches", (a) => [ExportFilter.simplify(a), a])

  prop("simplify never makes a filter larger", [filter], ([a]) => {
    assert.isAtMost(size(ExportFilter.simplify(a)), size(a))
  }, often)

  it("simplify joins lists, and drops repetitions and contradictions", () => {
    const pending = ExportFilter.status("pending")
    const completed = ExportFilter.status("completed")
    const less: ReadonlyArray<readonly [ExportFilter.ExportFilter, ExportFilter.ExportFilter]> = [
      [or(pending, completed), ExportFilter.status("pending", "completed")],
      [and(ExportFilter.status("pending", "completed"), completed), completed],
      [and(pending, completed), nothing],
      [and(pending, everything), pending],
      [or(pending, everything), everything],
      [not(not(pending)), pending],
      [ExportFilter.id("a", "b", "a"), ExportFilter.id("a", "b")],
      [or(pending, not(pending)), everything],
      [and(ExportFilter.didNumber("1"), ExportFilter.voiceOutTrunkId("1")), nothing],
      [and(pending, or(pending, nothing)), pending]
    ]
    for (const [filter, expected] of less) assert.isTrue(Equal.equals(ExportFilter.simplify(filter), expected))
  })
})

describe("a filter as data", () => {
  const codec = ExportFilter.ExportFilter

  prop("a filter survives JSON", [filter], ([a]) => {
    const json: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(codec)(a)))
    const again = Schema.decodeUnknownSync(codec)(json)
    assert.isTrue(Equal.equals(again, a))
    assert.strictEqual(Hash.hash(again), Hash.hash(a))
    assert.strictEqual(ExportFilter.print(again), ExportFilter.print(a))
  }, often)

  prop("the schema's arbitrary makes filters", [arbitraryOf(codec)], ([a]) => {
    assert.isTrue(ExportFilter.isExportFilter(a))
    assert.isTrue(Equal.equals(Schema.decodeSync(codec)(Schema.encodeSync(codec)(a)), a))
  }, often)

  prop("filters that print alike match alike", [filter, filter, anExport], ([a, b, self]) => {
    if (ExportFilter.print(a) === ExportFilter.print(b)) assert.strictEqual(holds(a, self), holds(b, self))
    assert.strictEqual(ExportFilter.print(a) === ExportFilter.print(ExportFilter.not(a)), false)
  }, often)

  it("print reads like a sentence", () => {
    const filter = ExportFilter.status("completed", "processing").pipe(
      ExportFilter.and(ExportFilter.createdAt({ gte: DateTime.unsafeMake("2026-11-01T00:00:00Z") })),
      ExportFilter.and(ExportFilter.not(ExportFilter.didNumber("")))
    )
    assert.strictEqual(
      ExportFilter.print(filter),
      "status in (completed, processing) and created_at >= 2026-11-01T00:00:00Z and not did_number = \"\""
    )
    assert.strictEqual(
      ExportFilter.print(
        and(or(ExportFilter.id("a b"), ExportFilter.hasUrl), not(or(ExportFilter.id("and"), not(nothing))))
      ),
      "(id = \"a b\" or has url) and not (id = \"and\" or not nothing)"
    )
    assert.strictEqual(ExportFilter.print(everything), "everything")
  })

  it("a filter of more than 100 levels neither decodes nor encodes", () => {
    let deep: ExportFilter.ExportFilter = ExportFilter.hasUrl
    let json: ExportFilter.ExportFilterEncoded = { _tag: "HasUrl" }
    for (let depth = 0; depth < 5000; depth++) {
      deep = ExportFilter.not(deep)
      json = { _tag: "Not", filter: json }
    }
    assert.include(Either.getOrThrow(Either.flip(Schema.encodeEither(codec)(deep))).message, "at most 100 levels")
    assert.include(Either.getOrThrow(Either.flip(Schema.decodeEither(codec)(json))).message, "at most 100 levels")
  })

  it("the schema refuses nonsense", () => {
    for (
      const json of [null, {}, { _tag: "Id" }, { _tag: "Id", values: [] }, { _tag: "Status", values: ["archived"] }]
    ) {
      assert.isTrue(Either.isLeft(Schema.decodeUnknownEither(codec)(json)))
    }
  })
})

describe("planFilter of or and not", () => {
  const sent = (filter: ExportFilter.ExportFilter) =>
    Object.fromEntries(Protocol.planFilter(filter, "2026-11-19").parameters.map(({ name, value }) => [name, value]))

  it("or of one attribute sends a list", () => {
    assert.deepStrictEqual(sent(or(ExportFilter.id("a"), ExportFilter.id("b"))), { id: "a,b" })
    assert.deepStrictEqual(sent(or(ExportFilter.id("a"), ExportFilter.id("b,c"))), {})
  })

  it("or of several attributes sends what they have in common", () => {
    const filter = or(
      and(ExportFilter.id("a"), ExportFilter.createdAt({ gte: DateTime.unsafeMake(1000) })),
      and(ExportFilter.didNumber("1"), ExportFilter.createdAt({ gt: DateTime.unsafeMake(0) }))
    )
    assert.deepStrictEqual(sent(filter), { created_at_gteq: "1970-01-01T00:00:00.000Z" })
    assert.deepStrictEqual(sent(or(ExportFilter.didNumber("1"), ExportFilter.voiceOutTrunkId("1"))), {
      export_type: "cdr_in,cdr_out"
    })
  })

  it("not sends nothing, and a branch that can never match does not count", () => {
    assert.deepStrictEqual(sent(not(ExportFilter.id("a"))), {})
    assert.deepStrictEqual(sent(or(nothing, ExportFilter.id("a"))), { id: "a" })
    assert.isTrue(
      Protocol.planFilter(or(nothing, and(ExportFilter.id("a"), ExportFilter.id("b"))), "2022-05-10").contradictory
    )
  })
})
