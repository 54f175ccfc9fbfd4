/**
 * The exports of an account: their type, their status, and where their records are.
 *
 * Real answers are messy: words in either letter case, missing attributes, numbers as strings, undocumented types and keys.
 * None of this fails a page or loses a value. The model is normalized, and `wire` keeps every spelling that the canonical
 * encoding would change, so that `encode(decode(json))` deeply equals `json`.
 *
 * @example
 * ```ts
 * import { Export } from "@effect-didww/core"
 *
 * const describe = (self: Export.Export): string => {
 *   switch (self.exportType) {
 *     case "cdr_in":
 *       return `calls to ${self.filters?.didNumber ?? "every number"}`
 *     case "cdr_out":
 *       return `calls out of ${self.filters?.voiceOutTrunkId ?? "every trunk"}`
 *     case "unknown":
 *       return self.rawType
 *     default:
 *       return self.exportType
 *   }
 * }
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { common } from "./internal/attributes.js"
import * as codec from "./internal/export/codec.js"
import { calendar, exportTypeOf, exportTypes, filters, period } from "./internal/filters.js"
import { properties } from "./internal/properties.js"
import { declare, declareBy, exact, maybe, transform } from "./internal/schema.js"

/**
 * The id of an export.
 *
 * @since 0.1.0
 * @category models
 */
export type ExportId = typeof ExportId.Type

/**
 * The schema of an export's id.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExportId = Schema.NonEmptyString.pipe(
  Schema.brand("@effect-didww/core/ExportId")
).annotations({ identifier: "@effect-didww/core/ExportId" })

/**
 * The types that this library knows. An export of another type has the type `"unknown"`, and its `rawType`.
 *
 * @since 0.1.0
 * @category models
 */
export type ExportType = typeof ExportType.Type

/**
 * The schema of the known types.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExportType = Schema.Literal(...exportTypes)

/**
 * `pending`, `processing`, `completed`, in this order. DIDWW has no status for a failure. Any other status is `unknown`.
 *
 * @since 0.1.0
 * @category models
 */
export type ExportStatus = typeof ExportStatus.Type

/**
 * The schema of a status.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExportStatus = common.status.property

/**
 * Spellings that the canonical encoding would change, and everything unknown. Encoding uses a spelling only while it still
 * means the present value, so that edits win.
 *
 * @since 0.1.0
 * @category models
 */
export interface Wire extends Schema.Schema.Type<typeof Wire> {}

const Raw: Schema.Schema<codec.RawRecord> = declare(codec.isRecord, "@effect-didww/core/Raw", {
  of: Schema.Null,
  make: () => ({})
})

/**
 * The schema of `wire`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Wire = Schema.Struct({
  /** Members beside `id`, `type` and `attributes`. */
  resource: exact(Raw),
  attributes: exact(Raw),
  filters: exact(Raw)
})

const shared = {
  id: ExportId,
  ...properties(common),
  wire: exact(Wire)
}

const times = { ...properties(period), ...properties(calendar) }

const CdrIn = Schema.Struct({
  ...shared,
  exportType: Schema.Literal("cdr_in"),
  filters: maybe(Schema.Struct({ ...times, ...properties(filters.cdr_in) }))
})

const CdrOut = Schema.Struct({
  ...shared,
  exportType: Schema.Literal("cdr_out"),
  filters: maybe(Schema.Struct({ ...times, ...properties(filters.cdr_out) }))
})

const SmsIn = Schema.Struct({
  ...shared,
  exportType: Schema.Literal("sms_in"),
  filters: maybe(Schema.Struct({ ...times, ...properties(filters.sms_in) }))
})

const SmsOut = Schema.Struct({
  ...shared,
  exportType: Schema.Literal("sms_out"),
  filters: maybe(Schema.Struct({ ...times, ...properties(filters.sms_out) }))
})

const Unknown = Schema.Struct({
  ...shared,
  exportType: Schema.Literal("unknown"),
  /** As DIDWW sent it. */
  rawType: Schema.String.pipe(Schema.filter((type) => exportTypeOf(type) === "unknown")),
  filters: maybe(Raw)
})

/**
 * An export of inbound calls.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrInExport extends Schema.Schema.Type<typeof CdrIn> {}

/**
 * An export of outbound calls.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrOutExport extends Schema.Schema.Type<typeof CdrOut> {}

/**
 * An export of inbound messages. Since 2026-11-19.
 *
 * @since 0.1.0
 * @category models
 */
export interface SmsInExport extends Schema.Schema.Type<typeof SmsIn> {}

/**
 * An export of outbound messages. Since 2026-11-19.
 *
 * @since 0.1.0
 * @category models
 */
export interface SmsOutExport extends Schema.Schema.Type<typeof SmsOut> {}

/**
 * An export of a type that this library does not know. Its filters stay as they came.
 *
 * @since 0.1.0
 * @category models
 */
export interface UnknownExport extends Schema.Schema.Type<typeof Unknown> {}

/**
 * An export of any type. A `switch` on `exportType` narrows its `filters`.
 *
 * @since 0.1.0
 * @category models
 */
export type Export = CdrInExport | CdrOutExport | SmsInExport | SmsOutExport | UnknownExport

/**
 * An export as a JSON:API resource.
 *
 * @since 0.1.0
 * @category models
 */
export interface Resource {
  readonly id: string
  readonly type: "exports"
  readonly attributes: { readonly [name: string]: unknown }
}

/**
 * The schema of a resource that is an export. It says where another value differs.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Resource: Schema.Schema<Resource> = declareBy(codec.resource, "@effect-didww/core/Resource")

/**
 * An export, from and to its JSON:API resource. Decoding fails only for a value that is not an export at all: it has no
 * `id`, another `type`, or no `export_type`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Export: Schema.Schema<Export, Resource> = transform(
  Resource,
  Schema.typeSchema(Schema.Union(CdrIn, CdrOut, SmsIn, SmsOut, Unknown)),
  { decode: codec.decode, encode: codec.encode }
).annotations({ identifier: "@effect-didww/core/Export" })

/**
 * The proof that an export is completed, and has the URL of its archive.
 *
 * @since 0.1.0
 * @category models
 */
export interface Completed {
  readonly status: "completed"
  readonly url: string
}

/**
 * Whether the records of an export can be fetched. Narrows `url` to a string.
 *
 * @since 0.1.0
 * @category guards
 */
export const isCompleted = <E extends { readonly status: ExportStatus; readonly url?: string | null }>(
  self: E
): self is E & Completed => self.status === "completed" && typeof self.url === "string"
