/** Failures of the way to the server and back. */
import * as Schema from "effect/Schema"
import { after, sentence, tried } from "./words.js"

/**
 * No answer came, or only a part of one.
 *
 * @since 0.1.0
 * @category errors
 */
export class TransportError extends Schema.TaggedError<TransportError>("@effect-didww/core/TransportError")(
  "TransportError",
  {
    ...tried,
    /** `request`: no answer came. `response`: its body was cut. `url`: the API's URL is invalid, so nothing was sent. */
    reason: Schema.Literal("request", "response", "url"),
    /** The platform's own code, such as `ECONNREFUSED`. */
    code: Schema.optional(Schema.String)
  }
) {
  override get message(): string {
    const code = this.code && `(${this.code})`
    switch (this.reason) {
      case "request":
        return sentence("DIDWW could not be reached", code, `${after(this)}. Check the network and the API's URL.`)
      case "response":
        return sentence("DIDWW's answer was cut short", code, `${after(this)}. Check the network and the API's URL.`)
      case "url":
        return `${sentence("The API's URL is invalid", code)}. ` +
          "Give an http or https URL without user, query or fragment (DIDWW_API_URL)."
    }
  }
}

/**
 * The answer is not what DIDWW documents. The error says where, and what was expected. It never holds the value.
 *
 * @since 0.1.0
 * @category errors
 */
export class MalformedResponse extends Schema.TaggedError<MalformedResponse>("@effect-didww/core/MalformedResponse")(
  "MalformedResponse",
  {
    ...tried,
    requestId: Schema.optional(Schema.String),
    /** Such as `data[3].attributes.export_type`; empty for the whole document. */
    path: Schema.String,
    expected: Schema.String
  }
) {
  override get message(): string {
    return sentence(
      `DIDWW's answer is malformed: expected ${this.expected} at ${this.path === "" ? "the top" : this.path}.`,
      this.requestId && `Request id: ${this.requestId}.`
    )
  }
}
