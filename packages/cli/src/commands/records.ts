/** `records`: the call records of archives. */
import * as Command from "../Command.js"
import * as flags from "./flags.js"

export const records = Command.make({
  words: "records",
  description:
    "Reads the call records of completed exports, of archives on disk, and of files that this program wrote. " +
    "Leaves out rows that cannot be read, and counts them on stderr.",
  example: "records calls.csv.gz -o calls.parquet",
  operands: { sources: flags.sources },
  flags: { limit: flags.limit, ...flags.rows, fields: flags.columns, strict: flags.strict, ...flags.account }
}, () => import("../handlers/records.js"))
