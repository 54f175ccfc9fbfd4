/** `simulator`: DIDWW's API on a port of this machine. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Option from "effect/Option"
import * as Flags from "../Flags.js"
import { described } from "../internal/help.js"
import { session } from "../Session.js"

const whole = (name: string, fallback: number, description: string) =>
  Options.integer(name).pipe(
    Options.filterMap(Flags.count, `--${name} takes a whole number from 0 on.`),
    Options.withDefault(fallback),
    Options.withDescription(`${description} Default: ${fallback}.`)
  )

const flags = {
  port: Options.integer("port").pipe(
    Options.filterMap(Flags.port, "--port takes a number up to 65535."),
    Options.withDefault(4010),
    Options.withDescription("Default: 4010; 0 is any that is free.")
  ),
  host: Options.text("host").pipe(
    Options.withDefault("127.0.0.1"),
    Options.withDescription("Default: 127.0.0.1.")
  ),
  size: whole("size", 10_000, "Exports of the account."),
  seed: whole("seed", 2026, "The same seed gives the same account and the same faults."),
  rows: whole("rows", 1000, "Rows of each archive."),
  faults: Options.integer("faults").pipe(
    Options.filterMap(
      (percent) => percent >= 0 && percent <= 100 ? Option.some(percent) : Option.none(),
      "--faults takes a number from 0 to 100."
    ),
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
