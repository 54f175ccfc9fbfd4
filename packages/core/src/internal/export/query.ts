/** The model's attribute names, on the wire and back. */
import type { ApiVersion } from "../../ApiVersion.js"
import type { Export } from "../../Export.js"
import type { ExportFilter } from "../../ExportFilter.js"
import type { Field, Selected, Sort } from "../../ExportQuery.js"

const wireNames: Readonly<Record<Field, string>> = {
  status: "status",
  createdAt: "created_at",
  externalReferenceId: "external_reference_id",
  url: "url",
  callbackUrl: "callback_url",
  callbackMethod: "callback_method",
  exportType: "export_type",
  filters: "filters"
}

export const sparse = (fields: ReadonlyArray<Field>): string =>
  Array.from(new Set(fields), (field) => wireNames[field]).join(",")

/** The value of `sort`; none for an empty list. */
export const sort = (by: Sort | ReadonlyArray<Sort>): ReadonlyArray<string> => {
  const names = (typeof by === "string" ? [by] : by).map((one) => sortNames[one])
  return names.length === 0 ? [] : [names.join(",")]
}

const sortNames: Readonly<Record<Sort, string>> = {
  createdAt: "created_at",
  "-createdAt": "-created_at",
  status: "status",
  "-status": "-status",
  externalReferenceId: "external_reference_id",
  "-externalReferenceId": "-external_reference_id"
}

/** Whether a version's exports have the field. */
export const has = (version: ApiVersion, field: Field): boolean =>
  version !== "2022-05-10" || (field !== "externalReferenceId" && field !== "filters")

/** The fields that a filter looks at, beside the id and the export type. */
export const needs = (filter: ExportFilter): ReadonlyArray<Field> => {
  switch (filter._tag) {
    case "Id":
    case "ExportType":
      return []
    case "Status":
      return ["status"]
    case "ExternalReferenceId":
      return ["externalReferenceId"]
    case "CreatedAt":
      return ["createdAt"]
    case "From":
    case "To":
    case "DidNumber":
    case "VoiceOutTrunkId":
      return ["filters"]
    case "HasUrl":
      return ["url"]
    case "And":
    case "Or":
      return filter.filters.flatMap(needs)
    case "Not":
      return needs(filter.filter)
  }
}

export const select = <Fs extends ReadonlyArray<Field> | undefined, A extends Export>(
  fields: Fs | undefined
): (self: Export) => Selected<Fs, A> => {
  const keys: ReadonlyArray<string> | undefined = fields &&
    ["id", ...fields, ...(fields.includes("exportType") ? ["rawType"] : [])]
  // `Selected` says of the type what this does to the value, of which the filter proved that it is an `A`
  return (self) =>
    (keys === undefined
      ? self
      : Object.fromEntries(Object.entries(self).filter(([key]) => keys.includes(key)))) as Selected<Fs, A>
}
