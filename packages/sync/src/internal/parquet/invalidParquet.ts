/** Files that cannot be read. */
import * as Schema from "effect/Schema"

/**
 * A file is not Parquet, or not of call records.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidParquet extends Schema.TaggedError<InvalidParquet>("@effect-didww/sync/InvalidParquet")(
  "InvalidParquet",
  {
    path: Schema.String,
    /** `parquet`: it is no whole file of Parquet. `records`: `encode` did not write it. `version`: a later version wrote it. */
    reason: Schema.Literal("parquet", "records", "version")
  }
) {
  override get message(): string {
    const what = {
      parquet: "is not a whole file of Parquet. Write it again.",
      records: "has no call records that this library wrote. Read it with another program.",
      version: "was written by a later version of this library. Update the library."
    }[this.reason]
    return `${this.path} ${what}`
  }
}
