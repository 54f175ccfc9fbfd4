/** The failure of a callback. */
import * as Schema from "effect/Schema"

/**
 * The callback did not come from DIDWW, or did not come whole.
 *
 * @since 0.1.0
 * @category errors
 */
export class CallbackRefused extends Schema.TaggedError<CallbackRefused>("@effect-didww/core/CallbackRefused")(
  "CallbackRefused",
  {
    /** `malformed url` and `empty secret` are mistakes of the receiver. */
    reason: Schema.Literal(
      "missing signature",
      "wrong signature",
      "malformed payload",
      "too large",
      "malformed url",
      "empty secret"
    )
  }
) {
  override get message(): string {
    return `The callback was refused: ${this.reason}. ${
      this.reason === "malformed payload" || this.reason === "too large"
        ? "DIDWW sends no such callback for an export."
        : "Check the callback secret and the public URL."
    }`
  }
}
