/** Shows an export as a row. */
import type { Export, ExportQuery } from "@effect-didww/core"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import { fields } from "./ExportAttributes.js"
import { type Style, toJson } from "./internal/text.js"
import { type Column, pick, type Shape } from "./Rows.js"

/** An export, or the attributes of it that the query selects. */
export type ExportRow = ExportQuery.Selected<ReadonlyArray<ExportQuery.Field>>

/** The id or an attribute. */
export type Name = "id" | ExportQuery.Field

/** The names of the columns, in the order of every format. */
export const names: ReadonlyArray<Name> = ["id", ...fields]

const colors: Readonly<Record<Export.ExportStatus, Style>> = {
  completed: "green",
  processing: "yellow",
  pending: "cyan",
  unknown: "red"
}

const withoutMillis = (time: string): string => time.replace(/\.\d+Z$/, "Z")

/** The type as DIDWW calls it. */
const type = (row: ExportRow): string | undefined =>
  row.exportType === "unknown" && "rawType" in row ? row.rawType : row.exportType

/** The period of an export and its other filters, for people. */
const filtersOf = ({ exportType, filters }: ExportRow): string => {
  if (exportType === "unknown" || filters == null) return toJson(filters ?? null)
  const { day, from, month, to, year, ...others } = filters
  const period = DateTime.isDateTime(from) && DateTime.isDateTime(to)
    ? [from, to].map((end) => withoutMillis(DateTime.formatIso(end)).replace("T00:00:00Z", "")).join("/")
    : [year, month, day].filter((part) => part != null).map((part) => String(part).padStart(2, "0")).join("-")
  const rest = Object.entries(others).flatMap(([name, value]) => value == null ? [] : [`${name}=${String(value)}`])
  return [period, ...rest].join(" ")
}

/** The value of a column as data. */
const data = (row: ExportRow, name: Name): string | null => {
  const value = name === "exportType" ? type(row) : row[name]
  return value == null
    ? null
    : DateTime.isDateTime(value)
    ? DateTime.formatIso(value)
    : typeof value === "string"
    ? value
    : toJson(value)
}

/** How a table shows some columns otherwise than the rest. The most important ones have a rank. */
const special: { readonly [Key in Name]?: Omit<Column<ExportRow>, "name"> } = {
  id: { rank: 1, isElastic: false },
  exportType: { title: "TYPE", rank: 2, isElastic: false },
  status: {
    rank: 3,
    isElastic: false,
    color: (row) => row.status === undefined ? undefined : colors[row.status]
  },
  createdAt: { kind: "time", title: "CREATED", rank: 4, isElastic: false, shown: withoutMillis },
  externalReferenceId: { title: "REFERENCE", rank: 6 },
  callbackUrl: { title: "CALLBACK" },
  callbackMethod: { title: "METHOD" },
  filters: { title: "PERIOD AND FILTERS", rank: 5, shown: (_, row) => filtersOf(row) }
}

const json = (row: ExportRow): Readonly<Record<string, unknown>> => {
  const { exportType, id, ...others } = row
  const known = Object.entries(others).filter(([name]) => name !== "wire" && name !== "rawType")
  return { id, ...(exportType !== undefined && { exportType: type(row) }), ...Object.fromEntries(known) }
}

const all: Shape<ExportRow> = {
  columns: names.map((name) => ({ name, isElastic: true, ...special[name] })),
  cells: (row) => names.map((name) => data(row, name)),
  json
}

/** Shows these columns in this order. Default: all. */
export const shape = (selected: Option.Option<ReadonlyArray<Name>>): Shape<ExportRow> =>
  Option.match(selected, { onNone: () => all, onSome: (names) => pick(all, names) })
