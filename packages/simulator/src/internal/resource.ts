/** An export as an answer shows it. */
import type { Record as Row } from "../Account.js"
import type { ApiVersion } from "../Simulator.js"
import { type Parsed, parsed, refused } from "./parsed.js"

const attributeNames = [
  "status",
  "created_at",
  "external_reference_id",
  "url",
  "callback_url",
  "callback_method",
  "export_type",
  "filters"
]

export const knows = (version: ApiVersion, attribute: string): boolean =>
  attributeNames.includes(attribute) &&
  (version !== "2022-05-10" || (attribute !== "external_reference_id" && attribute !== "filters"))

export const fieldsOf = (text: string | null, version: ApiVersion): Parsed<ReadonlySet<string> | undefined> => {
  if (text === null) return parsed(undefined)
  const names = text.split(",")
  const unknown = names.find((name) => !knows(version, name))
  return unknown === undefined
    ? parsed(new Set(names))
    : refused("104", "Invalid field", `${unknown} is not a valid field for exports.`)
}

/** The archive's address on the host that was called. */
export const addressOf = (row: Row, origin: string): string | null => row.url === null ? null : `${origin}/v3${row.url}`

export const make =
  (version: ApiVersion, origin: string, fields: ReadonlySet<string> | undefined) =>
  (row: Row): { readonly [name: string]: unknown } => ({
    id: row.id,
    type: "exports",
    attributes: attributesOf(row, version, origin, fields)
  })

const attributesOf = (
  row: Row,
  version: ApiVersion,
  origin: string,
  fields: ReadonlySet<string> | undefined
): { readonly [name: string]: unknown } => {
  const isOld = version === "2022-05-10"
  const shown: { readonly [name: string]: unknown } = {
    status: isOld ? `${row.status.charAt(0).toUpperCase()}${row.status.slice(1)}` : row.status,
    created_at: row.createdAt === null ? null : new Date(row.createdAt).toISOString(),
    external_reference_id: row.externalReferenceId,
    url: addressOf(row, origin),
    callback_url: row.callbackUrl,
    callback_method: isOld ? row.callbackMethod?.toUpperCase() ?? null : row.callbackMethod,
    export_type: row.exportType,
    filters: row.filters,
    ...row.shows
  }
  return Object.fromEntries(
    Object.entries(shown).filter(([name, value]) =>
      value !== undefined && (fields === undefined || fields.has(name)) &&
      (!attributeNames.includes(name) || knows(version, name))
    )
  )
}
