/** A list request: its sort, its fields and its plan. */
import type { ApiVersion } from "../../ApiVersion.js"
import type { Export } from "../../Export.js"
import type { ExportQuery, Field, Selected, Sort } from "../../ExportQuery.js"
import type { ErrorObject } from "../../JsonApi.js"
import { attributes } from "../attributes.js"
import * as data from "../filter/data.js"
import { matches } from "../filter/matches.js"
import type { ExportFilter } from "../filter/nodes.js"
import * as filterPlan from "../filter/plan.js"

/**
 * A query as an API version answers it.
 *
 * @since 0.1.0
 * @category models
 */
export interface QueryPlan<A> {
  readonly filter: filterPlan.FilterPlan
  /** Names and values, not encoded: `filter[id]`, `sort`, `fields[exports]`. The page's are not among them. */
  readonly parameters: ReadonlyArray<readonly [name: string, value: string]>
  /** The whole filter: another version than the planned one may answer, and may filter by less. */
  readonly matches: (self: Export) => boolean
  /** Picks the requested fields. */
  readonly select: (self: Export) => A
}

export interface Options {
  /** Filters that must not be sent. The client checks them. */
  readonly except?: ReadonlySet<string> | undefined
  /** Fields that are requested in any case. */
  readonly needs?: ReadonlyArray<Field> | undefined
}

/**
 * Sparse fields always bring those that the filter needs, and the export type, without which nothing can be decoded. If the
 * version lacks a needed field, all fields are requested, since another version may answer.
 */
export const plan = <Fs extends ReadonlyArray<Field> | undefined, A extends Export>(
  query: ExportQuery<Fs, A>,
  version: ApiVersion,
  options?: Options
): QueryPlan<Selected<Fs, A>> => {
  const { fields } = query
  const filter: ExportFilter = query.filter ?? data.everything
  const planned = filterPlan.plan(filter, version, options?.except ?? new Set())
  const needed = [...needs(filter), ...(options?.needs ?? [])]
  return {
    filter: planned,
    parameters: [
      ...planned.parameters.map(({ name, value }) => [`filter[${name}]`, value] as const),
      ...sort(query.sort ?? "-createdAt").map((value) => ["sort", value] as const),
      ...(fields === undefined || !needed.every((field) => has(version, field))
        ? []
        : [["fields[exports]", sparse([...fields, "exportType", ...needed])] as const])
    ],
    matches: matches(filter),
    select: select(fields)
  }
}

/** The faults of a query that no server can answer; none, if it is fine. */
export const problems = (query: ExportQuery): ReadonlyArray<ErrorObject> => [
  ...positive("page[size]", query.pageSize),
  ...positive("page[number]", query.page)
]

const positive = (parameter: string, value: number | undefined): ReadonlyArray<ErrorObject> =>
  value === undefined || (Number.isSafeInteger(value) && value >= 1)
    ? []
    : [{ title: "Invalid page", detail: `${parameter} must be a whole number of at least 1, not ${value}` }]

const sparse = (fields: ReadonlyArray<Field>): string =>
  Array.from(new Set(fields), (field) => attributes[field].name).join(",")

/** The value of `sort`; none for an empty list. */
const sort = (by: Sort | ReadonlyArray<Sort>): ReadonlyArray<string> => {
  const names = (typeof by === "string" ? [by] : by).map((key) => sortNames.get(key) ?? key)
  return names.length === 0 ? [] : [names.join(",")]
}

const sortNames: ReadonlyMap<string, string> = new Map(
  Object.entries(attributes).flatMap(([key, { name }]) => [[key, name], [`-${key}`, `-${name}`]])
)

/** Whether the exports of a version have the field. */
export const has = (version: ApiVersion, field: Field): boolean => version >= attributes[field].since

/** The fields that a filter looks at, beside the id and the export type. */
const needs = (filter: ExportFilter): ReadonlyArray<Field> => {
  switch (filter._tag) {
    case "Id":
    case "ExportType":
      return []
    case "Status":
      return ["status"]
    case "ExternalReferenceId":
      return ["externalReferenceId"]
    case "CreatedAt":
      return ["createdAt"]
    case "From":
    case "To":
    case "DidNumber":
    case "VoiceOutTrunkId":
      return ["filters"]
    case "HasUrl":
      return ["url"]
    case "And":
    case "Or":
      return filter.filters.flatMap(needs)
    case "Not":
      return needs(filter.filter)
  }
}

const select = <Fs extends ReadonlyArray<Field> | undefined, A extends Export>(
  fields: Fs | undefined
): (self: Export) => Selected<Fs, A> => {
  const keys: ReadonlyArray<string> | undefined = fields &&
    ["id", ...fields, ...(fields.includes("exportType") ? ["rawType"] : [])]
  // the type `Selected` says what this does to the value, and the filter proved that the value is an `A`
  return (self) =>
    (keys === undefined
      ? self
      : Object.fromEntries(Object.entries(self).filter(([key]) => keys.includes(key)))) as Selected<Fs, A>
}
