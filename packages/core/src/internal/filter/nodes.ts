/** The nodes of a filter. The type parameter `A` is what every match is. */
import type * as DateTime from "effect/DateTime"
import type * as Equal from "effect/Equal"
import type * as Pipeable from "effect/Pipeable"
import type * as Types from "effect/Types"
import type { Export } from "../../Export.js"
import type { TypeId } from "./data.js"

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
 * Bounds of a time: `gte` and `lte` are inclusive, `gt` and `lt` exclusive.
 *
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
 * `createdAt` is within all bounds. Without bounds, `createdAt` has a value.
 *
 * @since 0.1.0
 * @category models
 */
export interface CreatedAt<out A = Export> extends Node<"CreatedAt", A>, Bounds {}

/**
 * The period of the export begins or ends at this instant.
 *
 * @since 0.1.0
 * @category models
 */
export interface At<Tag extends "From" | "To", out A = Export> extends Node<Tag, A> {
  readonly value: DateTime.Utc
}

/**
 * The export was requested for this number or trunk. A blank value matches an export of all numbers or trunks.
 *
 * @since 0.1.0
 * @category models
 */
export interface RequestedFor<Tag extends "DidNumber" | "VoiceOutTrunkId", out A = Export> extends Node<Tag, A> {
  readonly value: string
}

/**
 * `url` has a value.
 *
 * @since 0.1.0
 * @category models
 */
export interface HasUrl<out A = Export> extends Node<"HasUrl", A> {}

/**
 * All of `filters` match: a flat list that holds no other `And`. An empty list matches everything.
 *
 * @since 0.1.0
 * @category models
 */
export interface And<out A = Export> extends Node<"And", A> {
  readonly filters: ReadonlyArray<ExportFilter>
}

/**
 * Any of `filters` matches: a flat list that holds no other `Or`. An empty list matches nothing.
 *
 * @since 0.1.0
 * @category models
 */
export interface Or<out A = Export> extends Node<"Or", A> {
  readonly filters: ReadonlyArray<ExportFilter>
}

/**
 * `filter` does not match.
 *
 * @since 0.1.0
 * @category models
 */
export interface Not<out A = Export> extends Node<"Not", A> {
  readonly filter: ExportFilter
}

/**
 * A filter. Every match is an `A`.
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
  | RequestedFor<"DidNumber", A>
  | RequestedFor<"VoiceOutTrunkId", A>
  | HasUrl<A>
  | And<A>
  | Or<A>
  | Not<A>

/**
 * The mark of a match. Without it TypeScript would take a guard's `no` as a proof that the export has another type.
 *
 * @since 0.1.0
 * @category models
 */
export interface Matched {
  readonly [TypeId]: "Matched"
}
