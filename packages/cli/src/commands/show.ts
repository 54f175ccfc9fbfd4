/** `show`: one export. */
import * as Command from "@effect/cli/Command"
import * as Flags from "../Flags.js"
import { described } from "../internal/help.js"
import { session } from "../Session.js"

const flags = { id: Flags.id, format: Flags.format, output: Flags.output, ...Flags.account }

export type Input = Command.Command.ParseConfig<typeof flags>

export const show = Command.make("show", flags, session(() => import("../runs/show.js"))).pipe(
  described("One export by its id.", "show da15a006-5da4-45ca-b0df-735baeadf423 --format json")
)
