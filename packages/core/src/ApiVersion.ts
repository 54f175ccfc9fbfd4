/**
 * The dated versions of DIDWW's API that this library speaks.
 *
 * @example
 * ```ts
 * import { ApiVersion, ExportFilter, ExportQuery } from "@effect-didww/core"
 *
 * // what each version can do about a filter
 * const plans = ApiVersion.ApiVersion.literals.map((version) =>
 *   ExportQuery.explain({ filter: ExportFilter.status("completed") }, version))
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A version, as `X-DIDWW-API-Version` names it. 2022-05-10 also stands for earlier versions, whose exports are the same.
 *
 * @since 0.1.0
 * @category models
 */
export type ApiVersion = typeof ApiVersion.Type

/**
 * The schema of a version.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ApiVersion = Schema.Literal("2022-05-10", "2026-04-16", "2026-11-19").annotations({
  identifier: "@effect-didww/core/ApiVersion"
})

/**
 * The version in use if no other is chosen.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultVersion: ApiVersion = "2026-04-16"
