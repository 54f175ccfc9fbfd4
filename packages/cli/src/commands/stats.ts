/** `stats`: sums of calls. */
import { Protocol } from "@effect-didww/core"
import { Summary } from "@effect-didww/sync"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Command from "../Command.js"
import * as Flag from "../Flag.js"
import * as flags from "./flags.js"

const moneyColumns = Object.values(Protocol.columns).flatMap((columns) => columns.map(({ key }) => key))
  .filter(Schema.is(Summary.MoneyColumn))

/** Reads a duration such as `1m`, or a minimum and an increment in seconds such as `30/6`. */
const parseRounding = (text: string) => {
  const [, minimum, increment] = /^(\d+)\/(\d+)$/.exec(text) ?? []
  const rounding = increment === undefined
    ? Option.map(flags.parseDuration(text), (increment) => ({ minimum: Duration.zero, increment }))
    : Option.some({ minimum: Duration.seconds(Number(minimum)), increment: Duration.seconds(Number(increment)) })
  return Option.filter(rounding, ({ increment }) => Duration.toMillis(increment) > 0)
}

export const stats = Command.make({
  words: "stats",
  description:
    "Sums the calls of completed exports, of archives on disk, and of files that this program wrote: calls, " +
    "answered calls, their share (ASR), their average duration (ACD), minutes and money. All sums are exact.",
  example: "stats 'calls/*.csv.gz' --by trunk,date --zone Europe/Berlin",
  operands: { sources: flags.sources },
  flags: {
    by: Flag.withDefault(
      Flag.parsed({
        name: "by",
        value: "NAMES",
        takes: Summary.dimensions.join(", "),
        parse: flags.parseList(Summary.dimensions),
        description: `Sum apart by these, with commas: ${Summary.dimensions.join(", ")}. Default: all calls together.`
      }),
      []
    ),
    zone: Flag.optional(Flag.parsed({
      name: "zone",
      value: "ZONE",
      takes: "a time zone such as Europe/Berlin or +02:00",
      parse: DateTime.zoneFromString,
      description: "The time zone of date, month and hour, such as Europe/Berlin or +02:00. Default: UTC."
    })),
    round: Flag.optional(Flag.parsed({
      name: "round",
      value: "DURATION",
      takes: "a duration such as 1m, or a minimum and an increment in seconds such as 30/6",
      parse: parseRounding,
      description: "Round the minutes of each call up to a multiple of this, such as 1m, or 30/6 for 30 seconds at " +
        "least and then steps of 6. Default: exact seconds."
    })),
    money: Flag.optional(Flag.parsed({
      name: "money",
      value: "NAMES",
      takes: moneyColumns.join(", "),
      parse: flags.parseList(moneyColumns),
      description: `Sum these columns of money, with commas: ${moneyColumns.join(", ")}. Default: total,charged.`
    })),
    ...flags.rows,
    fields: flags.columns,
    strict: flags.strict,
    ...flags.account
  }
}, () => import("../handlers/stats.js"))
