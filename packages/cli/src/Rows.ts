/**
 * Writes rows as text: a table for people, as wide as their terminal; tab-separated lines for a shell; all data as CSV or as
 * JSON, one value a line or one array. The columns have the same order in each.
 */
import * as Option from "effect/Option"
import type { TextFormat } from "./Format.js"
import { fit, pad, padStart, plain, type Style, styled, titleOf, toJson, width } from "./internal/text.js"

/** What a column holds. Parquet stores each kind in a type of its own. */
export type Kind = "text" | "integer" | "number" | "money" | "time"

/** A column of rows. */
export interface Column<in A> {
  /** In data. */
  readonly name: string
  /** Default: text. */
  readonly kind?: Kind | undefined
  /** In a table. Default: made of the name. */
  readonly title?: string | undefined
  /** A narrow terminal leaves out the columns of the highest rank. Default: the last ones. */
  readonly rank?: number | undefined
  /** Whether the column is cut before another one is left out. */
  readonly isElastic?: boolean | undefined
  readonly color?: ((row: A) => Style | undefined) | undefined
  /** The text in a table, made of the cell. Default: the cell. */
  readonly shown?: ((cell: string, row: A) => string) | undefined
}

/** Whether a table aligns the cells at their ends. */
const isNumber = ({ kind }: Column<never>): boolean => kind === "integer" || kind === "number" || kind === "money"

/** How rows are written. */
export interface Shape<A> {
  readonly columns: ReadonlyArray<Column<A>>
  /** The value of each column. CSV writes `null` as an empty field and the empty string as `""`. */
  readonly cells: (row: A) => ReadonlyArray<string | null>
  readonly json: (row: A) => Readonly<Record<string, unknown>>
  /** The JSON on one line. Default: all of `json`. */
  readonly line?: ((row: A) => string) | undefined
}

/** Keeps only these columns, in this order. Leaves out a name without a column. */
export const pick = <A>(shape: Shape<A>, names: ReadonlyArray<string>): Shape<A> => {
  const kept = names.flatMap((name) => {
    const index = shape.columns.findIndex((column) => column.name === name)
    const column = shape.columns[index]
    return column === undefined ? [] : [{ column, index }]
  })
  return {
    columns: kept.map(({ column }, rank) => ({ ...column, rank })),
    cells: (row) => {
      const cells = shape.cells(row)
      return kept.map(({ index }) => cells[index] ?? null)
    },
    json: (row) => {
      const json = shape.json(row)
      return Object.fromEntries(kept.map(({ column: { name } }) => [name, json[name] ?? null]))
    }
  }
}

/** Writes rows as they arrive, many at a time. */
export interface Writer<A> {
  readonly rows: (rows: ReadonlyArray<A>) => string | Uint8Array
  readonly end: () => string | Uint8Array
}

export interface Options<A> {
  /** Makes the shape from the first row, if there is one. */
  readonly shape: (first: Option.Option<A>) => Shape<A>
  readonly format: TextFormat
  /** Whether tab-separated lines begin with the names of the columns. */
  readonly hasHeader: boolean
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

/** The title of a column. It is plain: the name can be that of a column in an archive. */
const titled = <A>({ name, title }: Column<A>): string => title ?? plain(titleOf(name))

/** The texts of a table. */
const textsOf = <A>({ cells, columns }: Shape<A>) => (row: A): ReadonlyArray<string> =>
  cells(row).map((cell, index) => {
    const text = cell ?? ""
    return plain(text === "" ? "" : columns[index]?.shown?.(text, row) ?? text)
  })

const textOf = <A>(
  { columns, format, hasColor, hasHeader, isTerminal, shape: shapeOf }: Options<A>,
  rows: ReadonlyArray<A>
): Text<A> => {
  const shape = shapeOf(Option.fromIterable(rows))
  const names = shape.columns.map(({ name }) => name)
  const json = shape.line ?? ((row: A) => toJson(shape.json(row)))
  switch (format) {
    case "table":
      return lines(table(shape, rows, columns, hasColor))
    case "tsv": {
      const line = (cells: ReadonlyArray<string | null>): string =>
        `${cells.map((cell) => plain(cell ?? "")).join("\t")}\n`
      return lines({ header: hasHeader ? line(names) : "", line: (row) => line(shape.cells(row)) })
    }
    case "ndjson":
      return lines({ header: "", line: (row) => `${json(row)}\n` })
    case "json":
      return {
        header: "[\n",
        line: json,
        separator: ",\n",
        footer: "\n]\n",
        empty: "[]\n"
      }
    case "csv": {
      const shown = (cell: string | null): string | null => cell === null || !isTerminal ? cell : plain(cell)
      const record = (cells: ReadonlyArray<string | null>): string =>
        `${cells.map((cell) => quoted(shown(cell))).join(",")}\n`
      return lines({ header: record(names), line: (row) => record(shape.cells(row)) })
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

interface SizedColumn<A> {
  readonly column: Column<A>
  readonly title: string
  /** The place of the column's cell. */
  readonly index: number
  readonly width: number
}

/** Chooses the columns that fit, the important ones first, and their widths. */
const sized = <A>(
  { columns: all }: Shape<A>,
  texts: ReadonlyArray<ReadonlyArray<string>>,
  columns: number
): ReadonlyArray<SizedColumn<A>> => {
  const wanted = all.map((column, index): SizedColumn<A> => {
    const title = titled(column)
    const widest = texts.reduce((most, cells) => Math.max(most, width(cells[index] ?? "")), width(title))
    return { column, title, index, width: widest }
  })
  const rank = ({ column, index }: SizedColumn<A>): number => column.rank ?? all.length + index
  const needed = ({ column, width }: SizedColumn<A>): number =>
    column.isElastic === true ? Math.min(width, least) : width
  let room = columns + gap
  const fitting = wanted.toSorted((one, other) => rank(one) - rank(other)).filter((column, place) => {
    const taken = needed(column) + gap
    const fits = place === 0 || taken <= room
    // a column that does not fit also hides those that matter less
    room = fits ? room - taken : 0
    return fits
  })
  let spare = Math.max(columns + gap - fitting.reduce((sum, column) => sum + needed(column) + gap, 0), 0)
  return fitting.map((column) => {
    const more = Math.min(column.width - needed(column), spare)
    spare = spare - more
    return { ...column, width: needed(column) + more }
  }).toSorted((one, other) => one.index - other.index)
}

const table = <A>(shape: Shape<A>, rows: ReadonlyArray<A>, columns: number, hasColor: boolean) => {
  const texts = textsOf(shape)
  const shown = sized(shape, rows.map(texts), columns)
  const paint = (text: string, style: Style | undefined): string =>
    hasColor && style !== undefined ? styled(text, style) : text
  const join = (cells: ReadonlyArray<string>): string => `${cells.join(" ".repeat(gap)).trimEnd()}\n`
  const cell = (text: string, place: number, { column, width }: SizedColumn<A>): string =>
    isNumber(column)
      ? padStart(text, width)
      : place === shown.length - 1
      ? fit(text, width)
      : pad(text, width)
  return {
    header: join(shown.map((column, place) => paint(cell(column.title, place, column), "bold"))),
    line: (row: A): string => {
      const cells = texts(row)
      return join(
        shown.map((column, place) => paint(cell(cells[column.index] ?? "", place, column), column.column.color?.(row)))
      )
    }
  }
}

/** Writes one row for people, a line for each column that has a value. */
export const card = <A>(shape: Shape<A>, row: A, hasColor: boolean): string => {
  const titles = shape.columns.map(titled)
  const widest = titles.reduce((most, title) => Math.max(most, width(title)), 0)
  const texts = textsOf(shape)(row)
  return titles.flatMap((title, index) => {
    const text = texts[index] ?? ""
    if (text === "") return []
    const name = pad(title, widest)
    return [`${hasColor ? styled(name, "bold") : name}  ${text}\n`]
  }).join("")
}
