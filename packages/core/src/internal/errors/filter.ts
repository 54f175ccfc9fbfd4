/** The failure of a filter's text. */
import * as Schema from "effect/Schema"
import * as terminalText from "../terminalText.js"

/**
 * A text is not a filter.
 *
 * @since 0.1.0
 * @category errors
 */
export class FilterSyntaxError extends Schema.TaggedError<FilterSyntaxError>("@effect-didww/core/FilterSyntaxError")(
  "FilterSyntaxError",
  {
    /** In UTF-16 units, from 0. */
    position: Schema.Int,
    expected: Schema.String,
    /** The text that stands there instead, shortened; empty at the end. */
    found: Schema.optional(Schema.String)
  }
) {
  override get message(): string {
    const { expected, found } = this
    return `The filter is wrong at position ${this.position}: expected ${terminalText.escape(expected)}${
      found === undefined ? "" : found === "" ? ", found the end" : `, found \`${terminalText.escape(found)}\``
    }.`
  }

  /** Two lines for a terminal: the part of the text around the position, and a caret under the position. */
  pointer(text: string): string {
    return terminalText.pointer(text, this.position)
  }
}
