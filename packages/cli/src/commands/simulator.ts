/** `simulator`: DIDWW's API on a port. */
import * as Command from "../Command.js"
import * as Flag from "../Flag.js"
import * as flags from "./flags.js"

const whole = (name: string, fallback: number, description: string): Flag.Flag<number> =>
  Flag.withDefault(Flag.whole({ name, min: 0, description: `${description} Default: ${fallback}.` }), fallback)

export const simulator = Command.make({
  words: "simulator",
  description: "Serves a simulated account until Ctrl-C, and prints its URL on stdout. " +
    "Signs and sends callbacks if DIDWW_CALLBACK_SECRET is set.",
  example: "simulator --port 4010 --faults 10",
  flags: {
    port: flags.port(4010),
    host: flags.host,
    size: whole("size", 10_000, "How many exports the account has."),
    seed: whole("seed", 2026, "The same seed gives the same account and the same faults."),
    rows: whole("rows", 1000, "How many rows each archive has."),
    faults: Flag.withDefault(
      Flag.whole({
        name: "faults",
        value: "PERCENT",
        min: 0,
        max: 100,
        description: "How many of a hundred requests fail: refused, cut or late. Default: 0."
      }),
      0
    )
  }
}, () => import("../handlers/simulator.js"))
