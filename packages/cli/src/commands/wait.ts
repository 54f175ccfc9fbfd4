/** `wait`: until an export is complete. */
import * as Command from "@effect/cli/Command"
import * as Flags from "../Flags.js"
import { described } from "../internal/help.js"
import { session } from "../Session.js"

const flags = { id: Flags.id, timeout: Flags.timeout, format: Flags.format, output: Flags.output, ...Flags.account }

export type Input = Command.Command.ParseConfig<typeof flags>

export const wait = Command.make("wait", flags, session(() => import("../runs/wait.js"))).pipe(
  described("Waits until the export is complete.", "wait da15a006-5da4-45ca-b0df-735baeadf423 --timeout 10m")
)
