/** `pull`: from the request to the records in a file. */
import * as Command from "../Command.js"
import * as Flag from "../Flag.js"
import * as flags from "./flags.js"
import * as requestFlags from "./requestFlags.js"

export const pull = Command.make({
  words: "pull",
  description: "Finds the export with this reference or creates it, waits for it, and writes its records to a file. " +
    "After an interruption the same command continues where it stopped.",
  example: "pull --reference october --month 2026-10 -o october.ndjson",
  flags: {
    ...requestFlags.repeatable,
    timeout: flags.timeout,
    output: Flag.text({
      name: "output",
      short: "o",
      value: "FILE",
      description: "Write the records to this file, one line of JSON each. A checkpoint file stands beside it. " +
        "Only one pull at a time can write to a file."
    }),
    ...flags.account
  }
}, () => import("../handlers/pull.js"))
