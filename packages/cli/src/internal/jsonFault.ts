/** Finds where a text stops to be JSON. The message of `JSON.parse` quotes the text, which may hold a key. */

type Expected = "value" | "item or ]" | "name" | "name or }" | "colon" | "comma" | "end"

const space = /[\t\n\r ]*/y

const token =
  /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y

const matchAt = (pattern: RegExp, text: string, index: number): string | undefined => {
  pattern.lastIndex = index
  return pattern.exec(text)?.[0]
}

/** What can follow a token. `open` holds the brackets that are open, and changes. `undefined` if the token cannot stand here. */
const afterToken = (token: string, expected: Expected, open: Array<string>): Expected | undefined => {
  const closed = (): Expected => open.length === 0 ? "end" : "comma"
  const isInObject = open.at(-1) === "{"
  const isEnd = isInObject ? expected === "name or }" : expected === "item or ]"
  switch (token) {
    case "{":
    case "[":
      if (expected !== "value" && expected !== "item or ]") return undefined
      open.push(token)
      return token === "{" ? "name or }" : "item or ]"
    case "}":
    case "]":
      if (isInObject !== (token === "}") || !(isEnd || expected === "comma")) return undefined
      open.pop()
      return closed()
    case ":":
      return expected === "colon" ? "value" : undefined
    case ",":
      return expected !== "comma" ? undefined : isInObject ? "name" : "value"
    default:
      return expected === "value" || expected === "item or ]"
        ? closed()
        : token.startsWith("\"") && (expected === "name" || expected === "name or }")
        ? "colon"
        : undefined
  }
}

/** The index of the first token that cannot stand in its place. `undefined` if the text is JSON. */
export const indexOf = (text: string): number | undefined => {
  const open: Array<string> = []
  let expected: Expected = "value"
  let index = 0
  while (true) {
    index = index + (matchAt(space, text, index)?.length ?? 0)
    if (index === text.length) return expected === "end" ? undefined : index
    const found = matchAt(token, text, index)
    const next: Expected | undefined = found === undefined ? undefined : afterToken(found, expected, open)
    if (found === undefined || next === undefined) return index
    expected = next
    index = index + found.length
  }
}

/** The place of an index, as an editor shows it. */
export const placeOf = (text: string, index: number): string => {
  const lines = text.slice(0, index).split("\n")
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`
}
