/**
 * The exports of an account: what was ordered, how far it is, and where its call records are.
 *
 * Real answers are messy: either letter case, missing attributes, numbers as strings, types and keys that nobody
 * documented. None of it fails a page or loses a value: the model is normalised, and `wire` keeps what the canonical
 * encoding would get wrong, so that `encode(decode(json))` deeply equals `json`.
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
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as codec from "./internal/export/codec.js"
import type * as JsonApi from "./JsonApi.js"

/**
 * @since 0.1.0
 * @category models
 */
export type ExportId = typeof ExportId.Type

/**
 * @since 0.1.0
 * @category schemas
 */
export const ExportId = Schema.NonEmptyString.pipe(
  Schema.brand("@effect-didww/core/ExportId")
).annotations({ identifier: "@effect-didww/core/ExportId" })

/**
 * The types that this library knows; an export of any other is `"unknown"`, with its `rawType`.
 *
 * @since 0.1.0
 * @category models
 */
export type ExportType = "cdr_in" | "cdr_out" | "sms_in" | "sms_out"

/**
 * `pending`, `processing`, `completed`, in this order; there is no failed state. Anything else is `unknown`.
 *
 * @since 0.1.0
 * @category models
 */
export type ExportStatus = typeof ExportStatus.Type

/**
 * @since 0.1.0
 * @category schemas
 */
export const ExportStatus = Schema.Literal("pending", "processing", "completed", "unknown")

/**
 * Raw spellings that the canonical encoding would get wrong, and everything unknown. Each is used in encoding only
 * while it still means the present value, so that edits win.
 *
 * @since 0.1.0
 * @category models
 */
export interface Wire extends Schema.Schema.Type<typeof Wire> {}

const Raw: Schema.Schema<codec.RawRecord> = Schema.declare(codec.isRecord, {
  identifier: "@effect-didww/core/Raw",
  arbitrary: () => (fc) => fc.constant({})
})

/**
 * @since 0.1.0
 * @category schemas
 */
export const Wire = Schema.Struct({
  /** members beside `id`, `type` and `attributes` */
  resource: Schema.optionalWith(Raw, { exact: true }),
  attributes: Schema.optionalWith(Raw, { exact: true }),
  filters: Schema.optionalWith(Raw, { exact: true })
})

const maybe = <A, I, R>(schema: Schema.Schema<A, I, R>) => Schema.optionalWith(Schema.NullOr(schema), { exact: true })

const Utc = Schema.DateTimeUtcFromSelf
const Texts = Schema.NonEmptyArray(Schema.String)

// `from` is inclusive and `to` exclusive; the version before 2026-04-16 ordered by year, month and day instead
const period = {
  from: maybe(Utc),
  to: maybe(Utc),
  year: maybe(Schema.Int),
  month: maybe(Schema.Int),
  day: maybe(Schema.Int)
}

const addresses = {
  sourceAddressEq: maybe(Schema.String),
  sourceAddressCont: maybe(Schema.String),
  destinationAddressEq: maybe(Schema.String),
  destinationAddressCont: maybe(Schema.String),
  status: maybe(Schema.String),
  smsTrunkId: maybe(Texts),
  smsId: maybe(Schema.String)
}

const common = {
  id: ExportId,
  status: ExportStatus,
  createdAt: maybe(Utc),
  externalReferenceId: maybe(Schema.String),
  /** Where the archive is, once completed: use it whole, its file name is not the export's id. */
  url: maybe(Schema.String),
  callbackUrl: maybe(Schema.String),
  callbackMethod: maybe(Schema.Literal("get", "post")),
  wire: Schema.optionalWith(Wire, { exact: true })
}

const CdrIn = Schema.Struct({
  ...common,
  exportType: Schema.Literal("cdr_in"),
  filters: maybe(Schema.Struct({
    ...period,
    /** E.164 without `+` */
    didNumber: maybe(Schema.String),
    sourceNumber: maybe(Schema.String),
    sourceNumberOut: maybe(Schema.String),
    sourceCountryIso: maybe(Schema.String)
  }))
})

const CdrOut = Schema.Struct({
  ...common,
  exportType: Schema.Literal("cdr_out"),
  filters: maybe(Schema.Struct({
    ...period,
    voiceOutTrunkId: maybe(Schema.String),
    source: maybe(Schema.String),
    cli: maybe(Schema.String),
    destination: maybe(Schema.String)
  }))
})

const SmsIn = Schema.Struct({
  ...common,
  exportType: Schema.Literal("sms_in"),
  filters: maybe(Schema.Struct({ ...period, ...addresses, trunkType: maybe(Texts) }))
})

const SmsOut = Schema.Struct({
  ...common,
  exportType: Schema.Literal("sms_out"),
  filters: maybe(Schema.Struct({
    ...period,
    ...addresses,
    /** `p2p` or `a2p` */
    serviceType: maybe(Schema.Lowercased),
    senderIdVerificationId: maybe(Texts)
  }))
})

const Unknown = Schema.Struct({
  ...common,
  exportType: Schema.Literal("unknown"),
  rawType: Schema.String.pipe(Schema.filter((type) => codec.exportTypeOf(type) === "unknown")),
  filters: maybe(Raw)
})

/**
 * Inbound calls.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrInExport extends Schema.Schema.Type<typeof CdrIn> {}

/**
 * Outbound calls.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrOutExport extends Schema.Schema.Type<typeof CdrOut> {}

/**
 * Inbound messages, since 2026-11-19.
 *
 * @since 0.1.0
 * @category models
 */
export interface SmsInExport extends Schema.Schema.Type<typeof SmsIn> {}

/**
 * Outbound messages, since 2026-11-19.
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

const toIssue =
  (ast: ParseResult.Type["ast"], actual: unknown) => (mismatch: JsonApi.Mismatch): ParseResult.ParseIssue => {
    const issue = new ParseResult.Type(ast, actual, `Expected ${mismatch.expected}`)
    const [head, ...tail] = mismatch.path
    return head === undefined ? issue : new ParseResult.Pointer([head, ...tail], actual, issue)
  }

/**
 * @since 0.1.0
 * @category schemas
 */
export const Resource: Schema.Schema<Resource> = Schema.declare(
  [],
  {
    decode: () => (input, _, ast) => Either.mapLeft(codec.resource(input), toIssue(ast, input)),
    encode: () => (input, _, ast) => Either.mapLeft(codec.resource(input), toIssue(ast, input))
  },
  { identifier: "@effect-didww/core/Resource" }
)

/**
 * The union, from and to its JSON:API resource. Fails only for what is not an export at all: no `id`, another `type`,
 * no `export_type`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Export: Schema.Schema<Export, Resource> = Schema.transformOrFail(
  Resource,
  Schema.typeSchema(Schema.Union(CdrIn, CdrOut, SmsIn, SmsOut, Unknown)),
  {
    strict: true,
    decode: (resource) => Either.right(codec.decode(resource)),
    encode: (self) => Either.right(codec.encode(self))
  }
).annotations({ identifier: "@effect-didww/core/Export" })

/**
 * What the schema's decoding does, without a second look at its own result: for pages of thousands.
 *
 * @since 0.1.0
 * @category decoding
 */
export const fromResource = (resource: unknown): Either.Either<Export, JsonApi.Mismatch> =>
  Either.map(codec.resource(resource), codec.decode)

/**
 * @since 0.1.0
 * @category encoding
 */
export const toResource: (self: Export) => Resource = codec.encode

/**
 * Completed, with the archive's address.
 *
 * @since 0.1.0
 * @category models
 */
export interface Completed {
  readonly status: "completed"
  readonly url: string
}

/**
 * Whether the call records can be fetched; narrows `url` to a string.
 *
 * @since 0.1.0
 * @category guards
 */
export const isCompleted = <E extends { readonly status: ExportStatus; readonly url?: string | null }>(
  self: E
): self is E & Completed => self.status === "completed" && typeof self.url === "string"

/**
 * Whether the export was ordered before 2026-04-16, by year, month and day, and keeps those columns and filters.
 *
 * @since 0.1.0
 * @category guards
 */
export const hasLegacyFilters = (self: Export): boolean =>
  self.exportType !== "unknown" && self.filters != null &&
  (self.filters.year != null || self.filters.month != null || self.filters.day != null)
