/** The one codec between an export and its JSON:API resource. Lossless: see `Wire`. */
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import type { Export, ExportType, Resource, Wire } from "../../Export.js"
import type { Mismatch } from "../../JsonApi.js"
import * as wireTime from "../wireTime.js"

export interface RawRecord {
  readonly [name: string]: unknown
}

export const isRecord = (value: unknown): value is RawRecord => Predicate.isRecord(value)

/** `decode` gives `undefined` for what it does not understand, `encode` the canonical spelling. */
interface Codec {
  readonly decode: (raw: unknown) => unknown
  readonly encode: (value: unknown) => unknown
  /** Whether it is certain by the looks of what was decoded that it comes back from encoding. */
  readonly isCanonical?: (raw: unknown) => boolean
}

interface Field extends Codec {
  readonly key: string
  readonly name: string
}

const identity = (value: unknown): unknown => value

const text: Codec = { decode: (raw) => Predicate.isString(raw) ? raw : undefined, encode: identity }

// phone numbers and identifiers of old exports came as numbers too
const looseText: Codec = {
  decode: (raw) => Number.isSafeInteger(raw) ? String(raw) : text.decode(raw),
  encode: identity
}

const lowerCase: Codec = { decode: (raw) => Predicate.isString(raw) ? raw.toLowerCase() : undefined, encode: identity }

const integer: Codec = {
  decode: (raw) =>
    Number.isSafeInteger(raw) ? raw : Predicate.isString(raw) && /^\d{1,9}$/.test(raw) ? Number(raw) : undefined,
  encode: identity
}

const texts: Codec = {
  decode: (raw) =>
    Predicate.isString(raw)
      ? [raw]
      : Array.isArray(raw) && raw.length > 0 && raw.every(Predicate.isString)
      ? raw
      : undefined,
  encode: (value) => Array.isArray(value) && value.length === 1 ? value[0] : value
}

const time = (format: (time: DateTime.Utc) => string, isCanonical: (text: string) => boolean): Codec => ({
  isCanonical: (raw) => Predicate.isString(raw) && isCanonical(raw),
  decode: (raw) => Predicate.isString(raw) ? wireTime.parse(raw) : undefined,
  encode: (value) => DateTime.isDateTime(value) ? format(DateTime.toUtc(value)) : value
})

const literal = (...values: ReadonlyArray<string>): Codec => ({
  decode: (raw) => {
    const lower = lowerCase.decode(raw)
    return Predicate.isString(lower) && values.includes(lower) ? lower : undefined
  },
  encode: identity
})

// a status is always there: what is absent or not understood is "unknown", which has no spelling of its own
const status: Codec = {
  decode: (raw) => statuses.decode(raw) ?? "unknown",
  encode: (value) => value === "unknown" ? undefined : value
}
const statuses = literal("pending", "processing", "completed")

type Fields = ReadonlyMap<string, Field>

const fields = (table: Readonly<Record<string, readonly [key: string, codec: Codec]>>): Fields =>
  new Map(Object.entries(table).map(([name, [key, codec]]) => [name, { key, name, ...codec }]))

const nullable = (codec: Codec): Codec => ({
  ...codec,
  decode: (raw) => raw === null ? null : codec.decode(raw)
})

const attributes = fields({
  status: ["status", status],
  created_at: ["createdAt", nullable(time(wireTime.formatIso, wireTime.isIso))],
  external_reference_id: ["externalReferenceId", nullable(text)],
  url: ["url", nullable(text)],
  callback_url: ["callbackUrl", nullable(text)],
  callback_method: ["callbackMethod", nullable(literal("get", "post"))]
})

const period = {
  from: ["from", nullable(time(wireTime.formatSeconds, wireTime.isSeconds))],
  to: ["to", nullable(time(wireTime.formatSeconds, wireTime.isSeconds))],
  year: ["year", nullable(integer)],
  month: ["month", nullable(integer)],
  day: ["day", nullable(integer)]
} as const

const addresses = {
  source_address_eq: ["sourceAddressEq", nullable(looseText)],
  source_address_cont: ["sourceAddressCont", nullable(looseText)],
  destination_address_eq: ["destinationAddressEq", nullable(looseText)],
  destination_address_cont: ["destinationAddressCont", nullable(looseText)],
  status: ["status", nullable(text)],
  "sms_trunk.id": ["smsTrunkId", nullable(texts)],
  sms_id: ["smsId", nullable(looseText)]
} as const

const filters: Readonly<Record<ExportType, Fields>> = {
  cdr_in: fields({
    ...period,
    did_number: ["didNumber", nullable(looseText)],
    source_number: ["sourceNumber", nullable(looseText)],
    source_number_out: ["sourceNumberOut", nullable(looseText)],
    source_country_iso: ["sourceCountryIso", nullable(text)]
  }),
  cdr_out: fields({
    ...period,
    "voice_out_trunk.id": ["voiceOutTrunkId", nullable(looseText)],
    source: ["source", nullable(looseText)],
    cli: ["cli", nullable(looseText)],
    destination: ["destination", nullable(looseText)]
  }),
  sms_in: fields({ ...period, ...addresses, trunk_type: ["trunkType", nullable(texts)] }),
  sms_out: fields({
    ...period,
    ...addresses,
    service_type: ["serviceType", nullable(lowerCase)],
    "sender_id_verification.id": ["senderIdVerificationId", nullable(texts)]
  })
}

/** The member of the union that a wire type belongs to. */
export const exportTypeOf = (rawType: string): ExportType | "unknown" => {
  const lower = rawType.toLowerCase()
  return lower === "cdr_in" || lower === "cdr_out" || lower === "sms_in" || lower === "sms_out" ? lower : "unknown"
}

/** What is an export at all, and where it is not. */
export const resource = (input: unknown): Either.Either<Resource, Mismatch> => {
  if (!isRecord(input)) return mismatch([], "an exports resource")
  const { attributes, id, type } = input
  if (!Predicate.isString(id) || id === "") return mismatch(["id"], "a non-empty string")
  if (type !== "exports") return mismatch(["type"], "\"exports\"")
  if (!isRecord(attributes)) return mismatch(["attributes"], "an object")
  if (!Predicate.isString(attributes.export_type)) return mismatch(["attributes", "export_type"], "a string")
  // as it came: what was looked at is what the type says
  return Either.right(input as unknown as Resource)
}

const mismatch = (path: ReadonlyArray<string>, expected: string) => Either.left({ path, expected })

/** The domain of a valid resource. */
export const decode = (self: Resource): Export => {
  const { attributes: raw, id } = self
  const rawType = String(raw.export_type)
  const exportType = exportTypeOf(rawType)
  const values = new Values()
  values.id = id
  values.exportType = exportType
  values.status = "unknown"
  let kept: Mutable | undefined
  if (exportType === "unknown") values.rawType = rawType
  else if (exportType !== rawType) kept = keep(kept, "export_type", rawType)
  if (!decodeUsual(raw, values)) kept = decodeFields(attributes, raw, values, kept, isSpecial)

  let keptFilters: Mutable | undefined
  if (Object.hasOwn(raw, "filters")) {
    if (raw.filters === null) values.filters = null
    else if (!isRecord(raw.filters)) kept = keep(kept, "filters", raw.filters)
    else if (exportType === "unknown") values.filters = raw.filters
    else {
      const own = new Values()
      keptFilters = decodeFields(filters[exportType], raw.filters, own, undefined)
      values.filters = own
    }
  }
  const extra = hasSize(self, 3) ? undefined : extraOf(self)
  if (kept !== undefined || keptFilters !== undefined || extra !== undefined) {
    values.wire = {
      ...(keptFilters !== undefined && { filters: { ...keptFilters } }),
      ...(kept !== undefined && { attributes: { ...kept } }),
      ...(extra !== undefined && { resource: extra })
    }
  }
  // the fields' codecs build exactly the member that `exportType` names; held to the schema by property
  return values as unknown as Export
}

/** Whether an object has so many keys, without a list of them; false for one that inherits some. */
const hasSize = (self: object, size: number): boolean => {
  let count = 0
  for (const _ in self) count++
  return count === size
}

/** Members that a resource of an export need not have; by spread, which defines an own `__proto__`. */
const extraOf = ({ attributes: _, id: __, type: ___, ...extra }: Resource): RawRecord => extra

/** The resource of an export: canonical, but for what `wire` keeps and still means the same. */
export const encode = (self: Export): Resource => {
  const wire: Wire = self.wire ?? {}
  const kept = wire.attributes ?? nothing
  const raw: Mutable = Object.create(null)
  const keptType = kept.export_type
  raw.export_type = self.exportType === "unknown"
    ? self.rawType
    : Predicate.isString(keptType) && exportTypeOf(keptType) === self.exportType
    ? keptType
    : self.exportType
  encodeFields(attributes, { ...self }, kept, raw, isSpecial)

  if (self.filters === undefined) {
    if (Object.hasOwn(kept, "filters") && !isRecord(kept.filters)) raw.filters = kept.filters
  } else if (self.filters === null || self.exportType === "unknown") {
    raw.filters = self.filters
  } else {
    const own: Mutable = Object.create(null)
    encodeFields(filters[self.exportType], { ...self.filters }, wire.filters ?? nothing, own)
    raw.filters = { ...own }
  }
  return { ...wire.resource, id: self.id, type: "exports", attributes: { ...raw } }
}

/** A type's filters: their keys in the domain, and their names on the wire. */
export const filterNames = (exportType: ExportType): ReadonlyMap<string, string> =>
  new Map(Array.from(filters[exportType].values(), ({ key, name }) => [key, name]))

/** The canonical filters; what a type does not know is left out. */
export const encodeFilters = (exportType: ExportType, values: RawRecord): RawRecord => {
  const raw: Mutable = Object.create(null)
  encodeFields(filters[exportType], values, nothing, raw)
  return { ...raw }
}

/** The filters that an export has on the wire only, because nobody knows or understands them. */
export const unreadFilters = (self: Exclude<Export, { readonly exportType: "unknown" }>): ReadonlyArray<string> =>
  Object.entries(self.wire?.filters ?? nothing).flatMap(([name, raw]) => {
    const field = filters[self.exportType].get(name)
    return raw === null || field?.decode(raw) !== undefined ? [] : [field?.key ?? name]
  })

// A constructor of plain objects: V8 moves a literal for good to the old generation once it saw many of a page survive,
// and there each dead export keeps all that it refers to until the next full collection.
const Values = function() {} as unknown as new() => Mutable
Values.prototype = Object.prototype

// an own `__proto__` is data here: hence collecting without a prototype, and copying out by spread
type Mutable = Record<string, unknown>

const nothing: RawRecord = {}

const isSpecial = (name: string): boolean => name === "export_type" || name === "filters"

const never = (): boolean => false

/** Most exports have nothing to keep. */
const keep = (kept: Mutable | undefined, name: string, value: unknown): Mutable => {
  const record: Mutable = kept ?? Object.create(null)
  record[name] = value
  return record
}

/** What `decodeFields` does where all attributes are there, none else, and each as it is always written; false elsewhere. */
const decodeUsual = (raw: RawRecord, values: Mutable): boolean => {
  if (Object.getPrototypeOf(raw) !== Object.prototype || !hasSize(raw, attributes.size + 2)) return false
  const { callback_method, callback_url, created_at, external_reference_id, filters, status, url } = raw
  const createdAt = Predicate.isString(created_at) && wireTime.isIso(created_at)
    ? wireTime.parse(created_at)
    : created_at === null
    ? null
    : undefined
  if (
    filters === undefined || createdAt === undefined ||
    (status !== "completed" && status !== "processing" && status !== "pending") ||
    (external_reference_id !== null && !Predicate.isString(external_reference_id)) ||
    (url !== null && !Predicate.isString(url)) ||
    (callback_url !== null && !Predicate.isString(callback_url)) ||
    (callback_method !== null && callback_method !== "post" && callback_method !== "get")
  ) {
    return false
  }
  values.status = status
  values.createdAt = createdAt
  values.externalReferenceId = external_reference_id
  values.url = url
  values.callbackUrl = callback_url
  values.callbackMethod = callback_method
  return true
}

/** Adds to `values` what is understood, and gives what is kept, with what was kept before. */
const decodeFields = (
  table: Fields,
  raw: RawRecord,
  values: Mutable,
  before: Mutable | undefined,
  skip: (name: string) => boolean = never
): Mutable | undefined => {
  let kept = before
  for (const name of Object.keys(raw)) {
    if (skip(name)) continue
    const value = raw[name]
    const field = table.get(name)
    const decoded = field?.decode(value)
    if (field !== undefined && decoded !== undefined) values[field.key] = decoded
    const isCanonical = decoded !== undefined && field?.isCanonical?.(value) === true
    if (field === undefined || (!isCanonical && field.encode(decoded) !== value)) {
      kept = keep(kept, name, value)
    }
  }
  return kept
}

const encodeFields = (
  table: Fields,
  values: RawRecord,
  kept: RawRecord,
  raw: Mutable,
  skip: (name: string) => boolean = never
): void => {
  for (const field of table.values()) {
    const canonical = field.encode(values[field.key])
    if (Object.hasOwn(kept, field.name) && field.encode(field.decode(kept[field.name])) === canonical) {
      raw[field.name] = kept[field.name]
    } else if (canonical !== undefined) {
      raw[field.name] = canonical
    }
  }
  for (const name of Object.keys(kept)) {
    if (!table.has(name) && !skip(name)) raw[name] = kept[name]
  }
}
