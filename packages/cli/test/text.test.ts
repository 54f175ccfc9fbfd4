import { assert, describe, it } from "@effect/vitest"
import {
  bytes,
  clock,
  fit,
  listed,
  pad,
  plain,
  plainLines,
  styled,
  titleOf,
  toJson,
  width
} from "../src/internal/text.js"
import { FastCheck, prop } from "./property.js"

/** Text with what a server may send to harm a terminal. */
const hostile = FastCheck.array(FastCheck.oneof(
  FastCheck.string({ unit: "binary" }),
  FastCheck.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  FastCheck.constantFrom(
    "\u001b]0;title\u0007",
    "\u001b[2J",
    "\u009b31m",
    "\u001b[31m",
    "\u202e",
    "\u2066",
    "\u200f",
    "\u061c",
    "\u2028",
    "\r\n",
    "\u007f",
    "\ud800"
  )
)).map((parts) => parts.join(""))

const isObeyed = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

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

  prop("plain leaves nothing that a terminal obeys", hostile, (text) => {
    assert.isFalse(isObeyed.test(plain(text)))
  })

  prop("plainLines leaves line feeds and tabs, and styles only for colors", hostile, (text) => {
    const painted = `${styled("a", "red")}\n${text}\t${styled("b", "bold")}`
    const shown = plainLines(painted, { hasColor: false })
    assert.isFalse(isObeyed.test(shown.replaceAll(/[\n\t]/g, "")))
    assert.strictEqual(shown.split(/[\n\t]/).length, painted.split(/[\n\t]/).length)
    const colored = plainLines(painted, { hasColor: true })
    assert.isTrue(colored.startsWith(styled("a", "red")))
    assert.isTrue(colored.endsWith(styled("b", "bold")))

    assert.isFalse(isObeyed.test(colored.replaceAll(/\u001b\[(?:1|22|3[1236]|39)m|[\n\t]/g, "")))
  })

  prop("toJson writes the same value as JSON does, and nothing that a terminal obeys", hostile, (text) => {
    const json = toJson({ [text]: [text] })
    assert.isFalse(isObeyed.test(json))
    assert.deepStrictEqual(JSON.parse(json), JSON.parse(JSON.stringify({ [text]: [text] })))
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
