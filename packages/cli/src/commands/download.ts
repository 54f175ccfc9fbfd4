/** `download`: an archive as DIDWW stores it. */
import * as Command from "../Command.js"
import * as flags from "./flags.js"

export const download = Command.make({
  words: "download",
  description: "Downloads the archive of a completed export, a gzip of CSV, and checks that it is whole.",
  example: "download da15a006-5da4-45ca-b0df-735baeadf423 -o calls.csv.gz",
  operands: { id: flags.id },
  flags: { output: flags.output, ...flags.account }
}, () => import("../handlers/download.js"))
