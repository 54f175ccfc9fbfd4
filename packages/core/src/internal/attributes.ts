/**
 * The attributes of an export, one entry for each. The model and its codec, the fields and sorts of a query, and every name
 * on the wire derive from this table. Its order is the order of DIDWW's answers.
 */
import type * as Schema from "effect/Schema"
import type { ApiVersion } from "../ApiVersion.js"
import * as kinds from "./export/kinds.js"
import { type ListFilters, many, one, range } from "./filter/listFilter.js"
import { maybe } from "./schema.js"

/** The statuses that DIDWW knows. */
export const statuses = ["pending", "processing", "completed"] as const

interface Facts {
  /** The first version whose exports have the attribute. */
  readonly since: ApiVersion
  /** The filters of the list that look at the attribute, by version. */
  readonly listFilters: ListFilters
}

const first: Facts = { since: "2022-05-10", listFilters: {} }

const named = (name: string, facts?: Partial<Facts>) => ({ ...first, ...facts, name })

/** An attribute that its kind alone reads and writes. It is absent or null in an export without a value. */
const value = <S extends Schema.Schema.All>(name: string, kind: kinds.Kind<S>, facts?: Partial<Facts>) => ({
  ...named(name, facts),
  kind,
  isNullable: true,
  property: maybe(kind.schema)
})

/** An attribute that every export has. */
const required = <S extends Schema.Schema.All>(name: string, kind: kinds.Kind<S>, facts?: Partial<Facts>) => ({
  ...value(name, kind, facts),
  isNullable: false,
  property: kind.schema
})

const sortable = <A>(attribute: A) => ({ ...attribute, sortable: true as const })

/** The attributes that all types of export share. */
export const common = {
  /** How far the export is. */
  status: sortable(required("status", kinds.wordOrUnknown(...statuses), { listFilters: { "2026-11-19": many } })),
  /** When the export was requested. */
  createdAt: sortable(value("created_at", kinds.isoTime, { listFilters: { "2026-11-19": range } })),
  /** The name that the requester gave the export. Since 2026-04-16. */
  externalReferenceId: sortable(value("external_reference_id", kinds.text, {
    since: "2026-04-16",
    listFilters: { "2026-04-16": one, "2026-11-19": one }
  })),
  /** Where the archive is, once the export is completed. Use it whole: its file name is not the export's id. */
  url: value("url", kinds.text),
  /** The address that DIDWW calls when the export is completed. */
  callbackUrl: value("callback_url", kinds.text),
  /** The HTTP method of that call. */
  callbackMethod: value("callback_method", kinds.word("get", "post"))
}

/** All attributes: the shared ones, and two that differ by the type of export. */
export const attributes = {
  ...common,
  exportType: named("export_type", { listFilters: { "2026-11-19": many } }),
  filters: named("filters", { since: "2026-04-16" })
}

export type Field = keyof typeof attributes

const isField = (key: string): key is Field => Object.hasOwn(attributes, key)

/** The public facts about each attribute. */
export const list = Object.keys(attributes).filter(isField).map((key) => {
  const { name, since } = attributes[key]
  return { key, name, since, sortable: "sortable" in attributes[key] }
})
