/** A conjunction as parameters of a list request, by what a version's server takes. */
import * as DateTime from "effect/DateTime"
import * as ApiVersion from "../ApiVersion.js"
import type { Bounds, ExportFilter, Parameter } from "../ExportFilter.js"
import { exportTypeOf } from "./exportCodec.js"
import * as wireTime from "./wireTime.js"

interface Pushed {
  readonly contradictory: boolean
  readonly parameters: ReadonlyArray<Parameter>
  /** The conditions that the client still has to look at. */
  readonly keep: ReadonlyArray<ExportFilter>
}

type Tag = ExportFilter["_tag"]

const names = {
  Id: "id",
  ExportType: "export_type",
  Status: "status",
  ExternalReferenceId: "external_reference_id",
  From: "from",
  To: "to",
  DidNumber: "did_number",
  VoiceOutTrunkId: "voice_out_trunk.id"
} as const

// these can change, by the server's work or by a PATCH, while one pages
const volatile: ReadonlySet<Tag> = new Set(["Status", "ExternalReferenceId"])

// only these kinds of export were ordered with it
const typesOf: Partial<Record<Tag, ReadonlyArray<string>>> = {
  From: ["cdr_in", "cdr_out"],
  To: ["cdr_in", "cdr_out"],
  DidNumber: ["cdr_in"],
  VoiceOutTrunkId: ["cdr_out"]
}

/** Longer lists stay with the client: a URL has its limits. */
const maxLength = 2000

export const plan = (
  conditions: ReadonlyArray<ExportFilter>,
  version: ApiVersion.ApiVersion,
  except: ReadonlySet<string>
): Pushed => {
  const filters = ApiVersion.listFilters(version)
  const demanded = demands(conditions)
  const parameters: Array<Parameter> = []
  const exact = new Set<Tag>()
  const taken = (name: string): ApiVersion.ListFilter | undefined =>
    Object.hasOwn(filters, name) && !except.has(name) ? filters[name] : undefined

  for (const [tag, values] of demanded.values) {
    const name = names[tag]
    const filter = taken(name)
    if (filter === undefined || !travels(values, filter)) continue
    if ((tag === "From" || tag === "To") && !values.every((value) => /^\d{4}-/.test(value))) continue
    if (tag === "ExportType" && !values.every(isKnownType)) continue
    parameters.push({ name, value: values.join(","), volatile: volatile.has(tag), doubtful: filter.doubtful })
    if (tag === "ExportType") exact.add(tag)
  }

  const { lower, upper } = demanded.created
  const bound = (name: string, millis: number): void => {
    if (wireTime.isWritable(millis) && taken(name) !== undefined) {
      const value = wireTime.formatIso(DateTime.unsafeMake(millis))
      parameters.push({ name, value, volatile: false, doubtful: false })
      exact.add("CreatedAt")
    }
  }
  bound("created_at_gteq", lower.at)
  // the server may know microseconds where it shows milliseconds: ask for one more, and look again
  bound("created_at_lteq", upper.at + 1)
  if (lower.strict || lower.at === -Infinity || upper.at !== Infinity) exact.delete("CreatedAt")

  return {
    contradictory: demanded.contradictory,
    parameters,
    keep: conditions.filter(({ _tag }) => !exact.has(_tag))
  }
}

// a server refuses types that it does not know
const isKnownType = (value: string): boolean => value !== "unknown" && exportTypeOf(value) === value

const travels = (values: ReadonlyArray<string>, filter: ApiVersion.ListFilter): boolean =>
  values.length === 1 && values[0] === ""
    ? filter.blank
    : (filter.values === "many" || values.length === 1) &&
      values.every((value) => plain.test(value) && value.trim() === value) &&
      values.reduce((length, value) => length + value.length + 1, 0) <= maxLength

// no comma or quote, which would make a list of it, and nothing that a URL or a parser changes
const plain = /^[^,"\\\p{Cc}\p{Cs}]+$/u

interface Demands {
  readonly contradictory: boolean
  /** By condition, the values that all conditions of its kind allow. */
  readonly values: ReadonlyMap<keyof typeof names, ReadonlyArray<string>>
  readonly created: { readonly lower: Bound; readonly upper: Bound }
}

/** In milliseconds; infinite where there is none. */
interface Bound {
  readonly at: number
  readonly strict: boolean
}

const demands = (conditions: ReadonlyArray<ExportFilter>): Demands => {
  const values = new Map<keyof typeof names, ReadonlyArray<string>>()
  let types: ReadonlyArray<string> | undefined
  let lower: Bound = { at: -Infinity, strict: false }
  let upper: Bound = { at: Infinity, strict: false }
  for (const condition of conditions) {
    switch (condition._tag) {
      case "Id":
      case "ExportType":
      case "Status":
      case "ExternalReferenceId":
        values.set(condition._tag, intersect(values.get(condition._tag), condition.values))
        break
      case "From":
      case "To":
        values.set(condition._tag, intersect(values.get(condition._tag), [wireTime.formatSeconds(condition.value)]))
        break
      case "DidNumber":
      case "VoiceOutTrunkId":
        values.set(condition._tag, intersect(values.get(condition._tag), [condition.value]))
        break
      case "CreatedAt":
        lower = lowest(condition).reduce(later, lower)
        upper = highest(condition).reduce(earlier, upper)
        break
      case "And":
        break
    }
    const ofTypes = condition._tag === "ExportType" ? condition.values : typesOf[condition._tag]
    if (ofTypes !== undefined) types = intersect(types, ofTypes)
  }
  return {
    contradictory: upper.at < lower.at || (upper.at === lower.at && (upper.strict || lower.strict)) ||
      types?.length === 0 || Array.from(values.values()).some((some) => some.length === 0),
    values,
    created: { lower, upper }
  }
}

const intersect = (some: ReadonlyArray<string> | undefined, others: ReadonlyArray<string>): ReadonlyArray<string> =>
  some === undefined ? Array.from(new Set(others)) : some.filter((value) => others.includes(value))

const lowest = ({ gt, gte }: Bounds): ReadonlyArray<Bound> => [
  ...(gte ? [{ at: gte.epochMillis, strict: false }] : []),
  ...(gt ? [{ at: gt.epochMillis, strict: true }] : [])
]

const highest = ({ lt, lte }: Bounds): ReadonlyArray<Bound> => [
  ...(lte ? [{ at: lte.epochMillis, strict: false }] : []),
  ...(lt ? [{ at: lt.epochMillis, strict: true }] : [])
]

const later = (a: Bound, b: Bound): Bound => b.at > a.at || (b.at === a.at && b.strict) ? b : a

const earlier = (a: Bound, b: Bound): Bound => b.at < a.at || (b.at === a.at && b.strict) ? b : a
