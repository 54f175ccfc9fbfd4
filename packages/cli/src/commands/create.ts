/** `create`: requests an export. */
import * as Command from "../Command.js"
import * as flags from "./flags.js"
import * as requestFlags from "./requestFlags.js"

export const create = Command.make({
  words: "create",
  description: "Creates an export. Each run creates another one. Use `ensure` to create it only once.",
  example: "create --type cdr_in --month 2026-10 --did 972862594",
  flags: { ...requestFlags.once, ...flags.exports, ...flags.account }
}, () => import("../handlers/create.js"))
