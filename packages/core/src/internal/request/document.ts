/** Requests as documents, and compared with exports. */
import * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import type { ApiVersion } from "../../ApiVersion.js"
import type { Export, Resource } from "../../Export.js"
import type { ExportRequest } from "../../ExportRequest.js"
import type { Document } from "../../JsonApi.js"
import { attributes } from "../attributes.js"
import * as codec from "../export/codec.js"
import * as kinds from "../export/kinds.js"
import { type ExportType, filters, period } from "../filters.js"
import * as phoneNumber from "../phoneNumber.js"
import * as calendar from "./calendar.js"

/** The members of a request that are not filters, or that every type has. */
const common: ReadonlySet<string> = new Set(["exportType", "from", "to", "callback", "externalReferenceId"])

/** The filters of a request, beside its period, as DIDWW writes them. */
export const filtersOf = (self: ExportRequest): ReadonlyArray<readonly [key: string, value: unknown]> =>
  Object.entries(self)
    .filter(([key, value]) => !common.has(key) && value !== undefined)
    .map(([key, value]) => [key, written(self.exportType, key, value)] as const)

const written = (exportType: ExportType, key: string, value: unknown): unknown =>
  Predicate.isString(value) && isPhoneNumber(exportType, key) ? phoneNumber.withoutPlus(value) : value

const isPhoneNumber = (exportType: ExportType, key: string): boolean => {
  const known: Readonly<Record<string, { readonly kind: unknown }>> = filters[exportType]
  return Object.hasOwn(known, key) && known[key]?.kind === kinds.phoneNumber
}

/** Whether a version takes years, months and days instead of `from` and `to`. */
export const takesCalendar = (version: ApiVersion): boolean => version < period.from.since

export const toCalendar = (self: ExportRequest): calendar.Calendar | undefined => {
  const found = calendar.toCalendar(self)
  return found?.day === undefined || self.exportType === "cdr_out" ? found : undefined
}

/** The body of the `POST /exports` for a valid request. */
export const toDocument = (self: ExportRequest, version: ApiVersion): Document<Omit<Resource, "id">> => {
  const { callback, exportType, externalReferenceId, from, to } = self
  const times = takesCalendar(version) ? toCalendar(self) : { from, to }
  return {
    data: {
      type: "exports",
      attributes: {
        [attributes.exportType.name]: exportType,
        [attributes.filters.name]: codec.encodeFilters(exportType, {
          ...times,
          ...Object.fromEntries(filtersOf(self))
        }),
        ...(callback && {
          [attributes.callbackUrl.name]: callback.url,
          [attributes.callbackMethod.name]: takesCalendar(version) ? callback.method.toUpperCase() : callback.method
        }),
        ...(externalReferenceId !== undefined && { [attributes.externalReferenceId.name]: externalReferenceId })
      }
    }
  }
}

/**
 * The paths by which an export differs from a request in type, period or filters, such as `exportType` or `filters.to`. Empty
 * if the export is one of that request. Compares meanings: instants, lists in any order, absent as null, and the calendar
 * filters of old versions as the periods that they are.
 */
export const differences = (self: ExportRequest, that: Export): ReadonlyArray<string> => {
  if (that.exportType !== self.exportType) return ["exportType"]
  const wanted = new Map<string, unknown>([["from", self.from], ["to", self.to], ...filtersOf(self)])
  const found = new Map<string, unknown>(
    Object.entries(withPeriod(that.filters ?? {})).map(([key, value]) => [key, written(self.exportType, key, value)])
  )
  const differing = [...wanted.keys(), ...found.keys()].filter((key) => !same(wanted.get(key), found.get(key)))
  return Array.from(new Set([...differing, ...codec.unreadFilters(that)]), (key) => `filters.${key}`)
}

interface Filters {
  readonly year?: number | null
  readonly month?: number | null
  readonly day?: number | null
}

const withPeriod = ({ day, month, year, ...filters }: Filters): object =>
  year == null || month == null
    ? filters
    : { ...calendar.fromCalendar({ year, month, ...(day != null && { day }) }), ...filters }

/** Whether two values have the same meaning: absent is null, a time is its instant, a list is a set. */
const same = (left: unknown, right: unknown): boolean =>
  left == null || right == null
    ? left == null && right == null
    : DateTime.isDateTime(left) && DateTime.isDateTime(right)
    ? DateTime.Equivalence(left, right)
    : Array.isArray(left) && Array.isArray(right)
    ? left.every((one) => right.includes(one)) && right.every((one) => left.includes(one))
    : left === right
