/**
 * A small closed algebra of conditions on exports: data, so that one value can be read as a predicate and as what an
 * API version can do on the server.
 *
 * An absent or null attribute satisfies no condition. `from`, `to`, `didNumber` and `voiceOutTrunkId` speak of what an
 * export was ordered with; exports of other types, and those ordered by year and month, do not match them.
 *
 * @example
 * ```ts
 * import { ExportFilter } from "@effect-didww/core"
 * import * as DateTime from "effect/DateTime"
 *
 * const filter = ExportFilter.exportType("cdr_in").pipe(
 *   ExportFilter.and(ExportFilter.status("completed")),
 *   ExportFilter.and(ExportFilter.createdAt({ gte: DateTime.unsafeMake("2026-11-01T00:00:00Z") }))
 * )
 * const isWanted = ExportFilter.matches(filter)
 * ```
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as DateTime from "effect/DateTime"
import type * as Equal from "effect/Equal"
import { dual } from "effect/Function"
import * as Pipeable from "effect/Pipeable"
import * as Predicate from "effect/Predicate"
import type { ApiVersion } from "./ApiVersion.js"
import type { Export, ExportStatus, ExportType } from "./Export.js"
import * as internal from "./internal/filterMatches.js"
import * as planning from "./internal/filterPlan.js"

/**
 * @since 0.1.0
 * @category symbols
 */
export const TypeId: unique symbol = Symbol.for("@effect-didww/core/ExportFilter")

/**
 * @since 0.1.0
 * @category symbols
 */
export type TypeId = typeof TypeId

interface Node<Tag extends string> extends Equal.Equal, Pipeable.Pipeable {
  readonly [TypeId]: TypeId
  readonly _tag: Tag
}

/**
 * The attribute is one of `values`.
 *
 * @since 0.1.0
 * @category models
 */
export interface OneOf<Tag extends "Id" | "ExportType" | "Status" | "ExternalReferenceId"> extends Node<Tag> {
  readonly values: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Bounds {
  readonly gte?: DateTime.Utc | undefined
  readonly gt?: DateTime.Utc | undefined
  readonly lte?: DateTime.Utc | undefined
  readonly lt?: DateTime.Utc | undefined
}

/**
 * `createdAt` lies within all the given bounds.
 *
 * @since 0.1.0
 * @category models
 */
export interface CreatedAt extends Node<"CreatedAt">, Bounds {}

/**
 * The export was ordered with this instant.
 *
 * @since 0.1.0
 * @category models
 */
export interface At<Tag extends "From" | "To"> extends Node<Tag> {
  readonly value: DateTime.Utc
}

/**
 * The export was ordered for this number or trunk; for none, if blank.
 *
 * @since 0.1.0
 * @category models
 */
export interface OrderedFor<Tag extends "DidNumber" | "VoiceOutTrunkId"> extends Node<Tag> {
  readonly value: string
}

/**
 * All of `filters`: a flat list, never holding another `And`. Of none: everything.
 *
 * @since 0.1.0
 * @category models
 */
export interface And extends Node<"And"> {
  readonly filters: ReadonlyArray<ExportFilter>
}

/**
 * @since 0.1.0
 * @category models
 */
export type ExportFilter =
  | OneOf<"Id">
  | OneOf<"ExportType">
  | OneOf<"Status">
  | OneOf<"ExternalReferenceId">
  | CreatedAt
  | At<"From">
  | At<"To">
  | OrderedFor<"DidNumber">
  | OrderedFor<"VoiceOutTrunkId">
  | And

/**
 * @since 0.1.0
 * @category guards
 */
export const isExportFilter = (u: unknown): u is ExportFilter => Predicate.hasProperty(u, TypeId)

const Proto = Object.assign(Object.create(Data.Structural.prototype), Pipeable.Prototype, { [TypeId]: TypeId })

const make = <A extends ExportFilter>(fields: Omit<A, keyof Node<string>> & Pick<A, "_tag">): A =>
  Object.assign(Object.create(Proto), fields)

/**
 * Every export.
 *
 * @since 0.1.0
 * @category constructors
 */
export const everything: ExportFilter = make<And>({ _tag: "And", filters: Data.array([]) })

/**
 * The export has one of these ids.
 *
 * @since 0.1.0
 * @category constructors
 */
export const id = (...values: readonly [string, ...Array<string>]): ExportFilter =>
  make<OneOf<"Id">>({ _tag: "Id", values: Data.array(values) })

/**
 * The export is of one of these types; a type that this library does not know is compared with the `rawType`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const exportType = (
  ...values: readonly [ExportType | (string & {}), ...Array<ExportType | (string & {})>]
): ExportFilter => make<OneOf<"ExportType">>({ _tag: "ExportType", values: Data.array(values) })

/**
 * The export has one of these statuses.
 *
 * @since 0.1.0
 * @category constructors
 */
export const status = (
  ...values: readonly [Exclude<ExportStatus, "unknown">, ...Array<Exclude<ExportStatus, "unknown">>]
): ExportFilter => make<OneOf<"Status">>({ _tag: "Status", values: Data.array(values) })

/**
 * The export has one of these references, which its owner gave it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const externalReferenceId = (...values: readonly [string, ...Array<string>]): ExportFilter =>
  make<OneOf<"ExternalReferenceId">>({ _tag: "ExternalReferenceId", values: Data.array(values) })

/**
 * The export was ordered within these bounds.
 *
 * @since 0.1.0
 * @category constructors
 */
export const createdAt = ({ gt, gte, lt, lte }: Bounds): ExportFilter =>
  make<CreatedAt>({
    _tag: "CreatedAt",
    ...(gte && { gte }),
    ...(gt && { gt }),
    ...(lte && { lte }),
    ...(lt && { lt })
  })

/**
 * The export's records begin at this instant: calls, inbound or outbound, only.
 *
 * @since 0.1.0
 * @category constructors
 */
export const from = (value: DateTime.Utc): ExportFilter => make<At<"From">>({ _tag: "From", value })

/**
 * The export's records end before this instant: calls, inbound or outbound, only.
 *
 * @since 0.1.0
 * @category constructors
 */
export const to = (value: DateTime.Utc): ExportFilter => make<At<"To">>({ _tag: "To", value })

/**
 * The inbound export was ordered for this number (E.164 without `+`); `""`: for no number in particular.
 *
 * @since 0.1.0
 * @category constructors
 */
export const didNumber = (value: string): ExportFilter => make<OrderedFor<"DidNumber">>({ _tag: "DidNumber", value })

/**
 * The outbound export was ordered for this trunk; `""`: for no trunk in particular.
 *
 * @since 0.1.0
 * @category constructors
 */
export const voiceOutTrunkId = (value: string): ExportFilter =>
  make<OrderedFor<"VoiceOutTrunkId">>({ _tag: "VoiceOutTrunkId", value })

/**
 * Both.
 *
 * @since 0.1.0
 * @category combinators
 */
export const and: {
  (that: ExportFilter): (self: ExportFilter) => ExportFilter
  (self: ExportFilter, that: ExportFilter): ExportFilter
} = dual(2, (self: ExportFilter, that: ExportFilter): ExportFilter => all([self, that]))

/**
 * All of them; of none: everything.
 *
 * @since 0.1.0
 * @category combinators
 */
export const all = (filters: Iterable<ExportFilter>): ExportFilter => {
  const [first, ...others] = Array.from(filters).flatMap((filter) => filter._tag === "And" ? filter.filters : [filter])
  return first !== undefined && others.length === 0
    ? first
    : make<And>({ _tag: "And", filters: Data.array(first === undefined ? [] : [first, ...others]) })
}

/**
 * The filter as a predicate. Apply it to the filter once, and the result to many exports.
 *
 * @since 0.1.0
 * @category readings
 */
export const matches: (self: ExportFilter) => Predicate.Predicate<Export> = internal.matches

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
  /** What it says can change while one pages: only good for a result that fits one page. */
  readonly volatile: boolean
  /** A server may refuse or ignore it. */
  readonly doubtful: boolean
}

/**
 * What an API version can do about a filter on the server, and what is left for the client: **what a server of that
 * version keeps, then `rest`, equals `matches`**, also where it ignores or widens a doubtful parameter.
 *
 * @since 0.1.0
 * @category models
 */
export interface Plan {
  /** Nothing can match: no request is worth sending. */
  readonly contradictory: boolean
  readonly parameters: ReadonlyArray<Parameter>
  readonly rest: ExportFilter
}

/**
 * The filter as a plan. `except` names parameters that must not be sent; what they say is left to the client then.
 *
 * @since 0.1.0
 * @category readings
 */
export const plan = (
  self: ExportFilter,
  version: ApiVersion,
  options?: { readonly except?: ReadonlySet<string> | undefined }
): Plan => {
  const { contradictory, keep, parameters } = planning.plan(
    self._tag === "And" ? self.filters : [self],
    version,
    options?.except ?? new Set()
  )
  return { contradictory, parameters, rest: all(keep) }
}
