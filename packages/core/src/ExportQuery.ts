/**
 * What a list request asks for: filter, sort, sparse fields, page. Every parameter of `GET /exports` has its place.
 *
 * @example
 * ```ts
 * import { ExportFilter, ExportQuery } from "@effect-didww/core"
 *
 * const query = ExportQuery.make({
 *   filter: ExportFilter.exportType("cdr_out"),
 *   sort: ["status", "-createdAt"],
 *   fields: ["status", "url"],
 *   pageSize: 50
 * })
 * const plan = ExportQuery.plan(query, "2026-04-16")
 * ```
 *
 * @since 0.1.0
 */
import type { ApiVersion } from "./ApiVersion.js"
import type { Export } from "./Export.js"
import * as ExportFilter from "./ExportFilter.js"
import * as explaining from "./internal/filter/explain.js"
import * as internal from "./internal/export/query.js"
import type { ErrorObject } from "./JsonApi.js"

/**
 * An attribute by its name in the model.
 *
 * @since 0.1.0
 * @category models
 */
export type Field =
  | "status"
  | "createdAt"
  | "externalReferenceId"
  | "url"
  | "callbackUrl"
  | "callbackMethod"
  | "exportType"
  | "filters"

/**
 * What one can sort by; `-` puts the greatest first.
 *
 * @since 0.1.0
 * @category models
 */
export type Sort = `${"" | "-"}${"createdAt" | "status" | "externalReferenceId"}`

/**
 * @since 0.1.0
 * @category models
 */
export interface ExportQuery<
  Fs extends ReadonlyArray<Field> | undefined = ReadonlyArray<Field> | undefined,
  A extends Export = Export
> {
  /** Default: every export. What it proves of its matches narrows the elements. */
  readonly filter?: ExportFilter.ExportFilter<A> | undefined
  /** Default: `-createdAt`, the newest first. The walk of a stream is exact with that order only. */
  readonly sort?: Sort | ReadonlyArray<Sort> | undefined
  /** Only these attributes, and the `id`. Default: all of them. */
  readonly fields?: Fs
  /** Exports a page, at least 1; DIDWW allows 100 or 1000. Default: 100. */
  readonly pageSize?: number | undefined
  /** The page to begin with, from 1. Default: 1. */
  readonly page?: number | undefined
}

type SelectedOf<E extends Export, F extends Field> = E extends unknown
  ? Pick<E, "id" | F | Extract<"exportType" extends F ? "rawType" : never, keyof E>>
  : never

type SomeOf<E extends Export> = E extends unknown ? Pick<E, "id"> & Partial<Omit<E, "id" | "wire">> : never

/**
 * The element that a query with these fields, and a filter that proves `A`, gives: an `A` without fields; with them a
 * record of the `id` and those, still a union where `exportType` or `filters` is among them; with fields that are only
 * known at run time, any of them may be missing.
 *
 * @since 0.1.0
 * @category models
 */
export type Selected<Fs extends ReadonlyArray<Field> | undefined, A extends Export = Export> = Fs extends
  ReadonlyArray<Field> ? number extends Fs["length"] ? SomeOf<A>
  : [Extract<Fs[number], "exportType" | "filters">] extends [never]
    ? Pick<A, "id" | Exclude<Fs[number], "exportType" | "filters">>
  : SelectedOf<A, Fs[number]>
  : A

/**
 * A query whose fields and filter are remembered in its type.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <const Fs extends ReadonlyArray<Field> | undefined = undefined, A extends Export = Export>(
  query: ExportQuery<Fs, A>
): ExportQuery<Fs, A> => query

/**
 * What is wrong with a query that no server could answer; empty when it is fine.
 *
 * @since 0.1.0
 * @category accessors
 */
export const problems = (query: ExportQuery): ReadonlyArray<ErrorObject> => [
  ...positive("page[size]", query.pageSize),
  ...positive("page[number]", query.page)
]

const positive = (parameter: string, value: number | undefined): ReadonlyArray<ErrorObject> =>
  value === undefined || (Number.isSafeInteger(value) && value >= 1)
    ? []
    : [{ title: "Invalid page", detail: `${parameter} must be a whole number from 1 on, not ${value}` }]

/**
 * A query as an API version answers it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Plan<A> {
  readonly filter: ExportFilter.Plan
  /** Names and values, decoded: `filter[id]`, `sort`, `fields[exports]`; not the page's. */
  readonly parameters: ReadonlyArray<readonly [name: string, value: string]>
  /** The whole filter, since another version than asked for may answer, and leave out less. */
  readonly matches: (self: Export) => boolean
  /** The fields asked for. */
  readonly select: (self: Export) => A
}

/**
 * The query as a plan. With sparse fields it asks for those that the filter needs too, and for the export type, without
 * which nothing can be decoded; `select` leaves only those asked for. Where the version lacks a field that the filter
 * needs it asks for all, since another version may answer.
 *
 * @since 0.1.0
 * @category readings
 */
export const plan = <const Fs extends ReadonlyArray<Field> | undefined = undefined, A extends Export = Export>(
  query: ExportQuery<Fs, A>,
  version: ApiVersion,
  options?: {
    /** Filters that must not be sent. */
    readonly except?: ReadonlySet<string> | undefined
    /** Fields that are asked for beside, whoever needs them. */
    readonly needs?: ReadonlyArray<Field> | undefined
  }
): Plan<Selected<Fs, A>> => {
  const { fields } = query
  const filter: ExportFilter.ExportFilter = query.filter ?? ExportFilter.everything
  const filterPlan = ExportFilter.plan(filter, version, options)
  const needs = [...internal.needs(filter), ...(options?.needs ?? [])]
  return {
    filter: filterPlan,
    parameters: [
      ...filterPlan.parameters.map(({ name, value }) => [`filter[${name}]`, value] as const),
      ...internal.sort(query.sort ?? "-createdAt").map((value) => ["sort", value] as const),
      ...(fields === undefined || !needs.every((field) => internal.has(version, field))
        ? []
        : [["fields[exports]", internal.sparse([...fields, "exportType", ...needs])] as const])
    ],
    matches: ExportFilter.matches(filter),
    select: internal.select<Fs, A>(fields)
  }
}

/**
 * The plan as a person reads it: what is asked of the server and what is looked at here, with the reasons.
 *
 * @since 0.1.0
 * @category readings
 */
export const explain = (query: ExportQuery, version: ApiVersion): string =>
  explaining.explain(query.filter ?? ExportFilter.everything, plan(query, version), version)
