/** `simulator`: DIDWW's API on a port of this machine. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Flags from "../Flags.js"
import { described } from "../internal/help.js"
import { session } from "../Session.js"

const whole = (name: string, fallback: number, description: string) =>
  Flags.whole(name, { min: 0 }).pipe(
    Options.withDefault(fallback),
    Options.withDescription(`${description} Default: ${fallback}.`)
  )

const flags = {
  port: Flags.port(4010),
  host: Options.text("host").pipe(
    Options.withPseudoName("HOST"),
    Options.withDefault("127.0.0.1"),
    Options.withDescription("Default: 127.0.0.1.")
  ),
  size: whole("size", 10_000, "Exports of the account."),
  seed: whole("seed", 2026, "The same seed gives the same account and the same faults."),
  rows: whole("rows", 1000, "Rows of each archive."),
  faults: Flags.whole("faults", { min: 0, max: 100 }).pipe(
    Options.withPseudoName("PERCENT"),
    Options.withDefault(0),
    Options.withDescription("So many of a hundred requests fail: refused, cut or late. Default: 0.")
  ),
  ...Flags.common
}

export type Input = Command.Command.ParseConfig<typeof flags>

export const simulator = Command.make("simulator", flags, session(() => import("../runs/simulator.js"))).pipe(
  described(
    "Serves a simulated account until Ctrl-C; its address is the line on stdout. " +
      "With DIDWW_CALLBACK_SECRET it signs and sends callbacks.",
    "simulator --port 4010 --faults 10"
  )
)
