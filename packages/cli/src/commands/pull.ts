/** `pull`: from the order to the records in a file. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Flags from "../Flags.js"
import { described } from "../internal/help.js"
import * as Order from "../Order.js"
import { session } from "../Session.js"

const flags = {
  ...Order.repeatable,
  timeout: Flags.timeout,
  output: Options.text("output").pipe(
    Options.withAlias("o"),
    Options.withPseudoName("FILE"),
    Options.withDescription("Where the records go, a line of JSON each; its checkpoint stands beside it.")
  ),
  ...Flags.account
}

export type Input = Command.Command.ParseConfig<typeof flags>

export const pull = Command.make("pull", flags, session(() => import("../runs/pull.js"))).pipe(
  described(
    "Orders an export, unless there is one with this reference, waits for it, and writes its records to a file. " +
      "Whatever ends it, the same command goes on where it stopped.",
    "pull --reference october --month 2026-10 -o october.ndjson"
  )
)
