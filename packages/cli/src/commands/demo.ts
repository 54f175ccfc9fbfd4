/** `demo`: a sync of a simulated account. */
import * as Command from "../Command.js"
import * as Flag from "../Flag.js"

export const demo = Command.make({
  words: "demo",
  description: "Shows a sync of a simulated reseller's three months of calls. Needs no key and no network.",
  example: "demo calls",
  operands: {
    directory: Flag.optionalOperand(Flag.operand({
      name: "DIR",
      description: "Where to keep the records. Default: a temporary folder, which is removed."
    }))
  },
  flags: {}
}, () => import("../handlers/demo.js"))
