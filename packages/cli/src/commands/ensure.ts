/** `ensure`: requests an export once. */
import * as Command from "../Command.js"
import * as flags from "./flags.js"
import * as requestFlags from "./requestFlags.js"

export const ensure = Command.make({
  words: "ensure",
  description: "Finds the export with this reference, or creates it. Many runs create one export.",
  example: "ensure --reference invoice-42 --type cdr_out --from 2026-10-01 --to 2026-10-08",
  flags: { ...requestFlags.repeatable, ...flags.exports, ...flags.account }
}, () => import("../handlers/ensure.js"))
