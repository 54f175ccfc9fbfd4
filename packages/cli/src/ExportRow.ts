/** Shows an export as a row. */
import type { Export, ExportQuery } from "@effect-didww/core"
import * as DateTime from "effect/DateTime"
import { fields } from "./ExportAttributes.js"
import { type Style, titleOf, toJson } from "./internal/text.js"
import type { Column, Shape } from "./Rows.js"

/** An export, or the attributes of it that the query selects. */
export type ExportRow = ExportQuery.Selected<ReadonlyArray<ExportQuery.Field>>

const colors: Readonly<Record<Export.ExportStatus, Style>> = {
  completed: "green",
  processing: "yellow",
  pending: "cyan",
  unknown: "red"
}

const withoutMillis = (time: DateTime.DateTime): string => DateTime.formatIso(time).replace(/\.\d+Z$/, "Z")

/** The type as DIDWW calls it. */
const type = (row: ExportRow): string | undefined =>
  row.exportType === "unknown" && "rawType" in row ? row.rawType : row.exportType

const period = ({ exportType, filters }: ExportRow): string => {
  if (exportType === "unknown" || filters == null) return ""
  const { day, from, month, to, year } = filters
  return DateTime.isDateTime(from) && DateTime.isDateTime(to)
    ? [from, to].map((end) => withoutMillis(end).replace("T00:00:00Z", "")).join("/")
    : [year, month, day].filter((part) => part != null).map((part) => String(part).padStart(2, "0")).join("-")
}

/** The value of an attribute as data. */
const data = (row: ExportRow, field: ExportQuery.Field): string | null => {
  const value = field === "exportType" ? type(row) : row[field]
  return value == null
    ? null
    : DateTime.isDateTime(value)
    ? DateTime.formatIso(value)
    : typeof value === "string"
    ? value
    : toJson(value)
}

interface Cell extends Column<ExportRow> {
  readonly text: (row: ExportRow) => string
}

const id: Cell = { title: "ID", text: (row) => row.id }

/** How some attributes are shown otherwise than the rest. */
const special: { readonly [Key in ExportQuery.Field]?: Partial<Cell> } = {
  exportType: { title: "TYPE", isElastic: false },
  status: { isElastic: false, color: (row) => row.status === undefined ? undefined : colors[row.status] },
  createdAt: {
    title: "CREATED",
    isElastic: false,
    text: (row) => row.createdAt == null ? "" : withoutMillis(row.createdAt)
  },
  externalReferenceId: { title: "REFERENCE" },
  callbackUrl: { title: "CALLBACK" },
  callbackMethod: { title: "METHOD" }
}

const cellOf = (field: ExportQuery.Field): Cell => ({
  title: titleOf(field),
  text: (row) => data(row, field) ?? "",
  isElastic: true,
  ...special[field]
})

/** The attributes that tell one export from another. */
const summarized: ReadonlyArray<ExportQuery.Field> = ["exportType", "status", "createdAt", "externalReferenceId"]

const summary: ReadonlyArray<Cell> = [
  id,
  cellOf("exportType"),
  cellOf("status"),
  cellOf("createdAt"),
  { title: "PERIOD", text: period },
  cellOf("externalReferenceId")
]

const json = (row: ExportRow): unknown => {
  const { exportType, id, ...others } = row
  const known = Object.entries(others).filter(([name]) => name !== "wire" && name !== "rawType")
  return { id, ...(exportType !== undefined && { exportType: type(row) }), ...Object.fromEntries(known) }
}

const textsOf = (cells: ReadonlyArray<Cell>) => (row: ExportRow): ReadonlyArray<string> =>
  cells.map(({ text }) => text(row))

const shapeOf = (
  columns: ReadonlyArray<Cell>,
  line: ReadonlyArray<Cell>,
  names: ReadonlyArray<ExportQuery.Field>
): Shape<ExportRow> => ({
  columns,
  texts: textsOf(columns),
  line: textsOf(line),
  names: ["id", ...names],
  cells: (row) => [row.id, ...names.map((name) => data(row, name))],
  json
})

/** Shows the selected attributes. Default: a table has a summary, and data has all attributes. */
export const shape = (selected?: ReadonlyArray<ExportQuery.Field>): Shape<ExportRow> => {
  if (selected === undefined) return shapeOf(summary, summary, fields)
  const cells = [id, ...selected.map(cellOf)]
  return shapeOf(cells, cells, selected)
}

/** Shows all attributes of one export. */
export const details: Shape<ExportRow> = shapeOf(
  [...summary, ...fields.filter((field) => !summarized.includes(field)).map(cellOf)],
  summary,
  fields
)
