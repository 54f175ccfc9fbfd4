import { assert, describe, it } from "@effect/vitest"
import { bytes, clock, fit, listed, pad, plain, titleOf, width } from "../src/internal/text.js"
import { FastCheck, prop } from "./property.js"

const anyText = FastCheck.string({ unit: "grapheme" })

describe("text", () => {
  it("width counts the columns of a terminal", () => {
    const columns = [["abc", 3], ["電話", 4], ["José", 4], ["Jose\u0301", 4], ["👩‍👩‍👧", 2], ["ﾊﾟ", 2], ["", 0]] as const
    for (const [text, expected] of columns) assert.strictEqual(width(text), expected, text)
  })

  prop(
    "pad makes a text exactly so wide",
    FastCheck.tuple(anyText, FastCheck.integer({ min: 2, max: 40 })),
    ([text, columns]) => {
      assert.strictEqual(width(pad(plain(text), columns)), columns)
    }
  )

  prop("fit cuts only a text that is too wide", FastCheck.tuple(anyText, FastCheck.nat(40)), ([text, columns]) => {
    const shown = plain(text)
    const fitted = fit(shown, columns)
    assert.isAtMost(width(fitted), columns)
    assert.strictEqual(fitted === shown, width(shown) <= columns)
  })

  it("plain leaves no terminal command and no line break in a value", () => {
    assert.strictEqual(plain("tab\there\n\u001b[31mred\u202e"), "tab here [31mred ")
  })

  it("bytes and clock write sizes and times as a person says them", () => {
    assert.deepStrictEqual([0, 999, 1400, 2_000_000].map(bytes), ["0 B", "999 B", "1.4 kB", "2.0 MB"])
    assert.deepStrictEqual([0, 65_000, 7_384_000].map(clock), ["0:00", "1:05", "2:03:04"])
  })

  it("listed and titleOf write names for a person", () => {
    assert.deepStrictEqual([listed([], "or"), listed(["a"], "or"), listed(["a", "b", "c"], "and")], [
      "",
      "a",
      "a, b and c"
    ])
    assert.deepStrictEqual(["callId", "url", "Remark, if any"].map(titleOf), ["CALL ID", "URL", "Remark, if any"])
  })
})
