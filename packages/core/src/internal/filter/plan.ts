/** A filter as parameters of a list request, by what a version's server takes. */
import * as DateTime from "effect/DateTime"
import type { ApiVersion } from "../../ApiVersion.js"
import { exportTypeOf } from "../filters.js"
import * as wireTime from "../wireTime.js"
import * as data from "./data.js"
import { type Demands, demands } from "./demands.js"
import type { ListFilter } from "./listFilter.js"
import { listFilters, type NamedTag, nameOf } from "./names.js"
import type { ExportFilter } from "./nodes.js"

/**
 * One `filter[name]=value` of a list request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Parameter {
  /** As on the wire, such as `voice_out_trunk.id`. */
  readonly name: string
  readonly value: string
  /** Whether exports can come to match, or cease to, while one pages. Send it only for a result that fits one page. */
  readonly volatile: boolean
  /** Whether a server may refuse or ignore it. */
  readonly unverified: boolean
}

/**
 * The parts of a filter: those that a server evaluates, and the rest. **The exports that a server of the version keeps, and
 * that then match `rest`, are those that match the filter**, also where the server ignores an unverified parameter.
 *
 * @since 0.1.0
 * @category models
 */
export interface FilterPlan {
  /** Whether nothing can match, so that no request is needed. */
  readonly contradictory: boolean
  readonly parameters: ReadonlyArray<Parameter>
  readonly rest: ExportFilter
}

// the server's work or an update can change these while one pages
const volatile: ReadonlySet<ExportFilter["_tag"]> = new Set(["Status", "ExternalReferenceId"])

/** Longer lists stay with the client: the length of a URL is limited. */
const maxLength = 2000

export const plan = (filter: ExportFilter, version: ApiVersion, except: ReadonlySet<string>): FilterPlan => {
  const filters = listFilters(version)
  const found = demands(filter)
  const parameters: Array<Parameter> = []
  /** Conditions that the server evaluates exactly. */
  const exact = new Set<ExportFilter["_tag"]>()
  const taken = (name: string): ListFilter | undefined => except.has(name) ? undefined : filters.get(name)

  const push = (tag: NamedTag, values: ReadonlyArray<string>): void => {
    const name = nameOf(tag)
    const filter = taken(name)
    if (filter === undefined || !travels(values, filter)) return
    if ((tag === "From" || tag === "To") && !values.every((value) => /^\d{4}-/.test(value))) return
    parameters.push({ name, value: values.join(","), volatile: volatile.has(tag), unverified: filter.unverified })
    if (tag === "ExportType") exact.add(tag)
  }
  if (found.types !== undefined && found.types.every(isKnownType)) push("ExportType", found.types)
  found.values.forEach((values, tag) => push(tag, values))

  const bounds = boundsOf(found).filter(({ name }) => taken(name) !== undefined)
  parameters.push(...bounds)
  if (bounds.length > 0 && isExact(found)) exact.add("CreatedAt")

  const conditions = filter._tag === "And" ? filter.filters : [filter]
  return {
    contradictory: found.contradictory,
    parameters,
    rest: data.all(conditions.filter(({ _tag }) => !exact.has(_tag)))
  }
}

// a server refuses a type that it does not know
const isKnownType = (value: string): boolean => value !== "unknown" && exportTypeOf(value) === value

const travels = (values: ReadonlyArray<string>, filter: ListFilter): boolean =>
  values.length === 1 && values[0] === ""
    ? filter.blank
    : (filter.values === "many" || values.length === 1) &&
      values.every((value) => plain.test(value) && value.trim() === value) &&
      values.reduce((length, value) => length + value.length + 1, 0) <= maxLength

// a comma would make a list, and a quote, a control or half a character is changed on its way
const plain = /^[^,"\\\p{Cc}\p{Cs}]+$/u

export const earliest = `${nameOf("CreatedAt")}_gteq`

export const latest = `${nameOf("CreatedAt")}_lteq`

const boundsOf = ({ lower, upper }: Demands): ReadonlyArray<Parameter> => [
  ...boundOf(earliest, lower.at),
  // the server may know microseconds where it shows milliseconds: ask for one more, and check again
  ...boundOf(latest, upper.at + 1)
]

const boundOf = (name: string, millis: number): ReadonlyArray<Parameter> =>
  wireTime.isWritable(millis)
    ? [{ name, value: wireTime.formatIso(DateTime.unsafeMake(millis)), volatile: false, unverified: false }]
    : []

const isExact = ({ lower, upper }: Demands): boolean => !lower.strict && lower.at !== -Infinity && upper.at === Infinity
