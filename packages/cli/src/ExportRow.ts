/** An export as a row. */
import type { Export, ExportQuery } from "@effect-didww/core"
import * as DateTime from "effect/DateTime"
import type { Column, Shape } from "./Rows.js"

/** An export, or what of it was asked for. */
export type ExportRow = ExportQuery.Selected<ReadonlyArray<ExportQuery.Field>>

const colours: Readonly<Record<Export.ExportStatus, number>> = {
  completed: 32,
  processing: 33,
  pending: 36,
  unknown: 31
}

const time = (value: DateTime.Utc | null | undefined): string =>
  value == null ? "" : DateTime.formatIso(value).replace(/\.\d+Z$/, "Z")

/** As DIDWW calls it. */
const type = (row: ExportRow): string | undefined =>
  row.exportType === "unknown" && "rawType" in row ? row.rawType : row.exportType

const period = ({ exportType, filters }: ExportRow): string => {
  if (exportType === "unknown" || filters == null) return ""
  const { day, from, month, to, year } = filters
  return DateTime.isDateTime(from) && DateTime.isDateTime(to)
    ? [from, to].map((end) => DateTime.formatIso(end).replace(/\.\d+Z$/, "Z").replace("T00:00:00Z", "")).join("/")
    : [year, month, day].filter((part) => part != null).map((part) => String(part).padStart(2, "0")).join("-")
}

interface Cell extends Column<ExportRow> {
  readonly text: (row: ExportRow) => string
}

const status: Cell = {
  title: "STATUS",
  text: (row) => row.status ?? "",
  colour: (row) => row.status === undefined ? undefined : colours[row.status]
}

const id: Cell = { title: "ID", text: (row) => row.id }

/** What a list shows. */
const summary: ReadonlyArray<Cell> = [
  id,
  { title: "TYPE", text: (row) => type(row) ?? "" },
  status,
  { title: "CREATED", text: (row) => time(row.createdAt) },
  { title: "PERIOD", text: period },
  { title: "REFERENCE", text: (row) => row.externalReferenceId ?? "", isElastic: true }
]

export const fields: ReadonlyArray<ExportQuery.Field> = [
  "exportType",
  "status",
  "createdAt",
  "externalReferenceId",
  "url",
  "callbackUrl",
  "callbackMethod",
  "filters"
]

const field = (name: ExportQuery.Field): Cell => {
  switch (name) {
    case "status":
      return status
    case "createdAt":
      return { title: "CREATED", text: (row) => time(row.createdAt) }
    default:
      return { title: titles[name], text: (row) => data(row, name) ?? "", isElastic: true }
  }
}

const titles = {
  exportType: "TYPE",
  externalReferenceId: "REFERENCE",
  url: "URL",
  callbackUrl: "CALLBACK",
  callbackMethod: "METHOD",
  filters: "FILTERS"
}

const data = (row: ExportRow, name: ExportQuery.Field): string | null => {
  switch (name) {
    case "exportType":
      return type(row) ?? null
    case "createdAt":
      return row.createdAt == null ? null : DateTime.formatIso(row.createdAt)
    case "filters":
      return row.filters == null ? null : JSON.stringify(row.filters)
    default:
      return row[name] ?? null
  }
}

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

/** The fields asked for; by default those that tell one export from another, and as data all of them. */
export const shape = (selected?: ReadonlyArray<ExportQuery.Field>): Shape<ExportRow> => {
  if (selected === undefined) return shapeOf(summary, summary, fields)
  const cells = [id, ...selected.map(field)]
  return shapeOf(cells, cells, selected)
}

/** All that there is to say of one. */
export const details: Shape<ExportRow> = shapeOf(
  [...summary, field("url"), field("callbackUrl"), field("callbackMethod"), field("filters")],
  summary,
  fields
)
