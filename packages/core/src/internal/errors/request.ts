/** Failures of a request for an export. */
import * as Schema from "effect/Schema"
import { ExportId } from "../../Export.js"

/**
 * DIDWW would refuse the request. The error names every problem at once. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidExportRequest
  extends Schema.TaggedError<InvalidExportRequest>("@effect-didww/core/InvalidExportRequest")("InvalidExportRequest", {
    problems: Schema.NonEmptyArray(Schema.Struct({ path: Schema.String, message: Schema.String }))
  })
{
  override get message(): string {
    return `The export was not requested: ${this.problems.map(({ message, path }) => `${path} ${message}`).join("; ")}.`
  }
}

/**
 * Another export already has this `external_reference_id`, with another type, period or filters.
 *
 * @since 0.1.0
 * @category errors
 */
export class ReferenceConflict extends Schema.TaggedError<ReferenceConflict>("@effect-didww/core/ReferenceConflict")(
  "ReferenceConflict",
  {
    externalReferenceId: Schema.String,
    exportId: ExportId,
    /** The paths that differ, such as `filters.to`. */
    differences: Schema.NonEmptyArray(Schema.String)
  }
) {
  override get message(): string {
    return `Export ${this.exportId} already has the reference ${this.externalReferenceId}, but differs in ${
      this.differences.join(", ")
    }. Use another reference.`
  }
}
