/** `show`: one export. */
import * as Command from "../Command.js"
import * as flags from "./flags.js"

export const show = Command.make({
  words: "show",
  description: "Shows one export.",
  example: "show da15a006-5da4-45ca-b0df-735baeadf423 --format json",
  operands: { id: flags.id },
  flags: { ...flags.exports, ...flags.account }
}, () => import("../handlers/show.js"))
