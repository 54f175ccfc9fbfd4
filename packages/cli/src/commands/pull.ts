/** `pull`: from the request to the records. */
import * as Command from "../Command.js"
import * as Flag from "../Flag.js"
import * as flags from "./flags.js"
import * as requestFlags from "./requestFlags.js"

export const pull = Command.make({
  words: "pull",
  description: "Finds the export with this reference or creates it, waits for it, and writes its records. " +
    "After an interruption the same command continues where it stopped: a file of csv or ndjson keeps the rows it has.",
  example: "pull --reference october --month 2026-10 -o october.csv.gz",
  flags: {
    ...requestFlags.repeatable,
    timeout: flags.timeout,
    ...flags.rows,
    format: flags.format(
      "A file and a folder take csv, ndjson and parquet only, csv and ndjson also as .gz. Default: the ending of the " +
        "file; parquet for a folder; for stdout table on a terminal, else tsv."
    ),
    output: Flag.text({
      name: "output",
      short: "o",
      value: "FILE|DIR|DATABASE|-",
      description: "Write to this file; into this folder, as account=…/type=…/month=…/records.parquet, which DuckDB " +
        "reads; into a database (sqlite:FILE, or postgres with DIDWW_DATABASE_URL); or to stdout (-). The name of a " +
        "folder that does not exist yet ends in a slash. Only one pull at a time can write to a file."
    }),
    fields: flags.columns,
    keepArchive: Flag.toggle({
      name: "keep-archive",
      description: "Also keep the verified archive, as FILE.archive or in DIR/_didww/archives. Not with stdout."
    }),
    strict: flags.strict,
    ...flags.account
  }
}, () => import("../handlers/pull.js"))
