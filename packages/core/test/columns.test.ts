import { CallRecord, Protocol } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, DateTime, Duration, Option, Schema } from "effect"
import { layouts } from "../src/internal/columns.js"

// a cell of each kind, its value, and its JSON
const samples = {
  text: { cell: "0972", value: "0972", json: "0972" },
  integer: { cell: "2000", value: 2000, json: 2000 },
  seconds: { cell: "61", value: Duration.seconds(61), json: 61 },
  money: { cell: "12.0030", value: BigDecimal.make(120030n, 4), json: "12.0030" },
  time: {
    cell: "2026-04-16 08:00:00",
    value: DateTime.unsafeMake("2026-04-16T08:00:00Z"),
    json: "2026-04-16T08:00:00.000Z"
  }
}

const encodeSchema = Schema.encodeSync(CallRecord.Row)
const isRow = Schema.is(Schema.typeSchema(CallRecord.Row))

for (const tag of ["CdrInRecord", "CdrOutRecord"] as const) {
  describe(`the columns of ${tag}`, () => {
    const columns = Protocol.columns[tag]
    const csv = [columns.map(({ name }) => name), columns.map(({ kind }) => samples[kind].cell)]
      .map((cells) => `${cells.join(",")}\n`).join("")
    const row = CallRecord.decode(csv)[0] ?? assert.fail("no row")

    it("are fields of the schema, in order", () => {
      assert.deepStrictEqual(
        columns.map(({ key }) => key),
        Object.keys(CallRecord[tag].fields).filter((key) => key !== "_tag" && key !== "extra")
      )
    })

    it("have names that differ, the marks of the layout among them", () => {
      const names = columns.map(({ name }) => name)
      assert.strictEqual(new Set(names).size, names.length)
      assert.includeMembers(names, layouts[tag].marks)
    })

    for (const { key, kind, name } of columns) {
      it(`${name} decodes to ${key}, and encodes`, () => {
        assert.strictEqual(row._tag, tag)
        const values = new Map(Object.entries<unknown>(row))
        const json = new Map(Object.entries<unknown>(CallRecord.encode(row)))
        assert.deepStrictEqual(values.get(key), Option.some(samples[kind].value))
        assert.deepStrictEqual(json.get(key), samples[kind].json)
      })
    }

    it("make a plain object of the schema's type, with all fields and nothing else", () => {
      assert.isTrue(isRow(row))
      assert.strictEqual(Object.getPrototypeOf(row), Object.prototype)
      assert.sameMembers(Object.keys(row), ["_tag", "extra", ...columns.map(({ key }) => key)])
      assert.deepStrictEqual(CallRecord.encode(row), encodeSchema(row))
    })
  })
}

describe("durations in JSON", () => {
  const decode = Schema.decodeUnknownOption(CallRecord.CdrOutRecord)
  const withDuration = (callDuration: unknown) => decode({ _tag: "CdrOutRecord", callDuration, extra: {} })

  for (const callDuration of [-1, Infinity, NaN, "60"]) {
    it(`the schema refuses a duration of ${callDuration} seconds`, () => {
      assert.isTrue(Option.isNone(withDuration(callDuration)))
    })
  }

  it("the schema refuses to encode an infinite duration", () => {
    const record = Option.getOrThrow(withDuration(1.5))
    assert.isTrue(
      Option.isNone(
        Schema.encodeOption(CallRecord.CdrOutRecord)({
          ...record,
          callDuration: Option.some(Duration.infinity)
        })
      )
    )
  })
})
