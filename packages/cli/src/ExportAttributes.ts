/** The attributes of an export that commands show, select and sort by. */
import { type ExportQuery, Protocol } from "@effect-didww/core"

/** The attributes in the order of the columns: the type, then the others as DIDWW answers them. */
export const fields: ReadonlyArray<ExportQuery.Field> = [
  "exportType",
  ...Protocol.attributes.flatMap(({ key }) => key === "exportType" ? [] : [key])
]

const isSort = (text: string): text is ExportQuery.Sort =>
  Protocol.attributes.some(({ key, sortable }) => sortable && key === text.replace(/^-/, ""))

/** What a list can be sorted by. `-` sorts in descending order. */
export const sorts: ReadonlyArray<ExportQuery.Sort> = fields.flatMap((key) => [key, `-${key}`]).filter(isSort)
