/** The codec between an export and its JSON:API resource. It loses nothing: see `Wire`. */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { Export, Resource, Wire } from "../../Export.js"
import { attributes } from "../attributes.js"
import { calendar, type ExportType, exportTypeOf, filters, period } from "../filters.js"
import type { Mismatch } from "../schema.js"
import { type Kind, text } from "./kinds.js"

export interface RawRecord {
  readonly [name: string]: unknown
}

export const isRecord = (value: unknown): value is RawRecord => Predicate.isRecord(value)

interface Field extends Omit<Kind<Schema.Schema.All>, "schema"> {
  readonly key: string
  readonly name: string
  readonly isNullable: boolean
  /** Whether the codec itself reads and writes the field. */
  readonly isSpecial: boolean
  /** Where it usually stands in an answer. */
  readonly position: number
}

interface Fields {
  readonly list: ReadonlyArray<Field>
  readonly byName: ReadonlyMap<string, Field>
  readonly Values: new() => Values
}

type Values = Record<string, unknown>

/**
 * A constructor of plain objects. V8 gives its objects room for as many values as the first ones had. It allocates a literal in
 * the old generation for good once it saw most of its objects survive, as those of a page do, and a dead export there keeps its
 * values until the next full collection.
 */
const plain = (): Fields["Values"] => {
  const Plain = function() {}
  Plain.prototype = Object.prototype
  return Plain as unknown as Fields["Values"]
}

interface Entry {
  readonly name: string
  readonly kind?: Kind<Schema.Schema.All>
  readonly isNullable?: boolean
}

const fieldsOf = (table: Readonly<Record<string, Entry>>): Fields => {
  const list = Object.entries(table).map(([key, { isNullable = true, kind, name }], position): Field => {
    const { decode, encode, isCanonical, isText } = kind ?? text
    return { key, name, isNullable, isSpecial: kind === undefined, position, decode, encode, isCanonical, isText }
  })
  return { list, byName: new Map(list.map((field) => [field.name, field])), Values: plain() }
}

const attributeFields = fieldsOf(attributes)

const filterFields: Readonly<Record<ExportType, Fields>> = {
  cdr_in: fieldsOf({ ...period, ...filters.cdr_in, ...calendar }),
  cdr_out: fieldsOf({ ...period, ...filters.cdr_out, ...calendar }),
  sms_in: fieldsOf({ ...period, ...filters.sms_in, ...calendar }),
  sms_out: fieldsOf({ ...period, ...filters.sms_out, ...calendar })
}

/** Where the input is not an export at all; `undefined` if it is a resource. */
const mismatchOf = (input: unknown): Mismatch | undefined => {
  if (!isRecord(input)) return { path: [], expected: "an exports resource" }
  const { attributes, id, type } = input
  if (!Predicate.isString(id) || id === "") return { path: ["id"], expected: "a non-empty string" }
  if (type !== "exports") return { path: ["type"], expected: "\"exports\"" }
  if (!isRecord(attributes)) return { path: ["attributes"], expected: "an object" }
  if (!Predicate.isString(attributes.export_type)) {
    return { path: ["attributes", "export_type"], expected: "a string" }
  }
  return undefined
}

const parsing = <A>(decode: (resource: Resource) => A) => (input: unknown): Either.Either<A, Mismatch> => {
  const mismatch = mismatchOf(input)
  // without a mismatch the input is what the type says
  return mismatch === undefined ? Either.right(decode(input as Resource)) : Either.left(mismatch)
}

export const resource = parsing((resource) => resource)

/** The export of a valid resource. */
export const decode = (self: Resource): Export => {
  const { attributes: raw, id } = self
  const rawType = String(raw.export_type)
  const exportType = exportTypeOf(rawType)
  const values = new attributeFields.Values()
  values.id = id
  values.exportType = exportType
  values.status = "unknown"
  const kept: Entries = []
  if (exportType === "unknown") values.rawType = rawType
  else if (exportType !== rawType) kept.push([attributes.exportType.name, rawType])
  decodeFields(attributeFields, raw, values, kept)

  const keptFilters: Entries = []
  if (Object.hasOwn(raw, "filters")) {
    if (raw.filters === null) values.filters = null
    else if (!isRecord(raw.filters)) kept.push([attributes.filters.name, raw.filters])
    else if (exportType === "unknown") values.filters = raw.filters
    else {
      const fields = filterFields[exportType]
      const own = new fields.Values()
      decodeFields(fields, raw.filters, own, keptFilters)
      values.filters = own
    }
  }
  const extra = extraOf(self)
  if (kept.length > 0 || keptFilters.length > 0 || extra !== undefined) {
    values.wire = {
      ...(keptFilters.length > 0 && { filters: Object.fromEntries(keptFilters) }),
      ...(kept.length > 0 && { attributes: Object.fromEntries(kept) }),
      ...(extra !== undefined && { resource: extra })
    }
  }
  // the fields of `exportType` make exactly its member of the union: a property holds them to the schema
  return values as unknown as Export
}

/** The members that a resource of an export need not have. */
const extraOf = (self: Resource): RawRecord | undefined => {
  let count = 0
  for (const _ in self) count++
  if (count === 3) return undefined
  // a rest defines an own `__proto__`, where an assignment would set the prototype
  const { attributes: _, id: __, type: ___, ...extra } = self
  return extra
}

export const fromResource = parsing(decode)

/** The resource of an export: canonical, except for a spelling in `wire` that still means the present value. */
export const encode = (self: Export): Resource => {
  const wire: Wire = self.wire ?? {}
  const kept = wire.attributes ?? nothing
  const keptType = kept.export_type
  const rawType = self.exportType === "unknown"
    ? self.rawType
    : Predicate.isString(keptType) && exportTypeOf(keptType) === self.exportType
    ? keptType
    : self.exportType
  const raw: Entries = [[attributes.exportType.name, rawType]]
  encodeFields(attributeFields, { ...self }, kept, raw)

  const { name } = attributes.filters
  if (self.filters === undefined) {
    if (Object.hasOwn(kept, name) && !isRecord(kept[name])) raw.push([name, kept[name]])
  } else if (self.filters === null || self.exportType === "unknown") {
    raw.push([name, self.filters])
  } else {
    const own: Entries = []
    encodeFields(filterFields[self.exportType], { ...self.filters }, wire.filters ?? nothing, own)
    raw.push([name, Object.fromEntries(own)])
  }
  return { ...wire.resource, id: self.id, type: "exports", attributes: Object.fromEntries(raw) }
}

/** The canonical filters. Leaves out what the type does not know. */
export const encodeFilters = (exportType: ExportType, values: RawRecord): RawRecord => {
  const raw: Entries = []
  encodeFields(filterFields[exportType], values, nothing, raw)
  return Object.fromEntries(raw)
}

/** The filters that this library does not know or cannot read, so that only `wire` has them. */
export const unreadFilters = (self: Exclude<Export, { readonly exportType: "unknown" }>): ReadonlyArray<string> =>
  Object.entries(self.wire?.filters ?? nothing).flatMap(([name, raw]) => {
    const field = filterFields[self.exportType].byName.get(name)
    return raw === null || field?.decode(raw) !== undefined ? [] : [field?.key ?? name]
  })

/** Whether an export was requested by year, month and day, as before 2026-04-16. It keeps those columns and filters. */
export const hasLegacyFilters = (self: Export): boolean =>
  self.exportType !== "unknown" && self.filters != null &&
  (self.filters.year != null || self.filters.month != null || self.filters.day != null)

/** Entries become a record by `Object.fromEntries`, which defines an own `__proto__` as it does every other key. */
type Entries = Array<[name: string, value: unknown]>

const nothing: RawRecord = {}

/** Adds each value that is understood to `values`, and each spelling that encoding would change to `kept`. */
const decodeFields = ({ byName, list }: Fields, raw: RawRecord, values: Values, kept: Entries): void => {
  let next = 0
  for (const name in raw) {
    const value = raw[name]
    const expected = list[next]
    // answers have one order, so a look at the next field mostly saves the look-up
    const field = expected?.name === name ? expected : byName.get(name)
    if (field === undefined) {
      kept.push([name, value])
      continue
    }
    next = field.position + 1
    if (field.isSpecial) continue
    if (value === null ? field.isNullable : field.isText && typeof value === "string") {
      values[field.key] = value
      continue
    }
    const decoded = field.decode(value)
    if (decoded !== undefined) values[field.key] = decoded
    if ((decoded === undefined || !field.isCanonical(value)) && field.encode(decoded) !== value) {
      kept.push([name, value])
    }
  }
}

/** Adds the spelling of each value to `raw`: the kept one, if it still means the value. */
const encodeFields = ({ byName, list }: Fields, values: RawRecord, kept: RawRecord, raw: Entries): void => {
  for (const field of list) {
    if (field.isSpecial) continue
    const { key, name } = field
    const canonical = field.encode(values[key])
    if (Object.hasOwn(kept, name) && field.encode(meaningOf(field, kept[name])) === canonical) {
      raw.push([name, kept[name]])
    } else if (canonical !== undefined) raw.push([name, canonical])
  }
  for (const [name, value] of Object.entries(kept)) {
    if (!byName.has(name)) raw.push([name, value])
  }
}

const meaningOf = ({ decode, isNullable }: Field, raw: unknown): unknown =>
  raw === null && isNullable ? null : decode(raw)
