import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { bytes, clock, fit, pad, plain, width } from "../src/internal/text.js"

const anyText = FastCheck.string({ unit: "grapheme" })

describe("text", () => {
  it("width is in columns of a terminal", () => {
    const columns = [["abc", 3], ["電話", 4], ["José", 4], ["Jose\u0301", 4], ["👩‍👩‍👧", 2], ["ﾊﾟ", 2], ["", 0]] as const
    for (const [text, expected] of columns) assert.strictEqual(width(text), expected, text)
  })

  it.prop("what is padded is exactly so wide", [anyText, FastCheck.integer({ min: 2, max: 40 })], ([text, columns]) => {
    assert.strictEqual(width(pad(plain(text), columns)), columns)
  })

  it.prop("what is fitted is no wider, and whole if it can be", [anyText, FastCheck.nat(40)], ([text, columns]) => {
    const shown = plain(text)
    const fitted = fit(shown, columns)
    assert.isAtMost(width(fitted), columns)
    assert.strictEqual(fitted === shown, width(shown) <= columns)
  })

  it("nothing of a value is a command of the terminal, or breaks the line", () => {
    assert.strictEqual(plain("tab\there\n\u001b[31mred\u202e"), "tab here [31mred ")
  })

  it("sizes and times as a person says them", () => {
    assert.deepStrictEqual([0, 999, 1400, 2_000_000].map(bytes), ["0 B", "999 B", "1.4 kB", "2.0 MB"])
    assert.deepStrictEqual([0, 65_000, 7_384_000].map(clock), ["0:00", "1:05", "2:03:04"])
  })
})
