/**
 * Queries of a list: filter, sort, sparse fields, page. Every parameter of `GET /exports` has its place.
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
 * const text = ExportQuery.explain(query, "2026-04-16")
 * ```
 *
 * @since 0.1.0
 */
import type { ApiVersion } from "./ApiVersion.js"
import type { Export } from "./Export.js"
import type { ExportFilter } from "./ExportFilter.js"
import type { attributes } from "./internal/attributes.js"
import * as planning from "./internal/export/query.js"
import * as explaining from "./internal/filter/explain.js"

/**
 * An attribute of an export, by its name in the model.
 *
 * @since 0.1.0
 * @category models
 */
export type Field = keyof typeof attributes

type SortKey = {
  readonly [F in Field]: (typeof attributes)[F] extends { readonly sortable: true } ? F : never
}[Field]

/**
 * An attribute that the server sorts by. A `-` puts the greatest value first.
 *
 * @since 0.1.0
 * @category models
 */
export type Sort = `${"" | "-"}${SortKey}`

/**
 * A query of the list. `fields` and what `filter` proves decide the type of its elements.
 *
 * @since 0.1.0
 * @category models
 */
export interface ExportQuery<
  Fs extends ReadonlyArray<Field> | undefined = ReadonlyArray<Field> | undefined,
  A extends Export = Export
> {
  /** Which exports. Default: every export. */
  readonly filter?: ExportFilter<A> | undefined
  /** The order. Default: `-createdAt`, the newest first. Only with this order is the walk of a stream exact. */
  readonly sort?: Sort | ReadonlyArray<Sort> | undefined
  /** Only these attributes, and the `id`. Default: all attributes. */
  readonly fields?: Fs
  /** Exports on a page, at least 1. DIDWW allows 100 or 1000, by account. Default: 100. */
  readonly pageSize?: number | undefined
  /** The first page to read, from 1. Default: 1. */
  readonly page?: number | undefined
}

type SelectedOf<E extends Export, F extends Field> = E extends unknown
  ? Pick<E, "id" | F | Extract<"exportType" extends F ? "rawType" : never, keyof E>>
  : never

type SomeOf<E extends Export> = E extends unknown ? Pick<E, "id"> & Partial<Omit<E, "id" | "wire">> : never

/**
 * The element of a query with these fields and a filter that proves `A`. Without fields it is an `A`. With fields it is a
 * record of the `id` and the fields, and still a union if `exportType` or `filters` is among them. With fields that are known
 * only at run time, each field may be missing.
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
 * Makes a query whose type remembers its fields and its filter.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <const Fs extends ReadonlyArray<Field> | undefined = undefined, A extends Export = Export>(
  query: ExportQuery<Fs, A>
): ExportQuery<Fs, A> => query

/**
 * Explains a query to a person: what is sent to the server, what the client checks, and why.
 *
 * @since 0.1.0
 * @category readings
 */
export const explain = (query: ExportQuery, version: ApiVersion): string =>
  explaining.explain(query, planning.plan(query, version), version)
