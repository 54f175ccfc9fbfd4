/** The flags of a request for an export. */
import * as Option from "effect/Option"
import * as Flag from "../Flag.js"
import { listed } from "../internal/text.js"
import { type Filter, types } from "../Request.js"
import * as When from "../When.js"
import * as flags from "./flags.js"

const parseFilter = (text: string): Option.Option<Filter> => {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? []
  return name === undefined || value === undefined ? Option.none() : Option.some([name, value])
}

const reference = Flag.text({
  name: "reference",
  value: "NAME",
  description: "Your name for the export, at most 100 characters. It finds the export again."
})

const common = {
  type: Flag.withDefault(
    Flag.choice({
      name: "type",
      choices: types,
      description: "The type of the export: inbound or outbound calls or messages. Default: cdr_in."
    }),
    "cdr_in"
  ),
  month: Flag.optional(Flag.parsed({
    name: "month",
    value: "YYYY-MM",
    words: When.monthWords,
    takes: `a month such as 2026-10, ${listed(When.monthWords, "or")}`,
    parse: When.parseMonth,
    description:
      "The period is this month of UTC. Also this-month and last-month. Default without --from and --to: the last month."
  })),
  from: flags.time("from", "The start of the period, inclusive: 2026-10-01, 2026-10, yesterday, last-month, 7d-ago."),
  to: flags.time("to", "The end of the period, exclusive. A day or a month here stands for its first instant."),
  did: Flag.optional(Flag.text({
    name: "did",
    value: "NUMBER",
    description: "Only calls to this number (cdr_in)."
  })),
  trunk: Flag.optional(Flag.text({
    name: "trunk",
    value: "ID",
    description: "Only calls of this outbound trunk (cdr_out)."
  })),
  filter: Flag.repeated(Flag.parsed({
    name: "filter",
    value: "NAME=VALUE",
    takes: "a filter such as sourceNumber=442071838750",
    parse: parseFilter,
    description: "Any other filter, such as sourceNumber=442071838750. A list has commas. May be repeated."
  })),
  callback: Flag.optional(Flag.text({
    name: "callback",
    value: "URL",
    description: "DIDWW calls this URL when the export is completed."
  })),
  callbackMethod: Flag.withDefault(
    Flag.choice({ name: "callback-method", choices: ["get", "post"], description: "Default: post." }),
    "post"
  )
}

/** A request that may have no reference. */
export const once = { ...common, reference: Flag.optional(reference) }

/** A request that can be repeated, because it has a reference. */
export const repeatable = { ...common, reference }
