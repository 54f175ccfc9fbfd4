/** `records`: the call records of an archive. */
import * as Command from "../Command.js"
import * as Flag from "../Flag.js"
import * as flags from "./flags.js"

export const records = Command.make({
  words: "records",
  description: "Reads the call records of a completed export, or of an archive on disk. " +
    "Leaves out rows that cannot be read, and counts them on stderr.",
  example: "records calls.csv.gz --format ndjson -o calls.ndjson",
  operands: {
    source: Flag.operand({
      name: "ID|FILE",
      description: "The id of a completed export, or an archive on disk whose name ends in .csv.gz or .csv."
    })
  },
  flags: { limit: flags.limit, format: flags.format, output: flags.output, ...flags.account }
}, () => import("../handlers/records.js"))
