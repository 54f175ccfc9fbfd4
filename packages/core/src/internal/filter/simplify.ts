/** Smaller filters of the same matches. */
import * as Equal from "effect/Equal"
import type { Export } from "../../Export.js"
import * as data from "./data.js"
import { demands } from "./demands.js"
import type { ExportFilter } from "./nodes.js"

export const simplify = <A extends Export>(filter: ExportFilter<A>): ExportFilter<A> => {
  switch (filter._tag) {
    case "And": {
      const parts = joined("And", filter.filters.map(simplify))
      const isEmpty = parts.some(isNothing) || parts.some((part) => parts.some((other) => isOpposite(part, other))) ||
        demands(data.all(parts)).contradictory
      return isEmpty ? data.any([]) : data.all(parts.filter((part) => !isEverything(part)))
    }
    case "Or": {
      const parts = joined("Or", filter.filters.map(simplify))
      const isFull = parts.some(isEverything) || parts.some((part) => parts.some((other) => isOpposite(part, other)))
      return isFull ? data.all([]) : data.any(parts.filter((part) => !isNothing(part)))
    }
    case "Not": {
      const inner = simplify(filter.filter)
      return isNothing(inner)
        ? data.all([])
        : isEverything(inner)
        ? data.any([])
        : inner._tag === "Not"
        ? data.all([inner.filter])
        : data.not(inner)
    }
    case "CreatedAt":
      return demands(filter).contradictory ? data.any([]) : filter
    case "Id":
    case "ExportType":
    case "Status":
    case "ExternalReferenceId":
      return data.oneOf(filter._tag, Array.from(new Set(filter.values)))
    default:
      return filter
  }
}

const isEverything = (filter: ExportFilter): boolean => Equal.equals(filter, data.everything)

const isNothing = (filter: ExportFilter): boolean => Equal.equals(filter, data.nothing)

const isOpposite = (filter: ExportFilter, other: ExportFilter): boolean =>
  filter._tag === "Not" && Equal.equals(filter.filter, other)

/** A flat list without repetitions, where each attribute has one list of values. */
const joined = (tag: "And" | "Or", filters: ReadonlyArray<ExportFilter>): ReadonlyArray<ExportFilter> => {
  const parts: Array<ExportFilter> = []
  for (const filter of filters) {
    const flat = (filter._tag === "And" || filter._tag === "Or") && filter._tag === tag ? filter.filters : [filter]
    for (const part of flat) {
      const index = parts.findIndex((other) => joinable(part, other))
      const other = parts[index]
      if (other === undefined) parts.push(part)
      else parts[index] = join(tag, other, part)
    }
  }
  return parts
}

const joinable = (filter: ExportFilter, other: ExportFilter): boolean =>
  Equal.equals(filter, other) || ("values" in filter && filter._tag === other._tag)

const join = (tag: "And" | "Or", filter: ExportFilter, other: ExportFilter): ExportFilter => {
  if (!("values" in filter) || !("values" in other)) return filter
  const values = tag === "And"
    ? filter.values.filter((value) => other.values.includes(value))
    : Array.from(new Set([...filter.values, ...other.values]))
  return values.length === 0 ? data.nothing : data.oneOf(filter._tag, values)
}
