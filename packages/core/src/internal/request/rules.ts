/** What DIDWW refuses of an order, and how an order is written. */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as ApiVersion from "../../ApiVersion.js"
import type { InvalidExportRequest } from "../../DidwwError.js"
import type { Export, Resource } from "../../Export.js"
import type { ExportRequest } from "../../ExportRequest.js"
import * as calendar from "./calendar.js"
import * as codec from "../export/codec.js"
import * as fields from "../export/query.js"
import * as httpUrl from "../httpUrl.js"
import * as wireTime from "../wireTime.js"

type Problem = InvalidExportRequest["problems"][number]

type Problems = ReadonlyArray<Problem>

const when = (wrong: boolean, path: string, message: string): Problems => wrong ? [{ path, message }] : []

/** Members that are no filters, and those filters that every type has. */
const common: ReadonlySet<string> = new Set(["exportType", "from", "to", "callback", "externalReferenceId"])

/** The filters that an order has beside its range. */
const filtersOf = (self: ExportRequest): ReadonlyArray<readonly [key: string, value: unknown]> =>
  Object.entries(self).filter(([key, value]) => !common.has(key) && value !== undefined)

export const problems = (self: ExportRequest, version: ApiVersion.ApiVersion, now: DateTime.Utc): Problems => [
  ...ofKeys(self, version),
  ...ofRange(self, version, now),
  ...filtersOf(self).flatMap(([key, value]) => ofValue(key, value)),
  ...when(self.exportType === "cdr_in" && self.didNumber?.startsWith("+") === true, "didNumber", "begins with a +"),
  ...ofCallback(self),
  ...ofReference(self, version)
]

const ofKeys = (self: ExportRequest, version: ApiVersion.ApiVersion): Problems => {
  const { exportType } = self
  const allowed = ApiVersion.creationFilters(version)[exportType]
  if (allowed === undefined) {
    return [{ path: "exportType", message: `${exportType} is not in API version ${version}` }]
  }
  const names = codec.filterNames(exportType)
  return filtersOf(self).flatMap(([key]) => {
    const name = calendarKeys.has(key) ? undefined : names.get(key)
    return name === undefined
      ? [{ path: key, message: `is no filter of ${exportType}` }]
      : when(!allowed.includes(name), key, `is no filter of ${exportType} in API version ${version}`)
  })
}

// an order has a range, whatever the version
const calendarKeys: ReadonlySet<string> = new Set(["year", "month", "day"])

// as far as two clocks may be apart, the server decides
const skew = "5 minutes"

const ofRange = (self: ExportRequest, version: ApiVersion.ApiVersion, now: DateTime.Utc): Problems => {
  const { from, to } = self
  const earliest = calendar.kept(DateTime.subtractDuration(now, skew)).from
  const latest = DateTime.addDuration(now, skew)
  return [
    ...Object.entries({ from, to }).flatMap(([path, time]) => [
      ...when(time.epochMillis % 1000 !== 0, path, "has a fraction of a second"),
      ...when(
        DateTime.lessThan(time, earliest),
        path,
        `is before ${wireTime.formatShort(earliest)}: DIDWW keeps the current month and the two before it`
      ),
      ...when(DateTime.greaterThan(time, latest), path, "is in the future")
    ]),
    ...when(DateTime.lessThanOrEqualTo(to, from), "to", "is not after from"),
    ...when(
      takesPeriods(version) && toPeriod(self) === undefined,
      "to",
      `is not the end of a whole month${
        self.exportType === "cdr_out" ? " or day" : ""
      } of UTC that begins with from, as API version ${version} wants it`
    )
  ]
}

const ofValue = (path: string, value: unknown): Problems =>
  Array.isArray(value)
    ? value.length === 0
      ? [{ path, message: "is empty" }]
      : value.flatMap((one, index) => ofValue(`${path}[${index}]`, one))
    : when(Predicate.isString(value) && value.trim() === "", path, "is blank")

const ofCallback = ({ callback }: ExportRequest): Problems =>
  callback === undefined ? [] : Option.match(httpUrl.parse(callback.url), {
    onNone: () => [{ path: "callback.url", message: "is no http or https address" }],
    onSome: ({ userinfo }) => when(userinfo !== undefined, "callback.url", "holds a user or a password")
  })

const ofReference = ({ externalReferenceId }: ExportRequest, version: ApiVersion.ApiVersion): Problems => {
  if (externalReferenceId === undefined) return []
  const path = "externalReferenceId"
  const { length } = Array.from(externalReferenceId)
  return [
    ...ofValue(path, externalReferenceId),
    ...when(length > 100, path, `has ${length} characters, and 100 are allowed`),
    ...when(!fields.has(version, path), path, `is not in API version ${version}`)
  ]
}

const takesPeriods = (version: ApiVersion.ApiVersion): boolean => version === "2022-05-10"

const toPeriod = (self: ExportRequest): calendar.Period | undefined => {
  const period = calendar.toPeriod(self)
  return period?.day === undefined || self.exportType === "cdr_out" ? period : undefined
}

export const toResource = (self: ExportRequest, version: ApiVersion.ApiVersion): Omit<Resource, "id"> => {
  const { callback, exportType, externalReferenceId, from, to } = self
  const range = takesPeriods(version) ? toPeriod(self) : { from, to }
  return {
    type: "exports",
    attributes: {
      export_type: exportType,
      filters: codec.encodeFilters(exportType, { ...range, ...Object.fromEntries(filtersOf(self)) }),
      ...(callback && {
        callback_url: callback.url,
        callback_method: takesPeriods(version) ? callback.method.toUpperCase() : callback.method
      }),
      ...(externalReferenceId !== undefined && { external_reference_id: externalReferenceId })
    }
  }
}

export const differences = (self: ExportRequest, that: Export): ReadonlyArray<string> => {
  if (that.exportType !== self.exportType) return ["exportType"]
  const wanted = new Map<string, unknown>([["from", self.from], ["to", self.to], ...filtersOf(self)])
  const found = new Map<string, unknown>(Object.entries(withRange(that.filters ?? {})))
  const differing = [...wanted.keys(), ...found.keys()].filter((key) => !same(wanted.get(key), found.get(key)))
  return Array.from(new Set([...differing, ...codec.unreadFilters(that)]), (key) => `filters.${key}`)
}

interface Filters {
  readonly year?: number | null
  readonly month?: number | null
  readonly day?: number | null
}

const withRange = ({ day, month, year, ...filters }: Filters): object =>
  year == null || month == null
    ? filters
    : { ...calendar.fromPeriod({ year, month, ...(day != null && { day }) }), ...filters }

/** The same meaning: absent is null, a time is its instant, a list is a set. */
const same = (left: unknown, right: unknown): boolean =>
  left == null || right == null
    ? left == null && right == null
    : DateTime.isDateTime(left) && DateTime.isDateTime(right)
    ? DateTime.Equivalence(left, right)
    : Array.isArray(left) && Array.isArray(right)
    ? left.every((one) => right.includes(one)) && right.every((one) => left.includes(one))
    : left === right
