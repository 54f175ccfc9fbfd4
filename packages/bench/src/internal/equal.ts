/**
 * Converts the result of another schema library to the value of `Protocol.fromResource`, as a user of that library writes
 * it: renames the attributes, and keeps in `wire` each spelling that encoding would not restore.
 */
import * as DateTime from "effect/DateTime"

export interface Parsed {
  readonly id: string
  readonly attributes: { readonly export_type: string; readonly filters?: unknown } & Readonly<Record<string, unknown>>
}

/** Reads a time of an export: ISO 8601, or UTC without a zone. */
export const timeOf = (text: string): DateTime.Utc =>
  DateTime.unsafeMake(text.charAt(10) === " " ? `${text.replace(" ", "T")}Z` : text)

export const exportTypeOf = (type: string): string => {
  const lower = type.toLowerCase()
  return lower === "cdr_in" || lower === "cdr_out" || lower === "sms_in" || lower === "sms_out" ? lower : "unknown"
}

const attributeNames: Readonly<Record<string, string>> = {
  status: "status",
  created_at: "createdAt",
  external_reference_id: "externalReferenceId",
  url: "url",
  callback_url: "callbackUrl",
  callback_method: "callbackMethod"
}

export const filterNames: Readonly<Record<string, string>> = {
  from: "from",
  to: "to",
  year: "year",
  month: "month",
  day: "day",
  did_number: "didNumber",
  "voice_out_trunk.id": "voiceOutTrunkId",
  destination_address_cont: "destinationAddressCont",
  "sms_trunk.id": "smsTrunkId"
}

const spelled = (name: string, value: unknown): unknown => {
  if (DateTime.isDateTime(value)) {
    const iso = new Date(value.epochMillis).toISOString()
    return name === "created_at" ? iso : iso.slice(0, 19).replace("T", " ")
  }
  return Array.isArray(value) && value.length === 1 ? value[0] : value
}

interface Raw {
  readonly attributes: Readonly<Record<string, unknown>> & { readonly filters?: unknown }
}

type Mutable = Record<string, unknown>

const renamed = (
  names: Readonly<Record<string, string>>,
  parsed: Readonly<Record<string, unknown>>,
  raw: Readonly<Record<string, unknown>>,
  into: Mutable
): Mutable | undefined => {
  let kept: Mutable | undefined
  for (const name of Object.keys(raw)) {
    if (name === "export_type" || name === "filters") continue
    const key = names[name]
    const value = parsed[name]
    if (key !== undefined) into[key] = value
    const spelling = spelled(name, value)
    const isSame = spelling === raw[name] || (Array.isArray(spelling) && String(spelling) === String(raw[name]))
    if (key === undefined || !isSame) (kept ??= {})[name] = raw[name]
  }
  return kept
}

export const toExport = (parsed: Parsed, raw: Raw): unknown => {
  const { attributes, id } = parsed
  const exportType = exportTypeOf(attributes.export_type)
  const self: Mutable = { id, exportType, status: "unknown" }
  const wire: Mutable = {}
  if (exportType === "unknown") self.rawType = attributes.export_type
  const kept = renamed(attributeNames, attributes, raw.attributes, self) ?? {}
  if (exportType !== "unknown" && exportType !== attributes.export_type) kept.export_type = attributes.export_type
  const filters = attributes.filters
  if (filters === null || exportType === "unknown") {
    if (filters !== undefined) self.filters = filters
  } else if (filters !== undefined) {
    const own: Mutable = {}
    const keptFilters = renamed(filterNames, filters as Mutable, raw.attributes.filters as Mutable, own)
    self.filters = own
    if (keptFilters !== undefined) wire.filters = keptFilters
  }
  if (Object.keys(kept).length > 0) wire.attributes = kept
  if (Object.keys(wire).length > 0) self.wire = wire
  return self
}
