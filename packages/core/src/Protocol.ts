/**
 * The parts of the protocol that a client needs and an application does not: resources and their mismatches, plans of filters
 * and queries, the documents of requests, a decoder of archives, and the tables behind them. It is for clients such as
 * `@effect-didww/http`, and for programs that show or store exports and records. An application uses the other modules.
 *
 * @example
 * ```ts
 * import { ExportFilter, Protocol } from "@effect-didww/core"
 *
 * const plan = Protocol.planQuery({ filter: ExportFilter.id("a", "b"), fields: ["status"] }, "2026-04-16")
 * // plan.parameters: filter[id]=a,b  sort=-created_at  fields[exports]=status,export_type
 * ```
 *
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import { dual } from "effect/Function"
import type * as Option from "effect/Option"
import type { ApiVersion } from "./ApiVersion.js"
import type { Column, DecodeOptions } from "./CallRecord.js"
import type { Export, Resource } from "./Export.js"
import type { ExportFilter } from "./ExportFilter.js"
import type { ExportQuery, Field, Selected } from "./ExportQuery.js"
import type { ExportRequest } from "./ExportRequest.js"
import * as attributeTable from "./internal/attributes.js"
import * as rows from "./internal/callRecord/rows.js"
import * as columnTable from "./internal/columns.js"
import * as jsonApi from "./internal/document.js"
import * as codec from "./internal/export/codec.js"
import * as queries from "./internal/export/query.js"
import * as demanding from "./internal/filter/demands.js"
import * as names from "./internal/filter/names.js"
import * as planning from "./internal/filter/plan.js"
import * as requests from "./internal/request/document.js"
import type { Mismatch } from "./internal/schema.js"
import type * as JsonApi from "./JsonApi.js"

export type { Decoder } from "./internal/callRecord/rows.js"
export type { QueryPlan } from "./internal/export/query.js"
export type { FilterPlan, Parameter } from "./internal/filter/plan.js"
export type { Mismatch } from "./internal/schema.js"

/**
 * Writes the path of a mismatch for a person, such as `data[3].attributes.export_type`.
 *
 * @since 0.1.0
 * @category documents
 */
export const pathOf = ({ path }: Mismatch): string =>
  path.reduce<string>(
    (text, step) => typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    ""
  )

/**
 * Whether an answer has a link of this name. Links are never followed.
 *
 * @since 0.1.0
 * @category documents
 */
export const hasLink: (
  document: { readonly links?: unknown },
  name: "first" | "prev" | "next" | "last"
) => boolean = jsonApi.hasLink

/**
 * `meta.api_version`: the version that really answered, as a date. Old recordings lack it.
 *
 * @since 0.1.0
 * @category documents
 */
export const apiVersion: (document: { readonly meta?: unknown }) => Option.Option<string> = jsonApi.apiVersion

/**
 * Decodes as the schema `Export` does, without its second look at the result: for pages of thousands.
 *
 * @since 0.1.0
 * @category exports
 */
export const fromResource: (resource: unknown) => Either.Either<Export, Mismatch> = codec.fromResource

/**
 * Encodes as the schema `Export` does, without its checks.
 *
 * @since 0.1.0
 * @category exports
 */
export const toResource: (self: Export) => Resource = codec.encode

/**
 * Whether an export was requested by year, month and day, as before 2026-04-16. It keeps those columns and filters.
 *
 * @since 0.1.0
 * @category exports
 */
export const hasLegacyFilters: (self: Export) => boolean = codec.hasLegacyFilters

/**
 * The attributes of an export, in the order of DIDWW's answers.
 *
 * @since 0.1.0
 * @category exports
 */
export const attributes: ReadonlyArray<{
  readonly key: Field
  /** On the wire. */
  readonly name: string
  /** The first version whose exports have it. */
  readonly since: ApiVersion
  /** Whether the server sorts by it. */
  readonly sortable: boolean
}> = attributeTable.list

/**
 * Plans a filter: the parameters that a server of the version evaluates, and the rest for the client.
 *
 * @since 0.1.0
 * @category filters
 */
export const planFilter = (self: ExportFilter, version: ApiVersion, options?: {
  /** Parameters that must not be sent. The client checks their conditions. Default: none. */
  readonly except?: ReadonlySet<string> | undefined
}): planning.FilterPlan => planning.plan(self, version, options?.except ?? new Set())

/**
 * The earliest time of creation of a match, in milliseconds; `undefined` if a match can be of any age.
 *
 * @since 0.1.0
 * @category filters
 */
export const createdSince: (self: ExportFilter) => number | undefined = demanding.createdSince

/**
 * Whether a version filters the list by a parameter of this name, such as `created_at_lteq`.
 *
 * @since 0.1.0
 * @category filters
 */
export const isListFilter = (version: ApiVersion, name: string): boolean => names.listFilters(version).has(name)

/**
 * The parameters that a server of the version may refuse or ignore, although they are documented.
 *
 * @since 0.1.0
 * @category filters
 */
export const unverifiedFilters = (version: ApiVersion): ReadonlyArray<string> =>
  Array.from(names.listFilters(version)).flatMap(([name, { unverified }]) => unverified ? [name] : [])

/**
 * Plans a query. With sparse fields it also requests those that the filter needs, and the export type, without which nothing can
 * be decoded; `select` picks the requested ones. If the version lacks a field that the filter needs, it requests all fields,
 * because another version may answer.
 *
 * @since 0.1.0
 * @category queries
 */
export const planQuery = <
  const Fs extends ReadonlyArray<Field> | undefined = undefined,
  A extends Export = Export
>(
  query: ExportQuery<Fs, A>,
  version: ApiVersion,
  options?: {
    /** Parameters that must not be sent. The client checks their conditions. Default: none. */
    readonly except?: ReadonlySet<string> | undefined
    /** Fields to request in any case. Default: none. */
    readonly needs?: ReadonlyArray<Field> | undefined
  }
): queries.QueryPlan<Selected<Fs, A>> => queries.plan(query, version, options)

/**
 * The faults of a query that no server can answer. Empty if the query is fine.
 *
 * @since 0.1.0
 * @category queries
 */
export const queryProblems: (query: ExportQuery) => ReadonlyArray<JsonApi.ErrorObject> = queries.problems

/**
 * The body of the `POST /exports` for a request that `ExportRequest.validate` accepts.
 *
 * @since 0.1.0
 * @category requests
 */
export const toDocument: {
  (version: ApiVersion): (self: ExportRequest) => JsonApi.Document<Omit<Resource, "id">>
  (self: ExportRequest, version: ApiVersion): JsonApi.Document<Omit<Resource, "id">>
} = dual(2, requests.toDocument)

/**
 * The paths by which an export differs from a request in type, period or filters, such as `exportType` or `filters.to`. Empty if
 * the export is one of that request. It compares meanings: instants, lists in any order, absent as null, and the calendar
 * filters of old versions as the periods that they are.
 *
 * @since 0.1.0
 * @category requests
 */
export const differences: {
  (that: Export): (self: ExportRequest) => ReadonlyArray<string>
  (self: ExportRequest, that: Export): ReadonlyArray<string>
} = dual(2, requests.differences)

/**
 * Makes a decoder for one file of CSV by RFC 4180, as DIDWW writes it: UTF-8 with or without a byte order mark, commas, lines
 * that end in LF or CRLF, the header first. It keeps at most one unfinished record.
 *
 * A quote within a cell that does not begin with a quote is text. Text behind a closing quote makes the row a rejected one, and
 * the cell ends at the next comma or line end. An empty line is a row of one cell.
 *
 * @since 0.1.0
 * @category records
 */
export const decoder: <const C extends Column = Column>(options?: DecodeOptions<C>) => rows.Decoder<C> = rows.decoder

/**
 * The columns of each layout, in the order of a record's fields.
 *
 * @since 0.1.0
 * @category records
 */
export const columns: {
  readonly [Tag in columnTable.Tag]: ReadonlyArray<{
    readonly key: string
    /** In the header. */
    readonly name: string
    readonly kind: columnTable.Kind
  }>
} = { CdrInRecord: columnTable.list("CdrInRecord"), CdrOutRecord: columnTable.list("CdrOutRecord") }
