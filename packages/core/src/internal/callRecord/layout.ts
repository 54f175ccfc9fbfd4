/** The layout of a file: the header decides once which column each cell belongs to. */
import { type Kind, layouts, type Tag } from "../columns.js"

/** The position of each column of a layout, from 0, or `absent`. */
export type Indexes<T extends Tag> = { readonly [Key in keyof (typeof layouts)[T]["columns"]]: number }

export const absent = -1

interface Header {
  /** Each name once. */
  readonly names: ReadonlyArray<string>
  /** The columns that the records have no field for. */
  readonly others: ReadonlyArray<{ readonly name: string; readonly index: number }>
}

/** A column that is not wanted. Its cells are checked, so that the same rows are rejected as with all columns. */
export interface Checked {
  readonly kind: Exclude<Kind, "text">
  readonly index: number
}

type Known<T extends Tag> = Header & {
  readonly _tag: T
  readonly indexes: Indexes<T>
  readonly checked: ReadonlyArray<Checked>
}

export type Layout = Known<"CdrInRecord"> | Known<"CdrOutRecord"> | Header & { readonly _tag: "UnknownRecord" }

/** Controls but tabs and line ends, and the sign that stands for bytes that are no text. */
const noise = /(?![\t\n\r])[\p{Cc}\ufffd]/u

/** Says how a header shows that the file holds something else than records of the type. `undefined` if it does not. */
export const complaintAbout = (header: ReadonlyArray<string>, exportType: string | undefined): string | undefined => {
  if (header.some((name) => noise.test(name))) return "The header must be text, and is not."
  const expected = Object.values(layouts).find((layout) => layout.exportType === exportType)
  return expected === undefined || Object.values(expected.columns).some(({ name }) => header.includes(name))
    ? undefined
    : `The header must have a column of ${expected.exportType}, and has none.`
}

/** Columns that are not wanted are absent. An unknown layout has all its columns. Default: all columns are wanted. */
export const fromHeader = (header: ReadonlyArray<string>, wanted?: ReadonlySet<string>): Layout => {
  const names = distinct(header)
  const isCdrIn = layouts.CdrInRecord.marks.every((name) => names.includes(name))
  const isCdrOut = layouts.CdrOutRecord.marks.every((name) => names.includes(name))
  if (isCdrIn === isCdrOut) return { _tag: "UnknownRecord", names, others: others(names, {}) }
  return isCdrIn ? known("CdrInRecord", names, wanted) : known("CdrOutRecord", names, wanted)
}

const known = <T extends Tag>(tag: T, names: ReadonlyArray<string>, wanted?: ReadonlySet<string>): Known<T> => {
  const { columns } = layouts[tag]
  const isWanted = (key: string): boolean => wanted === undefined || wanted.has(key)
  const indexes = Object.entries(columns).map(([key, { name }]) => [key, isWanted(key) ? names.indexOf(name) : absent])
  const checked = Object.entries(columns).flatMap(([key, { kind, name }]): ReadonlyArray<Checked> =>
    isWanted(key) || kind === "text" || !names.includes(name) ? [] : [{ kind, index: names.indexOf(name) }]
  )
  return {
    _tag: tag,
    names,
    others: isWanted("extra") ? others(names, columns) : [],
    // `Object.fromEntries` forgets the keys
    indexes: Object.fromEntries(indexes) as Indexes<T>,
    checked
  }
}

const others = (
  names: ReadonlyArray<string>,
  columns: Readonly<Record<string, { readonly name: string }>>
): Header["others"] => {
  const known = new Set(Object.values(columns).map(({ name }) => name))
  return names.map((name, index) => ({ name, index })).filter(({ name }) => !known.has(name))
}

/** A name that an earlier column has gets ` #2`, ` #3` or the next free number. */
const distinct = (header: ReadonlyArray<string>): ReadonlyArray<string> => {
  const taken = new Set(header)
  const seen = new Set<string>()
  return header.map((name) => {
    if (!seen.has(name)) {
      seen.add(name)
      return name
    }
    let number = 2
    while (taken.has(`${name} #${number}`)) number++
    taken.add(`${name} #${number}`)
    return `${name} #${number}`
  })
}
