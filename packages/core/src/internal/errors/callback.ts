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
    /**
     * `unknown member`: the signature is right, but there is a member that nobody named. `malformed url` and `empty secret` are
     * mistakes of the receiver.
     */
    reason: Schema.Literal(
      "missing signature",
      "wrong signature",
      "malformed payload",
      "unknown member",
      "unsupported content type",
      "too large",
      "timed out",
      "malformed url",
      "empty secret"
    )
  }
) {
  override get message(): string {
    return `The callback was refused: ${this.reason}. ${refusals[this.reason]}`
  }
}

const wrongSettings = "Check the callback secret and the public URL."

const unlikeDidww = "DIDWW sends no such callback for an export."

/** What to do, or what is known. */
const refusals: Readonly<Record<CallbackRefused["reason"], string>> = {
  "missing signature": wrongSettings,
  "wrong signature": wrongSettings,
  "malformed url": wrongSettings,
  "empty secret": wrongSettings,
  "malformed payload": unlikeDidww,
  "too large": unlikeDidww,
  "unsupported content type": "DIDWW sends application/x-www-form-urlencoded.",
  "timed out": "Its body did not arrive in time.",
  "unknown member": "DIDWW sends id, type, status and url. If DIDWW has added a member, name it in furtherMembers."
}
