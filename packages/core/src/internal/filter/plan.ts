/** A conjunction as parameters of a list request, by what a version's server takes. */
import * as DateTime from "effect/DateTime"
import * as ApiVersion from "../../ApiVersion.js"
import type { Bounds, ExportFilter, Parameter } from "../../ExportFilter.js"
import { exportTypeOf } from "../export/codec.js"
import * as wireTime from "../wireTime.js"

interface Pushed {
  readonly contradictory: boolean
  readonly parameters: ReadonlyArray<Parameter>
  /** The conditions that the client still has to look at. */
  readonly keep: ReadonlyArray<ExportFilter>
}

type Tag = ExportFilter["_tag"]

export const wireNames = {
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
  filter: ExportFilter,
  version: ApiVersion.ApiVersion,
  except: ReadonlySet<string>
): Pushed => {
  const filters = ApiVersion.listFilters(version)
  const { contradictory, lower, types, upper, values } = demands(filter)
  const parameters: Array<Parameter> = []
  const exact = new Set<Tag>()
  const taken = (name: string): ApiVersion.ListFilter | undefined =>
    Object.hasOwn(filters, name) && !except.has(name) ? filters[name] : undefined
  const push = (tag: keyof typeof wireNames, values: ReadonlyArray<string>): void => {
    const name = wireNames[tag]
    const filter = taken(name)
    if (filter === undefined || !travels(values, filter)) return
    if ((tag === "From" || tag === "To") && !values.every((value) => /^\d{4}-/.test(value))) return
    parameters.push({ name, value: values.join(","), volatile: volatile.has(tag), doubtful: filter.doubtful })
    if (tag === "ExportType") exact.add(tag)
  }
  if (types !== undefined && types.every(isKnownType)) push("ExportType", types)
  values.forEach((values, tag) => push(tag, values))

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

  const conditions = filter._tag === "And" ? filter.filters : [filter]
  return { contradictory, parameters, keep: conditions.filter(({ _tag }) => !exact.has(_tag)) }
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

/** In milliseconds; infinite where there is none. */
interface Bound {
  readonly at: number
  readonly strict: boolean
}

type Valued = Exclude<keyof typeof wireNames, "ExportType">

/** What every match has in common. */
export interface Demands {
  /** There is none. */
  readonly contradictory: boolean
  /** By attribute, the values that it can have. */
  readonly values: ReadonlyMap<Valued, ReadonlyArray<string>>
  readonly types: ReadonlyArray<string> | undefined
  readonly lower: Bound
  readonly upper: Bound
}

const none: Demands = {
  contradictory: false,
  values: new Map(),
  types: undefined,
  lower: { at: -Infinity, strict: false },
  upper: { at: Infinity, strict: false }
}

export const demands = (filter: ExportFilter): Demands => {
  const types = typesOf[filter._tag]
  switch (filter._tag) {
    case "ExportType":
      return { ...none, types: distinct(filter.values) }
    case "Id":
    case "Status":
    case "ExternalReferenceId":
      return { ...none, values: new Map([[filter._tag, distinct(filter.values)]]) }
    case "From":
    case "To":
      return { ...none, types, values: new Map([[filter._tag, [wireTime.formatSeconds(filter.value)]]]) }
    case "DidNumber":
    case "VoiceOutTrunkId":
      return { ...none, types, values: new Map([[filter._tag, [filter.value]]]) }
    case "CreatedAt":
      return consistent({
        ...none,
        lower: lowest(filter).reduce(later, none.lower),
        upper: highest(filter).reduce(earlier, none.upper)
      })
    case "And":
      return filter.filters.map(demands).reduce(meet, none)
    case "Or": {
      const [first, ...others] = filter.filters.map(demands).filter(({ contradictory }) => !contradictory)
      return first === undefined ? { ...none, contradictory: true } : others.reduce(unite, first)
    }
    case "HasUrl":
    case "Not":
      return none
  }
}

const consistent = (self: Demands): Demands => ({
  ...self,
  contradictory: self.contradictory || self.upper.at < self.lower.at ||
    (self.upper.at === self.lower.at && (self.upper.strict || self.lower.strict)) ||
    self.types?.length === 0 || Array.from(self.values.values()).some((values) => values.length === 0)
})

/** What holds of both at once. */
const meet = (a: Demands, b: Demands): Demands => {
  const values = new Map(a.values)
  b.values.forEach((more, tag) => values.set(tag, common(values.get(tag), more)))
  return consistent({
    contradictory: a.contradictory || b.contradictory,
    values,
    types: b.types === undefined ? a.types : common(a.types, b.types),
    lower: later(a.lower, b.lower),
    upper: earlier(a.upper, b.upper)
  })
}

/** What holds of either. */
const unite = (a: Demands, b: Demands): Demands => ({
  contradictory: false,
  values: new Map(
    Array.from(a.values).flatMap(([tag, values]) => {
      const more = b.values.get(tag)
      return more === undefined ? [] : [[tag, distinct([...values, ...more])] as const]
    })
  ),
  types: a.types && b.types && distinct([...a.types, ...b.types]),
  lower: later(a.lower, b.lower) === a.lower ? b.lower : a.lower,
  upper: earlier(a.upper, b.upper) === a.upper ? b.upper : a.upper
})

const distinct = (values: ReadonlyArray<string>): ReadonlyArray<string> => Array.from(new Set(values))

const common = (some: ReadonlyArray<string> | undefined, others: ReadonlyArray<string>): ReadonlyArray<string> =>
  some === undefined ? others : some.filter((value) => others.includes(value))

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
