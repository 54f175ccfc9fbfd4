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
    /**
     * `request`: no answer came. `response`: its body was cut. With each other reason no attempt can succeed, and the client
     * makes only one. `url`: the API's URL is invalid. `certificate`: the server's certificate was refused. `protocol`: the
     * server does not speak TLS, or not a version that the runtime speaks. `port`: the runtime refuses to connect to this port.
     * `permission`: the runtime does not permit the program to connect.
     */
    reason: Schema.Literal("request", "response", "url", "certificate", "protocol", "port", "permission"),
    /** The platform's own code, such as `ECONNREFUSED`. */
    code: Schema.optional(Schema.String)
  }
) {
  override get message(): string {
    const [happened, advice] = transport[this.reason]
    const isPassing = this.reason === "request" || this.reason === "response"
    return sentence(happened, this.code && `(${this.code})`, isPassing ? after(this) : undefined).concat(`. ${advice}`)
  }
}

/** What happened, and what to do. */
const transport: Readonly<Record<TransportError["reason"], readonly [happened: string, advice: string]>> = {
  request: ["DIDWW could not be reached", "Check the network and the API's URL."],
  response: ["DIDWW's answer was cut short", "Check the network and the API's URL."],
  url: [
    "The API's URL is invalid",
    "Give an http or https URL without user, query or fragment (DIDWW_API_URL)."
  ],
  certificate: [
    "The server's certificate was refused",
    "Check this machine's clock, the API's URL, and the certificates that the runtime trusts."
  ],
  protocol: [
    "The server does not speak TLS, or not a version that the runtime speaks",
    "Check the scheme and the port of the API's URL (DIDWW_API_URL)."
  ],
  port: ["The runtime refuses to connect to this port", "Use another port in the API's URL (DIDWW_API_URL)."],
  permission: [
    "The runtime does not permit the program to connect",
    "Permit it to connect to the host of the API's URL."
  ]
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
