/** The attributes of an export that commands show, select and sort by. */
import type { ExportQuery } from "@effect-didww/core"

/** An attribute of an export. */
interface Attribute {
  readonly key: ExportQuery.Field
  readonly sortable: boolean
}

const attributes: ReadonlyArray<Attribute> = [
  { key: "exportType", sortable: false },
  { key: "status", sortable: true },
  { key: "createdAt", sortable: true },
  { key: "externalReferenceId", sortable: true },
  { key: "url", sortable: false },
  { key: "callbackUrl", sortable: false },
  { key: "callbackMethod", sortable: false },
  { key: "filters", sortable: false }
]

/** The attributes in the order of the columns. */
export const fields: ReadonlyArray<ExportQuery.Field> = attributes.map(({ key }) => key)

const isSort = (text: string): text is ExportQuery.Sort =>
  attributes.some(({ key, sortable }) => sortable && key === text.replace(/^-/, ""))

/** What a list can be sorted by. `-` sorts in descending order. */
export const sorts: ReadonlyArray<ExportQuery.Sort> = fields.flatMap((key) => [key, `-${key}`]).filter(isSort)
