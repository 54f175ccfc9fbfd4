/** `callback`: the callbacks that DIDWW sends. */
import * as Command from "../Command.js"
import * as Flag from "../Flag.js"
import * as flags from "./flags.js"

export const callback: Command.Group = {
  words: ["callback"],
  paragraphs: ["Verifies and receives the callbacks that DIDWW sends when an export is completed."]
}

const url = Flag.text({
  name: "url",
  value: "URL",
  description: "The callback URL, exactly as the request gave it to DIDWW."
})

export const verify = Command.make({
  words: "callback verify",
  description: "Verifies that DIDWW signed a callback with the secret in DIDWW_CALLBACK_SECRET.",
  example: "callback verify --url https://example.com/didww --signature 30f66f9f… 'id=…&status=completed&type=exports'",
  operands: {
    payload: Flag.operand({
      name: "PAYLOAD",
      description: "The body of a POST, or the query of a GET without its question mark."
    })
  },
  flags: {
    url,
    signature: Flag.text({
      name: "signature",
      value: "HEX",
      description: "The value of the header X-DIDWW-Signature."
    }),
    method: Flag.withDefault(
      Flag.choice({ name: "method", choices: ["post", "get"], description: "Default: post." }),
      "post"
    )
  }
}, () => import("../handlers/callbackVerify.js"))

export const serve = Command.make({
  words: "callback serve",
  description: "Receives callbacks until Ctrl-C, and prints each one that DIDWW signed as a line of JSON on stdout. " +
    "The secret is in DIDWW_CALLBACK_SECRET.",
  example: "callback serve --url https://example.com/didww --port 8080",
  flags: { url, port: flags.port(4011), host: flags.host }
}, () => import("../handlers/callbackServe.js"))
