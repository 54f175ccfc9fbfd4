/** Failures of the token service. */
import * as Schema from "effect/Schema"
import { sentence, tried } from "./words.js"

/**
 * The token service refused to issue a token, or issued one that expires within a second.
 *
 * @since 0.1.0
 * @category errors
 */
export class TokenRefused extends Schema.TaggedError<TokenRefused>("@effect-didww/core/TokenRefused")("TokenRefused", {
  ...tried,
  status: Schema.Int,
  /** OAuth's code, such as `invalid_client`. */
  error: Schema.optional(Schema.String),
  description: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return sentence(
      `DIDWW's token service refused (${this.status}):`,
      `${this.description ?? this.error ?? "no reason given"}.`,
      this.status === 404 || this.status < 300
        ? "Check its URL (DIDWW_TOKEN_URL)."
        : this.error === "invalid_client"
        ? "Check the API key (DIDWW_API_KEY), and that it belongs to this environment."
        : "Check the API key, the scope and the audience."
    )
  }
}
