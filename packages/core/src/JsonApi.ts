/**
 * JSON:API documents as DIDWW sends them. A document keeps every member, so that it encodes back to what it was decoded from.
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
import { member } from "./internal/document.js"
import * as internal from "./internal/schema.js"

/**
 * One problem of an errors document. Every member can be missing.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorObject extends Schema.Schema.Type<typeof ErrorObject> {}

/**
 * The schema of an error object.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ErrorObject = Schema.Struct({
  title: Schema.optional(Schema.String),
  detail: Schema.optional(Schema.String),
  /** DIDWW's own code. It differs from the HTTP status. */
  code: Schema.optional(Schema.String),
  status: Schema.optional(Schema.String),
  /** A JSON pointer into the request's document, such as `/data/attributes/filters`. */
  pointer: Schema.optional(Schema.String)
}).annotations({ identifier: "@effect-didww/core/ErrorObject" })

/**
 * An answer with a list of resources.
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
 * The schema of an answer with a list of resources.
 *
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
 * The schema of an answer with one resource.
 *
 * @since 0.1.0
 * @category schemas
 */
export const document = <A, I, R>(resource: Schema.Schema<A, I, R>): Schema.Schema<Document<A>, Document<I>, R> =>
  internal.envelope(resource)

const text = (value: unknown): string | undefined =>
  Predicate.isString(value) ? value : Predicate.isNumber(value) ? String(value) : undefined

/**
 * The problems that an answer's body names. Empty if the body is empty, HTML or anything else.
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
 * `meta.total_records`: how many exports match the request on all pages.
 *
 * @since 0.1.0
 * @category accessors
 */
export const totalRecords = (document: { readonly meta?: unknown }): Option.Option<number> =>
  Option.filter(
    Option.fromNullable(member(document.meta, "total_records")),
    (total): total is number => Number.isSafeInteger(total) && Number(total) >= 0
  )
