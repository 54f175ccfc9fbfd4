/** `wait`: waits for an export. */
import * as Command from "../Command.js"
import * as flags from "./flags.js"

export const wait = Command.make({
  words: "wait",
  description: "Waits until the export is completed.",
  example: "wait da15a006-5da4-45ca-b0df-735baeadf423 --timeout 10m",
  operands: { id: flags.id },
  flags: { timeout: flags.timeout, ...flags.exports, ...flags.account }
}, () => import("../handlers/wait.js"))
