/** Flags that several commands have. */
import { Export } from "@effect-didww/core"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as ExportRow from "../ExportRow.js"
import * as Flag from "../Flag.js"
import * as Format from "../Format.js"
import { listed } from "../internal/text.js"
import * as When from "../When.js"

/** Which account the command uses. */
export const account = {
  account: Flag.optional(Flag.text({
    name: "account",
    value: "NAME",
    description:
      "The account that auth login saved under this name. Default: that of the variables, if DIDWW_API_KEY is " +
      "set; else default, or the only one."
  })),
  env: Flag.optional(Flag.choice({
    name: "env",
    choices: ["production", "sandbox"],
    description:
      "DIDWW's environment. Default: that of the account; else DIDWW_API_URL, else DIDWW_ENV, else production."
  })),
  simulator: Flag.toggle({
    name: "simulator",
    description: "Use an embedded simulator with 10,000 exports. Needs no key."
  })
}

export const id = Flag.mapOperand(
  Flag.operand({ name: "ID", description: "The export's id." }),
  (text) => Export.ExportId.make(text)
)

export const output = Flag.optional(Flag.text({
  name: "output",
  short: "o",
  value: "FILE",
  description: "Write to this file, and replace it only once all of it is written. Default: -, which is stdout."
}))

/** The format of rows. */
export const format = (description: string): Flag.Flag<Option.Option<Format.Encoding>> =>
  Flag.optional(Flag.parsed({
    name: "format",
    value: "FORMAT",
    choices: Format.names,
    takes: listed(Format.names, "or"),
    parse: Format.parse,
    description: `${listed(Format.names, "or")}. ${description}`
  }))

/** How rows are written. */
export const rows = {
  format: format("Default: the ending of the file (.txt for table); else table on a terminal; else tsv."),
  output,
  header: Flag.toggle({ name: "header", description: "Begin tsv with a line of the columns' names." })
}

/** Where records are read from. */
export const sources = Flag.operands({
  name: "FILE|DIR|ID",
  description:
    "An archive, its CSV, or ndjson, csv or parquet of this program, with or without gzip; a folder that pull " +
    "wrote; a quoted pattern such as '2026-*/*.gz'; - for stdin; or the id of a completed export. " +
    "A file's content decides its kind, not its name."
})

export const strict = Flag.toggle({ name: "strict", description: "Exit with 1 if a row could not be read." })

/** Reads names of columns. Only the records tell which ones there are. */
export const columns = Flag.optional(Flag.parsed({
  name: "fields",
  value: "NAMES",
  takes: "names of columns with commas between them, such as startedAt,total",
  parse: (text) => {
    const names = text.split(",").map((name) => name.trim())
    return names.includes("") ? Option.none() : Option.some(names)
  },
  description: "Show only these columns in this order, with commas, such as startedAt,source,total,callId."
}))

/** How exports are written. */
export const exports = {
  ...rows,
  fields: Flag.optional(Flag.parsed({
    name: "fields",
    value: "NAMES",
    takes: ExportRow.names.join(", "),
    parse: (text) => parseList(ExportRow.names)(text),
    description: `Show only the id and these columns, in this order, with commas: ${ExportRow.names.join(", ")}.`
  }))
}

export const port = (fallback: number): Flag.Flag<number> =>
  Flag.withDefault(
    Flag.whole({ name: "port", min: 0, max: 65_535, description: `Default: ${fallback}. 0 takes a free port.` }),
    fallback
  )

export const host = Flag.withDefault(
  Flag.text({ name: "host", value: "HOST", description: "Default: 127.0.0.1." }),
  "127.0.0.1"
)

export const limit = Flag.optional(Flag.whole({ name: "limit", min: 1, description: "Stop after so many rows." }))

export const time = (name: string, description: string): Flag.Flag<Option.Option<When.When>> =>
  Flag.optional(Flag.parsed({
    name,
    value: "TIME",
    words: When.words,
    takes: `a time such as 2026-11-01, 2026-11-01T08:00:00Z, 7d-ago or ${listed(When.words, "or")}`,
    parse: When.parse,
    description
  }))

const units: Readonly<Record<string, (count: number) => Duration.Duration>> = {
  s: Duration.seconds,
  m: Duration.minutes,
  h: Duration.hours,
  d: Duration.days
}

/** Reads a duration such as `90 seconds` or `10m`. */
export const parseDuration = (text: string): Option.Option<Duration.Duration> => {
  const match = /^(\d+)\s*(s|m|h|d)(?:ec(?:onds?)?|in(?:utes?)?|ours?|ays?)?$/i.exec(text)
  const unit = units[match?.[2]?.toLowerCase() ?? ""]
  return unit === undefined ? Option.none() : Option.some(unit(Number(match?.[1])))
}

export const timeout = Flag.withDefault(
  Flag.parsed({
    name: "timeout",
    value: "DURATION",
    takes: "a duration such as \"90 seconds\" or 10m",
    parse: parseDuration,
    description: "How long to wait for the export, such as \"90 seconds\" or 10m. Default: 30 minutes."
  }),
  Duration.minutes(30)
)

/** Reads known names with commas between them. */
export const parseList =
  <A extends string>(known: ReadonlyArray<A>) => (text: string): Option.Option<ReadonlyArray<A>> =>
    Option.all(
      text.split(",").map((part) => Option.fromNullable(known.find((name) => name === part.trim())))
    )
