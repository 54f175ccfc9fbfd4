/**
 * Where a pull of call records stands: what a process that goes on must know.
 *
 * @example
 * ```ts
 * import { Checkpoint, Export } from "@effect-didww/core"
 * import * as Schema from "effect/Schema"
 *
 * const text = Schema.encodeSync(Checkpoint.Json)(Checkpoint.start(Export.ExportId.make("e-1")))
 * // {"version":1,"exportId":"e-1","records":0,"rejected":0,"position":0}
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ExportId } from "./Export.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Checkpoint extends Schema.Schema.Type<typeof Checkpoint> {}

/**
 * @since 0.1.0
 * @category schemas
 */
export const Checkpoint = Schema.Struct({
  /** Of this format: one of another version is refused, not misread. */
  version: Schema.Literal(1),
  exportId: ExportId,
  /** The archive's, once known: another one is another archive. */
  etag: Schema.optionalWith(Schema.String, { exact: true }),
  /** Records that the sink has, for good. */
  records: Schema.NonNegativeInt,
  /** Rows that were no records. */
  rejected: Schema.NonNegativeInt,
  /** Bytes of the sink that hold those records: what is behind them is cut off. */
  position: Schema.NonNegativeInt,
  /** The archive was read to its end: there is nothing left to do. */
  complete: Schema.optionalWith(Schema.Boolean, { exact: true })
}).annotations({ identifier: "@effect-didww/core/Checkpoint" })

/**
 * As one line of JSON.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Json: Schema.Schema<Checkpoint, string> = Schema.parseJson(Checkpoint)

/**
 * Before the first record.
 *
 * @since 0.1.0
 * @category constructors
 */
export const start = (exportId: ExportId): Checkpoint => ({
  version: 1,
  exportId,
  records: 0,
  rejected: 0,
  position: 0
})
