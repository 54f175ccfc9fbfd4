/** `download`: an archive as it is. */
import * as Command from "@effect/cli/Command"
import * as Flags from "../Flags.js"
import { described } from "../internal/help.js"
import { session } from "../Session.js"

const flags = { id: Flags.id, output: Flags.output, ...Flags.account }

export type Input = Command.Command.ParseConfig<typeof flags>

export const download = Command.make("download", flags, session(() => import("../runs/download.js"))).pipe(
  described(
    "The archive of a complete export, gzip of CSV, as DIDWW has it.",
    "download da15a006-5da4-45ca-b0df-735baeadf423 -o calls.csv.gz"
  )
)
