/**
 * Writes rows as text: a table for people, as wide as their terminal; tab-separated lines for a shell, the id first; all
 * data as JSON, as one value a line or as one array, or as CSV.
 */
import * as Option from "effect/Option"
import { fit, pad, plain, type Style, styled, toJson, width } from "./internal/text.js"

export const formats = ["table", "tsv", "ndjson", "json", "csv"] as const

export type Format = typeof formats[number]

/** A column of a table. */
export interface Column<A> {
  readonly title: string
  readonly color?: ((row: A) => Style | undefined) | undefined
  /** Whether the column is cut before another one is left out. */
  readonly isElastic?: boolean | undefined
}

/** How rows are written in each format. */
export interface Shape<A> {
  /** The most important column comes first. A narrow terminal leaves out the last ones. */
  readonly columns: ReadonlyArray<Column<A>>
  /** The texts of the columns. */
  readonly texts: (row: A) => ReadonlyArray<string>
  /** The texts of a tab-separated line, the id first. */
  readonly line: (row: A) => ReadonlyArray<string>
  /** The names of the CSV's columns. */
  readonly names: ReadonlyArray<string>
  /** The values of the CSV's columns. CSV writes `null` as an empty field and the empty string as `""`. */
  readonly cells: (row: A) => ReadonlyArray<string | null>
  readonly json: (row: A) => unknown
}

/** Writes rows as they arrive, many at a time. */
export interface Writer<A> {
  readonly rows: (rows: ReadonlyArray<A>) => string
  readonly end: () => string
}

export interface Options<A> {
  /** Makes the shape from the first row, if there is one. */
  readonly shape: (first: Option.Option<A>) => Shape<A>
  readonly format: Format
  /** Whether the rows go to a terminal, which shows the cells of CSV plain. */
  readonly isTerminal: boolean
  /** The width of a table. */
  readonly columns: number
  readonly hasColor: boolean
}

/** Makes a writer. The first rows decide the widths of a table. */
export const writer = <A>(options: Options<A>): Writer<A> => {
  let text: Text<A> | undefined
  return {
    rows: (rows) => {
      if (rows.length === 0) return ""
      const isFirst = text === undefined
      const { header, line, separator } = text ??= textOf(options, rows)
      return `${isFirst ? header : separator}${rows.map(line).join(separator)}`
    },
    end: () => {
      if (text !== undefined) return text.footer
      // an empty table has no header, but empty data has one
      return options.format === "table" ? "" : textOf(options, []).empty
    }
  }
}

/** What a format writes. */
interface Text<A> {
  readonly header: string
  readonly line: (row: A) => string
  /** Stands between two lines. */
  readonly separator: string
  readonly footer: string
  /** Stands for no rows at all. */
  readonly empty: string
}

/** Makes the titles plain: a title can be a column's name in an archive. */
const titled = <A>(shape: Shape<A>): Shape<A> => ({
  ...shape,
  columns: shape.columns.map((column) => ({ ...column, title: plain(column.title) }))
})

const textOf = <A>(
  { columns, format, hasColor, isTerminal, shape: shapeOf }: Options<A>,
  rows: ReadonlyArray<A>
): Text<A> => {
  const shape = shapeOf(Option.fromIterable(rows))
  switch (format) {
    case "table":
      return lines(table(titled(shape), rows, columns, hasColor))
    case "tsv":
      return lines({ header: "", line: (row) => `${shape.line(row).map(plain).join("\t")}\n` })
    case "ndjson":
      return lines({ header: "", line: (row) => `${toJson(shape.json(row))}\n` })
    case "json":
      return {
        header: "[\n",
        line: (row) => toJson(shape.json(row)),
        separator: ",\n",
        footer: "\n]\n",
        empty: "[]\n"
      }
    case "csv": {
      const shown = (cell: string | null): string | null => cell === null || !isTerminal ? cell : plain(cell)
      const record = (cells: ReadonlyArray<string | null>): string =>
        `${cells.map((cell) => quoted(shown(cell))).join(",")}\n`
      return lines({ header: record(shape.names), line: (row) => record(shape.cells(row)) })
    }
  }
}

const lines = <A>({ header, line }: Pick<Text<A>, "header" | "line">): Text<A> => ({
  header,
  line,
  separator: "",
  footer: "",
  empty: header
})

/** Writes a cell of CSV (RFC 4180). */
const quoted = (cell: string | null): string =>
  cell === null ? "" : cell === "" || /[",\r\n]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell

const gap = 2

/** The least width of an elastic column that is cut. */
const least = 12

interface SizedColumn<A> extends Column<A> {
  readonly width: number
}

/** Chooses the columns that fit, and their widths. */
const sized = <A>(shape: Shape<A>, rows: ReadonlyArray<A>, columns: number): ReadonlyArray<SizedColumn<A>> => {
  const widths = shape.columns.map(({ title }) => width(title))
  for (const row of rows) {
    shape.texts(row).forEach((text, index) => {
      widths[index] = Math.max(widths[index] ?? 0, width(plain(text)))
    })
  }
  const wanted = shape.columns.map((column, index) => ({ ...column, width: widths[index] ?? 0 }))
  const needed = (column: SizedColumn<A>): number =>
    column.isElastic === true ? Math.min(column.width, least) : column.width
  let room = columns + gap
  const shown = wanted.filter((column, index) => {
    room = room - needed(column) - gap
    return index === 0 || room >= 0
  })
  let spare = Math.max(columns + gap - shown.reduce((sum, column) => sum + needed(column) + gap, 0), 0)
  return shown.map((column) => {
    const more = Math.min(column.width - needed(column), spare)
    spare = spare - more
    return { ...column, width: needed(column) + more }
  })
}

const table = <A>(shape: Shape<A>, rows: ReadonlyArray<A>, columns: number, hasColor: boolean) => {
  const shown = sized(shape, rows, columns)
  const paint = (text: string, style: Style | undefined): string =>
    hasColor && style !== undefined ? styled(text, style) : text
  const join = (cells: ReadonlyArray<string>): string => `${cells.join(" ".repeat(gap)).trimEnd()}\n`
  const cell = (text: string, index: number, columns: number): string =>
    index === shown.length - 1 ? fit(text, columns) : pad(text, columns)
  return {
    header: join(shown.map(({ title, width }, index) => paint(cell(title, index, width), "bold"))),
    line: (row: A): string => {
      const texts = shape.texts(row)
      return join(
        shown.map(({ color, width }, index) => paint(cell(plain(texts[index] ?? ""), index, width), color?.(row)))
      )
    }
  }
}

/** Writes one row for people, a line for each column that has a value. */
export const card = <A>(shape: Shape<A>, row: A, hasColor: boolean): string => {
  const titles = shape.columns.reduce((most, { title }) => Math.max(most, width(title)), 0)
  const texts = shape.texts(row)
  return shape.columns.flatMap(({ title }, index) => {
    const text = plain(texts[index] ?? "")
    if (text === "") return []
    const name = pad(title, titles)
    return [`${hasColor ? styled(name, "bold") : name}  ${text}\n`]
  }).join("")
}
