/**
 * JSON:API documents as DIDWW sends them: kept as they are on the wire, so that what is decoded encodes back to itself.
 *
 * @example
 * ```ts
 * import { Export, JsonApi } from "@effect-didww/core"
 * import * as Schema from "effect/Schema"
 *
 * // a whole answer of GET /exports
 * const decode = Schema.decodeUnknown(JsonApi.collection(Export.Export))
 * ```
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as internal from "./internal/envelope.js"

/**
 * One problem of an errors document. Every member can be missing.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorObject extends Schema.Schema.Type<typeof ErrorObject> {}

/**
 * @since 0.1.0
 * @category schemas
 */
export const ErrorObject = Schema.Struct({
  title: Schema.optional(Schema.String),
  detail: Schema.optional(Schema.String),
  /** DIDWW's own code: not the HTTP status. */
  code: Schema.optional(Schema.String),
  status: Schema.optional(Schema.String),
  /** JSON pointer into the request's document, such as `/data/attributes/filters`. */
  pointer: Schema.optional(Schema.String)
}).annotations({ identifier: "@effect-didww/core/ErrorObject" })

/**
 * Where a document is not what it should be. Never holds the value.
 *
 * @since 0.1.0
 * @category models
 */
export interface Mismatch {
  readonly path: ReadonlyArray<string | number>
  readonly expected: string
}

/**
 * An answer with a list of resources: `data`, and whatever else came with it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Collection<A> {
  readonly data: ReadonlyArray<A>
  readonly meta?: unknown
  readonly links?: unknown
}

/**
 * @since 0.1.0
 * @category schemas
 */
export const collection = <A, I, R>(
  resource: Schema.Schema<A, I, R>
): Schema.Schema<Collection<A>, Collection<I>, R> => internal.envelope(Schema.Array(resource))

/**
 * An answer with one resource.
 *
 * @since 0.1.0
 * @category models
 */
export interface Document<A> {
  readonly data: A
  readonly meta?: unknown
}

/**
 * @since 0.1.0
 * @category schemas
 */
export const document = <A, I, R>(resource: Schema.Schema<A, I, R>): Schema.Schema<Document<A>, Document<I>, R> =>
  internal.envelope(resource)

const member = (value: unknown, name: string): unknown =>
  Predicate.isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined

const text = (value: unknown): string | undefined =>
  Predicate.isString(value) ? value : Predicate.isNumber(value) ? String(value) : undefined

/**
 * The problems that an answer's body names: none when it is empty, HTML or anything else.
 *
 * @since 0.1.0
 * @category accessors
 */
export const errors = (body: unknown): ReadonlyArray<ErrorObject> => {
  const found = member(body, "errors")
  return Array.isArray(found)
    ? found.filter(Predicate.isRecord).map((error) => ({
      title: text(member(error, "title")),
      detail: text(member(error, "detail")),
      code: text(member(error, "code")),
      status: text(member(error, "status")),
      pointer: text(member(member(error, "source"), "pointer"))
    }))
    : []
}

/**
 * `meta.total_records`: how many records the request matches in all.
 *
 * @since 0.1.0
 * @category accessors
 */
export const totalRecords = (document: { readonly meta?: unknown }): Option.Option<number> =>
  Option.filter(
    Option.fromNullable(member(document.meta, "total_records")),
    (total): total is number => Number.isSafeInteger(total) && Number(total) >= 0
  )

/**
 * `meta.api_version`: the version that really answered, as a date. Absent in old recordings.
 *
 * @since 0.1.0
 * @category accessors
 */
export const apiVersion = (document: { readonly meta?: unknown }): Option.Option<string> =>
  Option.filter(
    Option.fromNullable(member(document.meta, "api_version")),
    (version): version is string => Predicate.isString(version) && /^\d{4}-\d\d-\d\d$/.test(version)
  )

/**
 * Whether the answer names the given link. Where it leads is nobody's business: links are never followed.
 *
 * @since 0.1.0
 * @category accessors
 */
export const hasLink = (document: { readonly links?: unknown }, name: "first" | "prev" | "next" | "last"): boolean =>
  Predicate.isNotNullable(member(document.links, name))
