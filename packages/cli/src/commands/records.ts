/** `records`: the call records of an archive. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Flags from "../Flags.js"
import { described } from "../internal/help.js"
import { session } from "../Session.js"

const flags = {
  source: Args.text({ name: "ID|FILE" }).pipe(
    Args.withDescription("A complete export's id, or an archive on the disk: its name ends in .csv.gz or .csv.")
  ),
  limit: Flags.limit,
  format: Flags.format,
  output: Flags.output,
  ...Flags.account
}

export type Input = Command.Command.ParseConfig<typeof flags>

export const records = Command.make("records", flags, session(() => import("../runs/records.js"))).pipe(
  described(
    "The call records of a complete export, or of an archive that was downloaded. Rows that cannot be read are left out; stderr tells how many.",
    "records calls.csv.gz --format ndjson -o calls.ndjson"
  )
)
