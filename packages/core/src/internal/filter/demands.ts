/** What every match of a filter has in common. */
import * as utc from "../utc.js"
import * as wireTime from "../wireTime.js"
import type { NamedTag } from "./names.js"
import type { Bounds, ExportFilter } from "./nodes.js"

/** In milliseconds; infinite for no bound. */
interface Bound {
  readonly at: number
  readonly strict: boolean
}

type Valued = Exclude<NamedTag, "ExportType" | "CreatedAt">

export interface Demands {
  /** Whether nothing can match. */
  readonly contradictory: boolean
  /** The values that each attribute can have. */
  readonly values: ReadonlyMap<Valued, ReadonlyArray<string>>
  readonly types: ReadonlyArray<string> | undefined
  readonly lower: Bound
  readonly upper: Bound
}

// only exports of these types have the filter
const typesOf: { readonly [Tag in ExportFilter["_tag"]]?: ReadonlyArray<string> } = {
  From: ["cdr_in", "cdr_out"],
  To: ["cdr_in", "cdr_out"],
  DidNumber: ["cdr_in"],
  VoiceOutTrunkId: ["cdr_out"]
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

/** The earliest time of creation of a match, in milliseconds; `undefined` if a match can be of any age. */
export const createdSince = (filter: ExportFilter): number | undefined => {
  const { at } = demands(filter).lower
  return at === -Infinity ? undefined : at
}

const consistent = (self: Demands): Demands => ({
  ...self,
  contradictory: self.contradictory || self.upper.at < self.lower.at ||
    (self.upper.at === self.lower.at && (self.upper.strict || self.lower.strict)) ||
    self.types?.length === 0 || Array.from(self.values.values()).some((values) => values.length === 0)
})

/** The demands of both at once. */
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

/** The demands that one or the other meets. */
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
  ...(gte ? [{ at: utc.millisOf(gte), strict: false }] : []),
  ...(gt ? [{ at: utc.millisOf(gt), strict: true }] : [])
]

const highest = ({ lt, lte }: Bounds): ReadonlyArray<Bound> => [
  ...(lte ? [{ at: utc.millisOf(lte), strict: false }] : []),
  ...(lt ? [{ at: utc.millisOf(lt), strict: true }] : [])
]

const later = (a: Bound, b: Bound): Bound => b.at > a.at || (b.at === a.at && b.strict) ? b : a

const earlier = (a: Bound, b: Bound): Bound => b.at < a.at || (b.at === a.at && b.strict) ? b : a
