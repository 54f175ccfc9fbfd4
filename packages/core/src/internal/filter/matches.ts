/** A filter as a predicate: one closure for each condition, made once. */
import { constTrue } from "effect/Function"
import * as Predicate from "effect/Predicate"
import { type CdrInExport, type CdrOutExport, type Export, hasLegacyFilters } from "../../Export.js"
import type { Bounds, ExportFilter, Matched } from "../../ExportFilter.js"
import { unreadFilters } from "../export/codec.js"

/** What a filter proves is in its type alone, so its predicate is a guard by fiat. */
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
      return (self) => orderedCalls(self)?.from?.epochMillis === filter.value.epochMillis
    case "To":
      return (self) => orderedCalls(self)?.to?.epochMillis === filter.value.epochMillis
    case "DidNumber":
      return (self) =>
        orderedCalls(self) !== undefined && self.exportType === "cdr_in" &&
        isOf(self, "didNumber", self.filters?.didNumber, filter.value)
    case "VoiceOutTrunkId":
      return (self) =>
        orderedCalls(self) !== undefined && self.exportType === "cdr_out" &&
        isOf(self, "voiceOutTrunkId", self.filters?.voiceOutTrunkId, filter.value)
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

/** Blank is none; what nobody could read is neither that nor any other. */
const isOf = (
  self: CdrInExport | CdrOutExport,
  key: "didNumber" | "voiceOutTrunkId",
  ordered: string | null | undefined,
  wanted: string
): boolean => (ordered ?? "") === wanted && (wanted !== "" || !unreadFilters(self).includes(key))

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

const createdWithin = ({ gt, gte, lt, lte }: Bounds): Predicate.Predicate<Export> => {
  // whole milliseconds: a strict bound is the next one
  const first = Math.max(gte?.epochMillis ?? -Infinity, gt === undefined ? -Infinity : gt.epochMillis + 1)
  const last = Math.min(lte?.epochMillis ?? Infinity, lt === undefined ? Infinity : lt.epochMillis - 1)
  return (self) => {
    const at = self.createdAt?.epochMillis
    return at !== undefined && first <= at && at <= last
  }
}

/** What an export of calls was ordered with; not those of other types, nor those ordered by year and month. */
const orderedCalls = (self: Export): CdrInExport["filters"] | CdrOutExport["filters"] | undefined =>
  (self.exportType === "cdr_in" || self.exportType === "cdr_out") && self.filters != null && !hasLegacyFilters(self)
    ? self.filters
    : undefined
