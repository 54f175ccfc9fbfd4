/** `ensure`: orders an export, once. */
import * as Command from "@effect/cli/Command"
import * as Flags from "../Flags.js"
import { described } from "../internal/help.js"
import * as Order from "../Order.js"
import { session } from "../Session.js"

const flags = { ...Order.repeatable, format: Flags.format, output: Flags.output, ...Flags.account }

export type Input = Command.Command.ParseConfig<typeof flags>

export const ensure = Command.make("ensure", flags, session(() => import("../runs/ensure.js"))).pipe(
  described(
    "Finds the export with this reference, or orders it: however often it is run, there is one.",
    "ensure --reference invoice-42 --type cdr_out --from 2026-10-01 --to 2026-10-08"
  )
)
