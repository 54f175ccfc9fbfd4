/** A filter as a predicate: one closure for each condition, made once. */
import type * as DateTime from "effect/DateTime"
import { constTrue } from "effect/Function"
import * as Predicate from "effect/Predicate"
import type { CdrInExport, CdrOutExport, Export } from "../../Export.js"
import { hasLegacyFilters, unreadFilters } from "../export/codec.js"
import * as utc from "../utc.js"
import type { Bounds, ExportFilter, Matched } from "./nodes.js"

/** A filter proves something in its type only, so the guard takes it on trust. */
export const guard = <A extends Export>(filter: ExportFilter<A>): (candidate: Export) => candidate is A & Matched =>
  matches(filter) as (candidate: Export) => candidate is A & Matched

export const matches = (filter: ExportFilter): Predicate.Predicate<Export> => {
  switch (filter._tag) {
    case "Id":
      return oneOf(filter.values, (self) => self.id)
    case "ExportType":
      return oneOf(filter.values, (self) => self.exportType === "unknown" ? self.rawType : self.exportType)
    case "Status":
      return oneOf(filter.values, (self) => self.status === "unknown" ? undefined : self.status)
    case "ExternalReferenceId":
      return oneOf(filter.values, (self) => self.externalReferenceId)
    case "CreatedAt":
      return createdWithin(filter)
    case "From":
      return at(filter.value, (self) => filtersOfCalls(self)?.from)
    case "To":
      return at(filter.value, (self) => filtersOfCalls(self)?.to)
    case "DidNumber":
      return (self) =>
        filtersOfCalls(self) !== undefined && self.exportType === "cdr_in" &&
        isRequestedFor(self, "didNumber", self.filters?.didNumber, filter.value)
    case "VoiceOutTrunkId":
      return (self) =>
        filtersOfCalls(self) !== undefined && self.exportType === "cdr_out" &&
        isRequestedFor(self, "voiceOutTrunkId", self.filters?.voiceOutTrunkId, filter.value)
    case "HasUrl":
      return (self) => typeof self.url === "string"
    case "And": {
      const [first, ...others] = filter.filters.map(matches)
      return first === undefined
        ? constTrue
        : (self) => first(self) && others.every((predicate) => predicate(self))
    }
    case "Or": {
      const predicates = filter.filters.map(matches)
      return (self) => predicates.some((predicate) => predicate(self))
    }
    case "Not":
      return Predicate.not(matches(filter.filter))
  }
}

/** A blank value matches an export without a value. It does not match an export with a value that could not be read. */
const isRequestedFor = (
  self: CdrInExport | CdrOutExport,
  key: "didNumber" | "voiceOutTrunkId",
  value: string | null | undefined,
  wanted: string
): boolean => (value ?? "") === wanted && (wanted !== "" || !unreadFilters(self).includes(key))

const oneOf = (
  values: ReadonlyArray<string>,
  of: (self: Export) => string | null | undefined
): Predicate.Predicate<Export> => {
  const wanted = new Set(values)
  return (self) => {
    const value = of(self)
    return value != null && wanted.has(value)
  }
}

const at = (
  wanted: DateTime.Utc,
  of: (self: Export) => DateTime.Utc | null | undefined
): Predicate.Predicate<Export> => {
  const millis = utc.millisOf(wanted)
  return (self) => {
    const time = of(self)
    return time != null && utc.millisOf(time) === millis
  }
}

const createdWithin = ({ gt, gte, lt, lte }: Bounds): Predicate.Predicate<Export> => {
  // times are whole milliseconds: a strict bound is the next one
  const first = Math.max(millisOr(gte, -Infinity), millisOr(gt, -Infinity) + 1)
  const last = Math.min(millisOr(lte, Infinity), millisOr(lt, Infinity) - 1)
  return ({ createdAt }) => {
    if (createdAt == null) return false
    const millis = utc.millisOf(createdAt)
    return first <= millis && millis <= last
  }
}

const millisOr = (time: DateTime.Utc | undefined, none: number): number =>
  time === undefined ? none : utc.millisOf(time)

/** The filters of an export of calls. None for exports of other types, and for exports requested by year and month. */
const filtersOfCalls = (self: Export): CdrInExport["filters"] | CdrOutExport["filters"] | undefined =>
  (self.exportType === "cdr_in" || self.exportType === "cdr_out") && self.filters != null && !hasLegacyFilters(self)
    ? self.filters
    : undefined
