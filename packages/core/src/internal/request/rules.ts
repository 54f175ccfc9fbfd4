/** The rules by which DIDWW refuses a request. */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { ApiVersion } from "../../ApiVersion.js"
import type { ExportRequest } from "../../ExportRequest.js"
import type { InvalidExportRequest } from "../errors/request.js"
import { has } from "../export/query.js"
import { filters } from "../filters.js"
import * as httpUrl from "../httpUrl.js"
import * as utc from "../utc.js"
import * as wireTime from "../wireTime.js"
import * as calendar from "./calendar.js"
import { filtersOf, takesCalendar, toCalendar } from "./document.js"

/** The message reads on from the path. */
type Problem = InvalidExportRequest["problems"][number]

type Problems = ReadonlyArray<Problem>

const when = (wrong: boolean, path: string, message: string): Problems => wrong ? [{ path, message }] : []

export const problems = (self: ExportRequest, version: ApiVersion, now: DateTime.Utc): Problems => [
  ...ofKeys(self, version),
  ...ofPeriod(self, version, now),
  ...filtersOf(self).flatMap(([key, value]) => [
    ...ofValue(key, value),
    ...when(key === "didNumber" && Predicate.isString(value) && value.startsWith("+"), key, "begins with a +")
  ]),
  ...ofCallback(self),
  ...ofReference(self, version)
]

const ofKeys = (self: ExportRequest, version: ApiVersion): Problems => {
  const { exportType } = self
  const known = new Map<string, { readonly since: ApiVersion }>(Object.entries(filters[exportType]))
  // a version takes a type if it takes a filter of the type
  if (Array.from(known.values()).every(({ since }) => version < since)) {
    return [{ path: "exportType", message: `${exportType} is not in API version ${version}` }]
  }
  return filtersOf(self).flatMap(([key]) => {
    const filter = known.get(key)
    return filter === undefined
      ? [{ path: key, message: `is not a filter of ${exportType}` }]
      : when(version < filter.since, key, `is not a filter of ${exportType} in API version ${version}`)
  })
}

/** Within the difference of two clocks, the server decides. */
const skew = "5 minutes"

const ofPeriod = (self: ExportRequest, version: ApiVersion, now: DateTime.Utc): Problems => {
  const { from, to } = self
  const earliest = calendar.kept(DateTime.subtractDuration(now, skew)).from
  const latest = DateTime.addDuration(now, skew)
  return [
    ...Object.entries({ from, to }).flatMap(([path, time]) => [
      ...when(utc.millisOf(time) % 1000 !== 0, path, "has a fraction of a second"),
      ...when(
        DateTime.lessThan(time, earliest),
        path,
        `is before ${wireTime.formatShort(earliest)}: DIDWW keeps the current month and the two months before it`
      ),
      ...when(DateTime.greaterThan(time, latest), path, "is in the future")
    ]),
    ...when(DateTime.lessThanOrEqualTo(to, from), "to", "is not after from"),
    ...when(
      takesCalendar(version) && toCalendar(self) === undefined,
      "to",
      `is not the end of a whole month${
        self.exportType === "cdr_out" ? " or day" : ""
      } of UTC that begins at from, which API version ${version} needs`
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
    onNone: () => [{ path: "callback.url", message: "is not an http or https URL" }],
    onSome: ({ userinfo }) => when(userinfo !== undefined, "callback.url", "contains a user or a password")
  })

const ofReference = ({ externalReferenceId }: ExportRequest, version: ApiVersion): Problems => {
  if (externalReferenceId === undefined) return []
  const path = "externalReferenceId"
  const { length } = Array.from(externalReferenceId)
  return [
    ...ofValue(path, externalReferenceId),
    ...when(length > 100, path, `has ${length} characters: 100 are allowed`),
    ...when(!has(version, path), path, `is not in API version ${version}`)
  ]
}
