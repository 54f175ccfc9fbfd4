/** The tokens of a filter's text. */

export interface Token {
  /** The `value` of a `broken` token says what was expected in its place. */
  readonly kind: "word" | "string" | "sign" | "mark" | "broken" | "end"
  /** In UTF-16 units. */
  readonly at: number
  readonly end: number
  /** As written. */
  readonly text: string
  /** The meaning of the text, without quotes and escapes. */
  readonly value: string
}

const space = /\s*/y
const piece = /([(),])|([=!<>]+)|["']|[^\s(),=!<>"'][^\s(),=!<>]*/y
const stop = /["'\\]/g
const escape = /\\(?:u([0-9a-fA-F]{4})|(["'\\/bfnrt]))/y

const escapes: ReadonlyMap<string | undefined, string> = new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"]
])

/** The first token at or behind `from`. */
export const tokenAt = (text: string, from: number): Token => {
  space.lastIndex = from
  space.test(text)
  const at = space.lastIndex
  piece.lastIndex = at
  const match = piece.exec(text)
  if (match === null) return { kind: "end", at, end: at, text: "", value: "" }
  const [whole, mark, sign] = match
  if (whole === "\"" || whole === "'") return stringAt(text, at, whole)
  const kind = mark !== undefined ? "mark" : sign !== undefined ? "sign" : "word"
  return { kind, at, end: at + whole.length, text: whole, value: whole }
}

const stringAt = (text: string, at: number, mark: string): Token => {
  let value = ""
  let from = at + 1
  stop.lastIndex = from
  for (let match = stop.exec(text); match !== null; match = stop.exec(text)) {
    const [char] = match
    if (char !== "\\" && char !== mark) continue
    value += text.slice(from, match.index)
    from = match.index + 1
    if (char === mark) return { kind: "string", at, end: from, text: text.slice(at, from), value }
    escape.lastIndex = match.index
    const [whole, code, short] = escape.exec(text) ?? []
    if (whole === undefined) return broken(text, match.index, from + 1, escapesAre)
    value += code === undefined ? escapes.get(short) ?? short : String.fromCharCode(Number.parseInt(code, 16))
    from = stop.lastIndex = match.index + whole.length
  }
  return broken(text, at, text.length, `a string that ends with \`${mark}\``)
}

const escapesAre = "one of the escapes \\\" \\' \\\\ \\/ \\b \\f \\n \\r \\t \\u0000"

const broken = (text: string, at: number, end: number, value: string): Token => ({
  kind: "broken",
  at,
  end,
  text: text.slice(at, end),
  value
})
