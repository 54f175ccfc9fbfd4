/**
 * Rows as text. A table for people, as wide as its terminal; tab-separated lines, the first column first, for a shell;
 * and the whole data as JSON, a line each or one array, or as CSV.
 */
import * as Option from "effect/Option"
import { fit, pad, plain, width } from "./internal/text.js"

export const formats = ["table", "tsv", "ndjson", "json", "csv"] as const

export type Format = typeof formats[number]

/** A column for people. */
export interface Column<A> {
  readonly title: string
  /** An ANSI colour. */
  readonly colour?: ((row: A) => number | undefined) | undefined
  /** Whether it may be cut before another is left out. */
  readonly isElastic?: boolean | undefined
}

export interface Shape<A> {
  /** The most important first: where they do not all fit, the last are left out. */
  readonly columns: ReadonlyArray<Column<A>>
  /** What stands in the columns. */
  readonly texts: (row: A) => ReadonlyArray<string>
  /** What stands in a tab-separated line, the id first. */
  readonly line: (row: A) => ReadonlyArray<string>
  /** As data: names, and what each row has by them. */
  readonly names: ReadonlyArray<string>
  /** `null` is written as nothing, the empty string as `""`. */
  readonly cells: (row: A) => ReadonlyArray<string | null>
  readonly json: (row: A) => unknown
}

/** Takes the rows as they come, many at a time. */
export interface Writer<A> {
  readonly rows: (rows: ReadonlyArray<A>) => string
  readonly end: () => string
}

export interface Options<A> {
  /** By the first row, if there is one. */
  readonly shape: (first: Option.Option<A>) => Shape<A>
  readonly format: Format
  /** Of a table. */
  readonly columns: number
  readonly hasColour: boolean
}

export const writer = <A>({ columns, format, hasColour, shape: shapeOf }: Options<A>): Writer<A> => {
  let shape: Shape<A> | undefined
  let line: (row: A) => string = () => ""
  const begin = (rows: ReadonlyArray<A>): string => {
    shape = shapeOf(Option.fromIterable(rows))
    switch (format) {
      case "table": {
        const table = layout(shape, rows, columns, hasColour)
        line = table.line
        return table.header
      }
      case "tsv": {
        const cells = shape.line
        line = (row) => `${cells(row).map(plain).join("\t")}\n`
        return ""
      }
      case "ndjson": {
        const { json } = shape
        line = (row) => `${JSON.stringify(json(row))}\n`
        return ""
      }
      case "json": {
        const { json } = shape
        let separator = "\n"
        line = (row) => {
          const text = `${separator}${JSON.stringify(json(row))}`
          separator = ",\n"
          return text
        }
        return "["
      }
      case "csv": {
        const { cells } = shape
        line = (row) => record(cells(row))
        return record(shape.names)
      }
    }
  }
  return {
    rows: (rows) => {
      if (rows.length === 0) return ""
      const header = shape === undefined ? begin(rows) : ""
      return `${header}${rows.map(line).join("")}`
    },
    end: () => {
      // a table of nothing has no header, data of nothing has
      const header = shape === undefined && format !== "table" ? begin([]) : ""
      return `${header}${format === "json" ? header === "" ? "\n]\n" : "]\n" : ""}`
    }
  }
}

/** A line of CSV by RFC 4180. */
const record = (cells: ReadonlyArray<string | null>): string => `${cells.map(quoted).join(",")}\n`

const quoted = (cell: string | null): string =>
  cell === null ? "" : cell === "" || /[",\r\n]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell

const gap = 2

/** What an elastic column keeps at the least. */
const least = 12

const layout = <A>(shape: Shape<A>, rows: ReadonlyArray<A>, columns: number, hasColour: boolean) => {
  const widths = shape.columns.map(({ title }) => width(title))
  for (const row of rows) {
    shape.texts(row).forEach((text, index) => {
      widths[index] = Math.max(widths[index] ?? 0, width(plain(text)))
    })
  }
  const wanted = shape.columns.map((column, index) => ({ ...column, width: widths[index] ?? 0 }))
  const needed = (column: typeof wanted[number]): number =>
    column.isElastic === true ? Math.min(column.width, least) : column.width
  let room = columns + gap
  const shown = wanted.filter((column, index) => {
    room = room - needed(column) - gap
    return index === 0 || room >= 0
  })
  let spare = Math.max(columns + gap - shown.reduce((sum, column) => sum + needed(column) + gap, 0), 0)
  const sized = shown.map((column) => {
    const more = Math.min(column.width - needed(column), spare)
    spare = spare - more
    return { ...column, width: needed(column) + more }
  })
  const paint = (text: string, codes: readonly [on: number, off: number] | undefined): string =>
    hasColour && codes !== undefined ? `\u001b[${codes[0]}m${text}\u001b[${codes[1]}m` : text
  const join = (cells: ReadonlyArray<string>): string => `${cells.join(" ".repeat(gap)).trimEnd()}\n`
  const last = sized.length - 1
  const sizedCell = (text: string, index: number, columns: number): string =>
    index === last ? fit(text, columns) : pad(text, columns)
  return {
    header: join(sized.map(({ title, width }, index) => paint(sizedCell(title, index, width), [1, 22]))),
    line: (row: A): string => {
      const texts = shape.texts(row)
      return join(sized.map(({ colour, width }, index) => {
        const code = colour?.(row)
        const text = sizedCell(plain(texts[index] ?? ""), index, width)
        return paint(text, code === undefined ? undefined : [code, 39])
      }))
    }
  }
}

/** One row for people: a line for each column that it has something in. */
export const card = <A>(shape: Shape<A>, row: A, hasColour: boolean): string => {
  const titles = shape.columns.reduce((most, { title }) => Math.max(most, width(title)), 0)
  const texts = shape.texts(row)
  return shape.columns.flatMap(({ title }, index) => {
    const text = plain(texts[index] ?? "")
    if (text === "") return []
    const name = pad(title, titles)
    return [`${hasColour ? `\u001b[1m${name}\u001b[22m` : name}  ${text}\n`]
  }).join("")
}
