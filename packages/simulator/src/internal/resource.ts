/** An export as an answer shows it. */
import type { StoredExport } from "../Account.js"
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

/** The URL of the archive, on the host of the request. */
export const archiveUrl = (stored: StoredExport, origin: string): string | null =>
  stored.url === null ? null : `${origin}/v3${stored.url}`

export const make =
  (version: ApiVersion, origin: string, fields: ReadonlySet<string> | undefined) =>
  (stored: StoredExport): { readonly [name: string]: unknown } => ({
    id: stored.id,
    type: "exports",
    attributes: attributesOf(stored, version, origin, fields)
  })

const attributesOf = (
  stored: StoredExport,
  version: ApiVersion,
  origin: string,
  fields: ReadonlySet<string> | undefined
): { readonly [name: string]: unknown } => {
  const isOld = version === "2022-05-10"
  const { status } = stored
  const shown: { readonly [name: string]: unknown } = {
    status: isOld ? `${status.charAt(0).toUpperCase()}${status.slice(1)}` : status,
    created_at: stored.createdAt === null ? null : new Date(stored.createdAt).toISOString(),
    external_reference_id: stored.externalReferenceId,
    url: archiveUrl(stored, origin),
    callback_url: stored.callbackUrl,
    callback_method: isOld ? stored.callbackMethod?.toUpperCase() ?? null : stored.callbackMethod,
    export_type: stored.exportType,
    filters: stored.filters,
    ...stored.shows
  }
  return Object.fromEntries(
    Object.entries(shown).filter(([name, value]) =>
      value !== undefined && (fields === undefined || fields.has(name)) &&
      (!attributeNames.includes(name) || knows(version, name))
    )
  )
}
