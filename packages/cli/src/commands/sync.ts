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
      description: `${
        types.join(", ")
      } with commas, or all. Default: those of the last run; at first all that the API version has.`
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

const parseSample = (text: string) => {
  const [, part, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []
  const sample = { part: Number(part), of: Number(of) }
  return of !== undefined && sample.part >= 1 && sample.part <= sample.of ? Option.some(sample) : Option.none()
}

export const verify = Command.make({
  words: "sync verify",
  description:
    "Reads a destination again and names what is missing, short, changed, doubled, damaged, late or stray. With a key " +
    "it also compares the archives that DIDWW still has. Deletes nothing. Exits with 1 if it finds something.",
  example: "sync verify calls --sample 1/7",
  operands: { destination },
  flags: {
    sample: Flag.optional(Flag.parsed({
      name: "sample",
      value: "PART",
      takes: "a part such as 1/7",
      parse: parseSample,
      description: "Read only a part of the windows, such as 1/7. It is another one each day. Default: all."
    })),
    deep: Flag.toggle({
      name: "deep",
      description: "Download the archives that DIDWW still has, and compare their hashes."
    }),
    offline: Flag.toggle({ name: "offline", description: "Do not compare the archives that DIDWW still has." }),
    quarantine: Flag.toggle({
      name: "quarantine",
      description: "Move windows whose data are wrong out of sight, so that the next sync loads them again."
    }),
    certificate: Flag.optional(Flag.text({
      name: "certificate",
      value: "FILE",
      description: "Check the certificates of this file against the destination, in place of everything else."
    })),
    account,
    json
  }
}, () => import("../handlers/syncVerify.js"))

export const certificate = Command.make({
  words: "sync certificate",
  description:
    "Writes a certificate for each account and type of a month, one on each line. Others can check it with " +
    "sync verify --certificate. Its level is tiled, verified or audited. Exits with 1 if the month is incomplete.",
  example: "sync certificate calls acme/cdr_in/2026-10 -o october.json",
  operands: {
    destination,
    month: Flag.operand({ name: "MONTH", description: "2026-10, cdr_in/2026-10 or acme/cdr_in/2026-10." })
  },
  flags: { output: flags.output }
}, () => import("../handlers/syncCertificate.js"))

const ages = { d: "days", w: "weeks", m: "months", y: "years" } as const

const parseAge = (text: string): Option.Option<Partial<DateTime.DateTime.PartsForMath>> => {
  const [, count, unit] = /^([1-9]\d{0,3})([dwmy])$/.exec(text) ?? []
  const name = Object.entries(ages).find(([letter]) => letter === unit)?.[1]
  return Option.map(Option.fromNullable(name), (name) => ({ [name]: Number(count) }))
}

export const prune = Command.make({
  words: "sync prune",
  description:
    "Deletes the windows that ended before a time, with their rejected rows, archives and manifests. They do not " +
    "count as lost. Asks on a terminal first.",
  example: "sync prune calls --older-than 13m",
  operands: { destination },
  flags: {
    olderThan: Flag.parsed({
      name: "older-than",
      value: "AGE",
      takes: "an age such as 13m (months), 400d, 60w or 2y",
      parse: parseAge,
      description: "Delete windows that ended so long ago: 13m (months), 400d, 60w or 2y."
    }),
    yes: Flag.toggle({ name: "yes", description: "Do not ask." })
  }
}, () => import("../handlers/syncPrune.js"))
