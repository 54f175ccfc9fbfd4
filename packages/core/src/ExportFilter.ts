/**
 * A small closed boolean algebra of conditions on exports: data, so that one value has three readings: a predicate
 * (`matches`), what an API version can do on the server (`plan`), and a smaller filter of the same matches (`simplify`).
 *
 * An absent or null attribute satisfies no condition, so `not(createdAt({ gte }))` is not `createdAt({ lt })`. `from`, `to`,
 * `didNumber` and `voiceOutTrunkId` speak of what an export was ordered with; exports of other types, and those ordered by
 * year and month, do not match them.
 *
 * The type says what a match proves: `exportType("cdr_in")` is a filter of `CdrInExport`. `and` meets, `or` unites, `not`
 * proves nothing.
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
import type * as Either from "effect/Either"
import type * as Equal from "effect/Equal"
import { dual } from "effect/Function"
import type * as Pipeable from "effect/Pipeable"
import type * as Schema from "effect/Schema"
import type * as Types from "effect/Types"
import type { ApiVersion } from "./ApiVersion.js"
import type { FilterSyntaxError } from "./DidwwError.js"
import type { CdrInExport, CdrOutExport, Completed, Export, ExportStatus, ExportType, UnknownExport } from "./Export.js"
import * as codec from "./internal/filter/codec.js"
import * as data from "./internal/filter/data.js"
import * as matching from "./internal/filter/matches.js"
import * as parsing from "./internal/filter/parse.js"
import * as planning from "./internal/filter/plan.js"
import * as printing from "./internal/filter/print.js"
import * as simplifying from "./internal/filter/simplify.js"

/**
 * @since 0.1.0
 * @category symbols
 */
export const TypeId: typeof data.TypeId = data.TypeId

/**
 * @since 0.1.0
 * @category symbols
 */
export type TypeId = typeof TypeId

interface Node<Tag extends string, out A> extends Equal.Equal, Pipeable.Pipeable {
  readonly [TypeId]: { readonly _A: Types.Covariant<A> }
  readonly _tag: Tag
}

/**
 * The attribute is one of `values`.
 *
 * @since 0.1.0
 * @category models
 */
export interface OneOf<Tag extends "Id" | "ExportType" | "Status" | "ExternalReferenceId", out A = Export>
  extends Node<Tag, A>
{
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
 * `createdAt` lies within all the given bounds; with none, it is there.
 *
 * @since 0.1.0
 * @category models
 */
export interface CreatedAt<out A = Export> extends Node<"CreatedAt", A>, Bounds {}

/**
 * The export was ordered with this instant.
 *
 * @since 0.1.0
 * @category models
 */
export interface At<Tag extends "From" | "To", out A = Export> extends Node<Tag, A> {
  readonly value: DateTime.Utc
}

/**
 * The export was ordered for this number or trunk; for none, if blank.
 *
 * @since 0.1.0
 * @category models
 */
export interface OrderedFor<Tag extends "DidNumber" | "VoiceOutTrunkId", out A = Export> extends Node<Tag, A> {
  readonly value: string
}

/**
 * `url` is there.
 *
 * @since 0.1.0
 * @category models
 */
export interface HasUrl<out A = Export> extends Node<"HasUrl", A> {}

/**
 * All of `filters`: a flat list, never holding another `And`. Of none: everything.
 *
 * @since 0.1.0
 * @category models
 */
export interface And<out A = Export> extends Node<"And", A> {
  readonly filters: ReadonlyArray<ExportFilter>
}

/**
 * Any of `filters`: a flat list, never holding another `Or`. Of none: nothing.
 *
 * @since 0.1.0
 * @category models
 */
export interface Or<out A = Export> extends Node<"Or", A> {
  readonly filters: ReadonlyArray<ExportFilter>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Not<out A = Export> extends Node<"Not", A> {
  readonly filter: ExportFilter
}

/**
 * A filter; every match is an `A`.
 *
 * @since 0.1.0
 * @category models
 */
export type ExportFilter<A = Export> =
  | OneOf<"Id", A>
  | OneOf<"ExportType", A>
  | OneOf<"Status", A>
  | OneOf<"ExternalReferenceId", A>
  | CreatedAt<A>
  | At<"From", A>
  | At<"To", A>
  | OrderedFor<"DidNumber", A>
  | OrderedFor<"VoiceOutTrunkId", A>
  | HasUrl<A>
  | And<A>
  | Or<A>
  | Not<A>

/**
 * A filter as JSON.
 *
 * @since 0.1.0
 * @category models
 */
export type Encoded =
  | { readonly _tag: "Id" | "ExportType" | "ExternalReferenceId"; readonly values: readonly [string, ...Array<string>] }
  | { readonly _tag: "Status"; readonly values: readonly [KnownStatus, ...Array<KnownStatus>] }
  | {
    readonly _tag: "CreatedAt"
    readonly gte?: string | undefined
    readonly gt?: string | undefined
    readonly lte?: string | undefined
    readonly lt?: string | undefined
  }
  | { readonly _tag: "From" | "To"; readonly value: string }
  | { readonly _tag: "DidNumber" | "VoiceOutTrunkId"; readonly value: string }
  | { readonly _tag: "HasUrl" }
  | { readonly _tag: "And" | "Or"; readonly filters: ReadonlyArray<Encoded> }
  | { readonly _tag: "Not"; readonly filter: Encoded }

type KnownStatus = Exclude<ExportStatus, "unknown">

/**
 * From and to JSON. Deeper than 100 levels it fails, and says so.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExportFilter: Schema.Schema<ExportFilter, Encoded> = codec.ExportFilter

/**
 * @since 0.1.0
 * @category guards
 */
export const isExportFilter: (u: unknown) => u is ExportFilter = data.isExportFilter

type OfType<T extends string> = string extends T ? Export
  : T extends ExportType ? Extract<Export, { readonly exportType: T }>
  : UnknownExport

/**
 * Every export.
 *
 * @since 0.1.0
 * @category constructors
 */
export const everything: ExportFilter = data.everything

/**
 * No export.
 *
 * @since 0.1.0
 * @category constructors
 */
export const nothing: ExportFilter<never> = data.nothing

/**
 * The export has one of these ids.
 *
 * @since 0.1.0
 * @category constructors
 */
export const id = (...values: readonly [string, ...Array<string>]): ExportFilter => data.oneOf("Id", values)

/**
 * The export is of one of these types; a type that this library does not know is compared with the `rawType`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const exportType = <T extends ExportType | (string & {})>(
  ...values: readonly [T, ...Array<T>]
): ExportFilter<OfType<T>> => data.oneOf("ExportType", values)

/**
 * The export has one of these statuses.
 *
 * @since 0.1.0
 * @category constructors
 */
export const status = <S extends KnownStatus>(
  ...values: readonly [S, ...Array<S>]
): ExportFilter<Export & { readonly status: S }> => data.oneOf("Status", values)

/**
 * The export has one of these references, which its owner gave it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const externalReferenceId = (
  ...values: readonly [string, ...Array<string>]
): ExportFilter<Export & { readonly externalReferenceId: string }> => data.oneOf("ExternalReferenceId", values)

/**
 * The export was ordered within these bounds.
 *
 * @since 0.1.0
 * @category constructors
 */
export const createdAt = (bounds: Bounds): ExportFilter<Export & { readonly createdAt: DateTime.Utc }> =>
  data.createdAt(bounds)

/**
 * The export's records begin at this instant: calls, inbound or outbound, only.
 *
 * @since 0.1.0
 * @category constructors
 */
export const from = (value: DateTime.Utc): ExportFilter<CdrInExport | CdrOutExport> => data.valued("From", value)

/**
 * The export's records end before this instant: calls, inbound or outbound, only.
 *
 * @since 0.1.0
 * @category constructors
 */
export const to = (value: DateTime.Utc): ExportFilter<CdrInExport | CdrOutExport> => data.valued("To", value)

/**
 * The inbound export was ordered for this number (E.164 without `+`); `""`: for no number in particular.
 *
 * @since 0.1.0
 * @category constructors
 */
export const didNumber = (value: string): ExportFilter<CdrInExport> => data.valued("DidNumber", value)

/**
 * The outbound export was ordered for this trunk; `""`: for no trunk in particular.
 *
 * @since 0.1.0
 * @category constructors
 */
export const voiceOutTrunkId = (value: string): ExportFilter<CdrOutExport> => data.valued("VoiceOutTrunkId", value)

/**
 * The export has a url.
 *
 * @since 0.1.0
 * @category constructors
 */
export const hasUrl: ExportFilter<Export & { readonly url: string }> = data.hasUrl

/**
 * Its call records can be fetched: the status is `completed` and the url is there.
 *
 * @since 0.1.0
 * @category constructors
 */
export const completed: ExportFilter<Export & Completed> = data.all([data.oneOf("Status", ["completed"]), data.hasUrl])

/**
 * Both.
 *
 * @since 0.1.0
 * @category combinators
 */
export const and: {
  <B extends Export>(that: ExportFilter<B>): <A extends Export>(self: ExportFilter<A>) => ExportFilter<A & B>
  <A extends Export, B extends Export>(self: ExportFilter<A>, that: ExportFilter<B>): ExportFilter<A & B>
} = dual(2, (self: ExportFilter, that: ExportFilter) => data.all([self, that]))

/**
 * One or both.
 *
 * @since 0.1.0
 * @category combinators
 */
export const or: {
  <B extends Export>(that: ExportFilter<B>): <A extends Export>(self: ExportFilter<A>) => ExportFilter<A | B>
  <A extends Export, B extends Export>(self: ExportFilter<A>, that: ExportFilter<B>): ExportFilter<A | B>
} = dual(2, (self: ExportFilter, that: ExportFilter) => data.any([self, that]))

/**
 * Every export that the filter does not match. Proves nothing of its type.
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
 * All of them; of none: everything.
 *
 * @since 0.1.0
 * @category combinators
 */
export const all = <const Fs extends ReadonlyArray<ExportFilter>>(filters: Fs): ExportFilter<Meet<Fs>> =>
  data.all(filters)

/**
 * Any of them; of none: nothing.
 *
 * @since 0.1.0
 * @category combinators
 */
export const any = <const Fs extends ReadonlyArray<ExportFilter>>(filters: Fs): ExportFilter<Union<Fs>> =>
  data.any(filters)

/**
 * The mark of a match: without it TypeScript would take for proven, where a guard says no, that the export is of another
 * type.
 *
 * @since 0.1.0
 * @category models
 */
export interface Matched {
  readonly [TypeId]: "Matched"
}

/**
 * The filter as a predicate; as a guard it narrows only where it says yes. Apply it to the filter once, and the result to
 * many exports.
 *
 * @since 0.1.0
 * @category readings
 */
export const matches = <A extends Export>(self: ExportFilter<A>): (candidate: Export) => candidate is A & Matched =>
  matching.guard(self)

/**
 * The same matches, and nothing larger: repetitions and contradictions gone, lists of one attribute in one.
 *
 * @since 0.1.0
 * @category readings
 */
export const simplify = <A extends Export>(self: ExportFilter<A>): ExportFilter<A> => simplifying.simplify(self)

/**
 * The filter as a person reads it: `status in (completed, processing) and not did_number = ""`. Of printable characters
 * only.
 *
 * @since 0.1.0
 * @category readings
 */
export const print = (self: ExportFilter): string => printing.print(self)

/**
 * The filter that a text says: what `print` writes, and what a person types instead. `parse(print(filter))` equals
 * `filter`. Deeper than 100 levels it fails.
 *
 * - `id`, `export_type`, `status`, `external_reference_id`: `=`, `!=`, `in (a, b)`, `not in (a, b)`
 * - `from`, `to`, `did_number`, `voice_out_trunk.id`: `=`, `!=`
 * - `created_at`: `>=`, `>`, `<=`, `<`, and several at once: `created_at >= 2026-11-01 and < 2026-12-01`
 * - `has url`, `has created_at`, `everything`, `nothing`
 * - `not` binds closer than `and`, `and` closer than `or`; parentheses
 *
 * Names and words are read in any letter case. A value needs quotes, single or double with the escapes of JSON, if it is
 * empty, a word such as `and`, or has more in it than letters, digits and `_ . : + - / @ #`. A time is UTC unless it says
 * otherwise, a day is its midnight. `a != b` is `not a = b`: an absent attribute matches it.
 *
 * @since 0.1.0
 * @category readings
 */
export const parse = (text: string): Either.Either<ExportFilter, FilterSyntaxError> => parsing.parse(text)

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
  const { contradictory, keep, parameters } = planning.plan(self, version, options?.except ?? new Set())
  return { contradictory, parameters, rest: data.all(keep) }
}

/**
 * When an export must have been created at the earliest to match, in milliseconds; `undefined` if that does not matter.
 *
 * @since 0.1.0
 * @category readings
 */
export const createdSince = (self: ExportFilter): number | undefined => {
  const { lower } = planning.demands(self)
  return lower.at === -Infinity ? undefined : lower.at
}
