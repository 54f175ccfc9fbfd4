/**
 * A small closed boolean algebra of conditions on exports. A filter is data with several readings: a predicate (`matches`), a
 * smaller filter of the same matches (`simplify`), and text (`print`, `parse`).
 *
 * An absent or null attribute satisfies no condition, so `not(createdAt({ gte }))` differs from `createdAt({ lt })`.
 * `periodFrom`, `periodTo`, `didNumber` and `voiceOutTrunkId` look at the filters that an export was requested with. Exports
 * of other types, and exports that were requested by year and month, do not match them.
 *
 * The type says what a match proves: `exportType("cdr_in")` is a filter of `CdrInExport`. `and` meets the proofs of both, `or`
 * unites them, `not` proves nothing.
 *
 * @example
 * ```ts
 * import { ExportFilter } from "@effect-didww/core"
 * import * as DateTime from "effect/DateTime"
 *
 * const filter = ExportFilter.exportType("cdr_in").pipe(
 *   ExportFilter.and(ExportFilter.completed),
 *   ExportFilter.and(ExportFilter.not(ExportFilter.didNumber(""))),
 *   ExportFilter.and(ExportFilter.createdAt({ gte: DateTime.unsafeMake("2026-11-01T00:00:00Z") }))
 * )
 * const isWanted = ExportFilter.matches(filter)
 * ```
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import { dual } from "effect/Function"
import type * as Schema from "effect/Schema"
import type { CdrInExport, CdrOutExport, Completed, Export, ExportStatus, ExportType, UnknownExport } from "./Export.js"
import { FilterSyntaxError } from "./internal/errors/filter.js"
import * as codec from "./internal/filter/codec.js"
import * as data from "./internal/filter/data.js"
import * as matching from "./internal/filter/matches.js"
import type * as nodes from "./internal/filter/nodes.js"
import * as parsing from "./internal/filter/parse.js"
import * as printing from "./internal/filter/print.js"
import * as simplifying from "./internal/filter/simplify.js"

export type {
  And,
  At,
  Bounds,
  CreatedAt,
  HasUrl,
  Matched,
  Not,
  OneOf,
  Or,
  RequestedFor
} from "./internal/filter/nodes.js"

export { FilterSyntaxError } from "./internal/errors/filter.js"

/**
 * A filter. Every match is an `A`.
 *
 * @since 0.1.0
 * @category models
 */
export type ExportFilter<A = Export> = nodes.ExportFilter<A>

/**
 * A filter as JSON.
 *
 * @since 0.1.0
 * @category models
 */
export type ExportFilterEncoded = codec.ExportFilterEncoded

type KnownStatus = Exclude<ExportStatus, "unknown">

/**
 * A filter, from and to JSON. Fails for a filter of more than 100 levels.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExportFilter: Schema.Schema<ExportFilter, ExportFilterEncoded> = codec.ExportFilter

/**
 * Whether a value is a filter.
 *
 * @since 0.1.0
 * @category guards
 */
export const isExportFilter: (u: unknown) => u is ExportFilter = data.isExportFilter

type OfType<T extends string> = string extends T ? Export
  : T extends ExportType ? Extract<Export, { readonly exportType: T }>
  : UnknownExport

/**
 * Matches every export.
 *
 * @since 0.1.0
 * @category constructors
 */
export const everything: ExportFilter = data.everything

/**
 * Matches no export.
 *
 * @since 0.1.0
 * @category constructors
 */
export const nothing: ExportFilter<never> = data.nothing

/**
 * Matches exports with one of these ids.
 *
 * @since 0.1.0
 * @category constructors
 */
export const id = (...values: readonly [string, ...Array<string>]): ExportFilter => data.oneOf("Id", values)

/**
 * Matches exports of one of these types. A type that this library does not know is compared with the `rawType`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const exportType = <T extends ExportType | (string & {})>(
  ...values: readonly [T, ...Array<T>]
): ExportFilter<OfType<T>> => data.oneOf("ExportType", values)

/**
 * Matches exports with one of these statuses.
 *
 * @since 0.1.0
 * @category constructors
 */
export const status = <S extends KnownStatus>(
  ...values: readonly [S, ...Array<S>]
): ExportFilter<Export & { readonly status: S }> => data.oneOf("Status", values)

/**
 * Matches exports with one of these references, which their requesters chose.
 *
 * @since 0.1.0
 * @category constructors
 */
export const externalReferenceId = (
  ...values: readonly [string, ...Array<string>]
): ExportFilter<Export & { readonly externalReferenceId: string }> => data.oneOf("ExternalReferenceId", values)

/**
 * Matches exports that were created within these bounds. Without bounds it matches every export that has a time of creation.
 *
 * @since 0.1.0
 * @category constructors
 */
export const createdAt = (bounds: nodes.Bounds): ExportFilter<Export & { readonly createdAt: DateTime.Utc }> =>
  data.createdAt(bounds)

/**
 * Matches exports of calls whose period begins at this instant. Printed as `from`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const periodFrom = (value: DateTime.Utc): ExportFilter<CdrInExport | CdrOutExport> => data.valued("From", value)

/**
 * Matches exports of calls whose period ends before this instant. Printed as `to`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const periodTo = (value: DateTime.Utc): ExportFilter<CdrInExport | CdrOutExport> => data.valued("To", value)

/**
 * Matches exports of inbound calls to this number (E.164, with or without its `+`). `""` matches exports of calls to all
 * numbers.
 *
 * @since 0.1.0
 * @category constructors
 */
export const didNumber = (value: string): ExportFilter<CdrInExport> => data.valued("DidNumber", value)

/**
 * Matches exports of outbound calls through this trunk. `""` matches exports of calls through all trunks.
 *
 * @since 0.1.0
 * @category constructors
 */
export const voiceOutTrunkId = (value: string): ExportFilter<CdrOutExport> => data.valued("VoiceOutTrunkId", value)

/**
 * Matches exports that have a URL.
 *
 * @since 0.1.0
 * @category constructors
 */
export const hasUrl: ExportFilter<Export & { readonly url: string }> = data.hasUrl

/**
 * Matches exports whose records can be fetched: the status is `completed`, and the URL is known.
 *
 * @since 0.1.0
 * @category constructors
 */
export const completed: ExportFilter<Export & Completed> = data.all([data.oneOf("Status", ["completed"]), data.hasUrl])

/**
 * Matches if both filters match.
 *
 * @since 0.1.0
 * @category combinators
 */
export const and: {
  <B extends Export>(that: ExportFilter<B>): <A extends Export>(self: ExportFilter<A>) => ExportFilter<A & B>
  <A extends Export, B extends Export>(self: ExportFilter<A>, that: ExportFilter<B>): ExportFilter<A & B>
} = dual(2, (self: ExportFilter, that: ExportFilter) => data.all([self, that]))

/**
 * Matches if one filter matches, or both.
 *
 * @since 0.1.0
 * @category combinators
 */
export const or: {
  <B extends Export>(that: ExportFilter<B>): <A extends Export>(self: ExportFilter<A>) => ExportFilter<A | B>
  <A extends Export, B extends Export>(self: ExportFilter<A>, that: ExportFilter<B>): ExportFilter<A | B>
} = dual(2, (self: ExportFilter, that: ExportFilter) => data.any([self, that]))

/**
 * Matches if the filter does not match. It proves nothing about the type.
 *
 * @since 0.1.0
 * @category combinators
 */
export const not = (self: ExportFilter): ExportFilter => data.not(self)

type Meet<Fs extends ReadonlyArray<ExportFilter>> = Fs extends readonly [ExportFilter<infer A>, ...infer Rest]
  ? Rest extends ReadonlyArray<ExportFilter> ? A & Meet<Rest> : A
  : Export

type Union<Fs extends ReadonlyArray<ExportFilter>> = Fs[number] extends ExportFilter<infer A> ? A : never

/**
 * Matches if all filters match. An empty list matches everything.
 *
 * @since 0.1.0
 * @category combinators
 */
export const all = <const Fs extends ReadonlyArray<ExportFilter>>(filters: Fs): ExportFilter<Meet<Fs>> =>
  data.all(filters)

/**
 * Matches if any filter matches. An empty list matches nothing.
 *
 * @since 0.1.0
 * @category combinators
 */
export const any = <const Fs extends ReadonlyArray<ExportFilter>>(filters: Fs): ExportFilter<Union<Fs>> =>
  data.any(filters)

/**
 * Turns the filter into a predicate, which is a guard that narrows only where it says yes. Make it once, and apply it to many
 * exports.
 *
 * @since 0.1.0
 * @category readings
 */
export const matches = <A extends Export>(
  self: ExportFilter<A>
): (candidate: Export) => candidate is A & nodes.Matched => matching.guard(self)

/**
 * Gives a filter of the same matches that is never larger: without repetitions and contradictions, and with one list of values
 * for each attribute.
 *
 * @since 0.1.0
 * @category readings
 */
export const simplify = <A extends Export>(self: ExportFilter<A>): ExportFilter<A> => simplifying.simplify(self)

/**
 * Writes the filter for a person, in printable characters: `status in (completed, processing) and not did_number = ""`.
 *
 * @since 0.1.0
 * @category readings
 */
export const print = (self: ExportFilter): string => printing.print(self)

/**
 * Reads a filter from text: from what `print` writes, and from what people type instead. `parse(print(filter))` equals
 * `filter`. Fails for a filter of more than 100 levels.
 *
 * - `id`, `export_type`, `status`, `external_reference_id`: `=`, `!=`, `in (a, b)`, `not in (a, b)`
 * - `from`, `to`, `did_number`, `voice_out_trunk.id`: `=`, `!=`
 * - `created_at`: `>=`, `>`, `<=`, `<`, and several at once: `created_at >= 2026-11-01 and < 2026-12-01`
 * - `has url`, `has created_at`, `everything`, `nothing`
 * - `not` binds closer than `and`, `and` closer than `or`; parentheses
 *
 * Names and keywords can have any letter case. A value needs quotes if it is empty, is a keyword such as `and`, or has other
 * characters than letters, digits and `_ . : + - / @ #`. Quotes are single or double, with the escapes of JSON. A time without
 * an offset is UTC, and a day is its midnight. `a != b` is `not a = b`: an absent attribute matches it.
 *
 * @since 0.1.0
 * @category readings
 */
export const parse = (text: string): Either.Either<ExportFilter, FilterSyntaxError> =>
  Either.mapLeft(parsing.parse(text), (fault) => new FilterSyntaxError(fault))
