import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import * as jsonFault from "../src/internal/jsonFault.js"
import { FastCheck, prop } from "./property.js"

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

/** JSON, and JSON with one part replaced. */
const texts = FastCheck.oneof(
  FastCheck.json(),
  FastCheck.tuple(
    FastCheck.tuple(FastCheck.json(), FastCheck.constantFrom(undefined, 2)).map(([json, space]) =>
      JSON.stringify(JSON.parse(json), null, space)
    ),
    FastCheck.nat(),
    FastCheck.nat(2),
    FastCheck.oneof(
      FastCheck.string({ maxLength: 2 }),
      FastCheck.constantFrom("{", "}", "[", "]", ",", ":", "\"", "\\", "0", "-", ".", "e", "tru", "null", " ", "\u00a0")
    )
  ).map(([text, at, length, part]) => {
    const index = at % (text.length + 1)
    return text.slice(0, index) + part + text.slice(index + length)
  })
)

describe("jsonFault", () => {
  prop("indexOf finds a fault exactly where JSON.parse fails", texts, (text) => {
    assert.strictEqual(jsonFault.indexOf(text) === undefined, Option.isSome(parse(text)), text)
  })

  it("placeOf counts lines and columns from 1", () => {
    const text = "{\n  \"a\": 1,\n}"
    assert.strictEqual(jsonFault.placeOf(text, jsonFault.indexOf(text) ?? 0), "line 3, column 1")
    assert.strictEqual(jsonFault.placeOf("x", 0), "line 1, column 1")
  })
})
