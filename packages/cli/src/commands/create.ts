/** `create`: orders an export. */
import * as Command from "@effect/cli/Command"
import * as Flags from "../Flags.js"
import { described } from "../internal/help.js"
import * as Order from "../Order.js"
import { session } from "../Session.js"

const flags = { ...Order.once, format: Flags.format, output: Flags.output, ...Flags.account }

export type Input = Command.Command.ParseConfig<typeof flags>

export const create = Command.make("create", flags, session(() => import("../runs/create.js"))).pipe(
  described(
    "Orders an export, and each time another one: what can be repeated is `ensure`.",
    "create --type cdr_in --month 2026-10 --did 972862594"
  )
)
