/** `list`: the exports of an account. */
import * as Command from "../Command.js"
import { sorts } from "../ExportAttributes.js"
import * as Flag from "../Flag.js"
import * as flags from "./flags.js"

export const list = Command.make({
  words: "list",
  description: "Lists the exports of the account, newest first.",
  example: "list --status completed --since 2026-11-01 --limit 10",
  flags: {
    type: Flag.repeated(Flag.text({
      name: "type",
      value: "TYPE",
      description: "Only exports of this type, such as cdr_in. May be repeated."
    })),
    status: Flag.repeated(Flag.choice({
      name: "status",
      choices: ["pending", "processing", "completed"],
      description: "Only exports with this status. May be repeated."
    })),
    reference: Flag.repeated(Flag.text({
      name: "reference",
      value: "NAME",
      description: "Only exports with this reference. May be repeated."
    })),
    since: flags.time("since", "Only exports that were created at this time or later."),
    until: flags.time("until", "Only exports that were created before this time."),
    did: Flag.optional(Flag.text({
      name: "did",
      value: "NUMBER",
      description: "Only exports of calls to this number."
    })),
    trunk: Flag.optional(Flag.text({
      name: "trunk",
      value: "ID",
      description: "Only exports of calls of this outbound trunk."
    })),
    where: Flag.optional(Flag.text({
      name: "where",
      value: "FILTER",
      description: "Any filter as a text: \"status in (pending, processing) and not has url\"."
    })),
    sort: Flag.optional(Flag.parsed({
      name: "sort",
      value: "FIELDS",
      takes: sorts.join(", "),
      parse: flags.parseList(sorts),
      description: `${sorts.join(", ")}, or several with commas. Default: -createdAt, newest first.`
    })),
    limit: flags.limit,
    explain: Flag.toggle({
      name: "explain",
      description: "Only say which conditions DIDWW evaluates, and which the client evaluates."
    }),
    ...flags.exports,
    ...flags.account
  }
}, () => import("../handlers/list.js"))
