/** `sync`: every record of accounts in a destination, and the proof. */
import { Export } from "@effect-didww/core"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Command from "../Command.js"
import * as Flag from "../Flag.js"
import * as flags from "./flags.js"

const destination = Flag.operand({
  name: "DEST",
  description: "A folder; postgres, whose address is in DIDWW_DATABASE_URL; or sqlite:FILE."
})

const windows = Flag.operands({
  name: "WINDOW",
  description: "2026-10-03, a month such as 2026-10 for all of its days, cdr_in/2026-10-03 or acme/cdr_in/2026-10-03."
})

const account = Flag.repeated(Flag.text({
  name: "account",
  value: "NAME",
  description:
    "An account that auth login saved. Default: all saved accounts; without any, the one of DIDWW_API_KEY, " +
    "whose name is default. May be repeated."
}))

const kept = Flag.repeated(Flag.text({
  name: "account",
  value: "NAME",
  description: "Only this account of the destination. May be repeated. Default: all."
}))

const json = Flag.toggle({ name: "json", description: "Write each event as a line of JSON on stdout." })

const wait = Flag.withDefault(
  Flag.parsed({
    name: "wait",
    value: "DURATION",
    takes: "a duration such as \"90 seconds\" or 10m",
    parse: flags.parseDuration,
    description: "How long to wait for each export. The next run goes on waiting. Default: 30 minutes."
  }),
  Duration.minutes(30)
)

const prefix = Flag.optional(Flag.parsed({
  name: "prefix",
  value: "NAME",
  takes: "at most 20 letters, digits and -",
  parse: Option.liftPredicate((text: string) => /^[A-Za-z0-9-]{1,20}$/.test(text)),
  description:
    "The beginning of the exports' references. Destinations with the same prefix share exports. Default: sync."
}))

const types = Export.ExportType.literals

type Types = "all" | ReadonlyArray<Export.ExportType>

export const sync = Command.make({
  words: "sync",
  description:
    "Keeps every record of accounts in a folder or a database. Requests what is missing, waits for it, and loads it " +
    "day by day. Run it every night: nothing is requested twice, a killed run goes on, and a loss is reported.",
  example: "sync calls --account acme --account globex",
  operands: { destination },
  flags: {
    account,
    types: Flag.optional(Flag.parsed({
      name: "types",
      value: "TYPES",
      choices: ["all", ...types],
      takes: `all, or ${types.join(", ")} with commas between them`,
      parse: (text): Option.Option<Types> => text === "all" ? Option.some(text) : flags.parseList(types)(text),
      description: `${types.join(", ")} with commas, or all. Default: all types that the API version has.`
    })),
    since: flags.time("since", "Keep records from this time on. Default: all that DIDWW has at the first run."),
    window: Flag.optional(Flag.choice({
      name: "window",
      choices: ["day", "month"],
      description: "The period of each export. Default: that of the last run; at first day."
    })),
    zone: Flag.optional(Flag.parsed({
      name: "zone",
      value: "ZONE",
      takes: "a time zone such as Europe/Berlin or +02:00",
      parse: DateTime.zoneFromString,
      description: "The time zone of days and months. Default: that of the last run; at first UTC."
    })),
    format: flags.format(
      "A folder takes csv, ndjson and parquet only, csv and ndjson also as .gz. Default: that of the files in the " +
        "folder; at first parquet."
    ),
    keepArchive: Flag.toggle({
      name: "keep-archive",
      description: "Also keep the verified archives, in _didww/archives."
    }),
    noAudit: Flag.toggle({
      name: "no-audit",
      description: "Do not compare each month, 3 days after its end, with one export of the whole month."
    }),
    wait,
    prefix,
    json
  }
}, () => import("../handlers/sync.js"))

export const status = Command.make({
  words: "sync status",
  description:
    "Shows how complete a destination is, without a key or a request. Exits with 1 if a window is lost or will be " +
    "within 14 days, or if the last run that succeeded is too old.",
  example: "sync status calls --max-age 36h",
  operands: { destination },
  flags: {
    maxAge: Flag.withDefault(
      Flag.parsed({
        name: "max-age",
        value: "DURATION",
        takes: "a duration such as 36h or 2d",
        parse: flags.parseDuration,
        description: "The greatest age of the last run that succeeded. Default: 36 hours."
      }),
      Duration.hours(36)
    ),
    account: kept,
    format: flags.format("Default: table on a terminal; else tsv."),
    json: Flag.toggle({ name: "json", description: "Write one JSON object, in place of rows." })
  }
}, () => import("../handlers/syncStatus.js"))

export const acknowledge = Command.make({
  words: "sync acknowledge",
  description: "Acknowledges lost windows, so that they are reported no more. The destination keeps note of it.",
  example: "sync acknowledge calls cdr_in/2026-08-14",
  operands: { destination, windows },
  flags: {}
}, () => import("../handlers/syncAcknowledge.js"))

export const pull = Command.make({
  words: "sync pull",
  description:
    "Loads these windows now, and no others. With --again it requests complete windows once more, and replaces them.",
  example: "sync pull calls cdr_out/2026-10-03 --again",
  operands: { destination, windows },
  flags: {
    again: Flag.toggle({ name: "again", description: "Request each window once more, in its next generation." }),
    account,
    wait,
    prefix,
    json
  }
}, () => import("../handlers/syncPull.js"))

export const audit = Command.make({
  words: "sync audit",
  description:
    "Compares a month with one export of the whole month now, and requests the windows that differ again. sync does " +
    "so by itself 3 days after the end of a month.",
  example: "sync audit calls acme/cdr_in/2026-10",
  operands: {
    destination,
    month: Flag.operand({ name: "MONTH", description: "2026-10, cdr_in/2026-10 or acme/cdr_in/2026-10." })
  },
  flags: { account, wait, prefix, json }
}, () => import("../handlers/syncAudit.js"))
