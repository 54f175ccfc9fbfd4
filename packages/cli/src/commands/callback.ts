/** `callback`: what DIDWW sends once an export is complete. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Flags from "../Flags.js"
import { described } from "../internal/help.js"
import { session } from "../Session.js"

const url = Options.text("url").pipe(
  Options.withPseudoName("URL"),
  Options.withDescription("The callback URL as DIDWW was given it, to the letter.")
)

const verifyFlags = {
  url,
  signature: Options.text("signature").pipe(
    Options.withPseudoName("HEX"),
    Options.withDescription("The value of the header X-DIDWW-Signature.")
  ),
  payload: Args.text({ name: "PAYLOAD" }).pipe(
    Args.withDescription("The body of a POST, or the query of a GET without its question mark.")
  ),
  method: Options.choice("method", ["post", "get"]).pipe(
    Options.withDefault("post"),
    Options.withDescription("Default: post.")
  ),
  ...Flags.common
}

export type VerifyInput = Command.Command.ParseConfig<typeof verifyFlags>

export const verify = Command.make("verify", verifyFlags, session(() => import("../runs/callbackVerify.js"))).pipe(
  described(
    "Whether DIDWW signed a callback with the secret in DIDWW_CALLBACK_SECRET.",
    "callback verify --url https://example.com/didww --signature 30f66f9f… 'id=…&status=completed&type=exports'"
  )
)

const serveFlags = {
  url,
  port: Flags.port(4011),
  host: Options.text("host").pipe(
    Options.withPseudoName("HOST"),
    Options.withDefault("127.0.0.1"),
    Options.withDescription("Default: 127.0.0.1.")
  ),
  ...Flags.common
}

export type ServeInput = Command.Command.ParseConfig<typeof serveFlags>

export const serve = Command.make("serve", serveFlags, session(() => import("../runs/callbackServe.js"))).pipe(
  described(
    "Receives callbacks until Ctrl-C: for each that DIDWW signed, a line of JSON on stdout. " +
      "The secret is the variable DIDWW_CALLBACK_SECRET.",
    "callback serve --url https://example.com/didww --port 8080"
  )
)

export const callback = Command.make("callback").pipe(
  Command.withDescription("What DIDWW sends once an export is complete."),
  Command.withSubcommands([verify, serve])
)
