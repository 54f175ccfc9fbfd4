/** `list`: the exports of an account. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { fields } from "../ExportRow.js"
import * as Flags from "../Flags.js"
import { described } from "../internal/help.js"
import { session } from "../Session.js"

const flags = {
  type: Options.text("type").pipe(
    Options.withPseudoName("TYPE"),
    Options.repeated,
    Options.withDescription("Only of this type, such as cdr_in; may be repeated, as the next two.")
  ),
  status: Options.choice("status", ["pending", "processing", "completed"]).pipe(
    Options.repeated,
    Options.withDescription("Only in this status.")
  ),
  reference: Options.text("reference").pipe(
    Options.withPseudoName("NAME"),
    Options.repeated,
    Options.withDescription("Only with this reference.")
  ),
  since: Flags.time("since", "Only ordered then or later."),
  until: Flags.time("until", "Only ordered before."),
  did: Options.text("did").pipe(
    Options.withPseudoName("NUMBER"),
    Options.optional,
    Options.withDescription("Only ordered for this number.")
  ),
  trunk: Options.text("trunk").pipe(
    Options.withPseudoName("ID"),
    Options.optional,
    Options.withDescription("Only ordered for this outbound trunk.")
  ),
  where: Options.text("where").pipe(
    Options.withPseudoName("FILTER"),
    Options.optional,
    Options.withDescription("Any filter in words: \"status in (pending, processing) and not has url\".")
  ),
  sort: Flags.parsed("sort", Flags.sorts.join(", "), Flags.oneOf(Flags.sorts)).pipe(
    Options.withPseudoName("FIELDS"),
    Options.withDescription(`${Flags.sorts.join(", ")}; several with commas. Default: -createdAt, the newest first.`),
    Options.optional
  ),
  limit: Flags.limit,
  fields: Flags.parsed("fields", fields.join(", "), Flags.oneOf(fields)).pipe(
    Options.withPseudoName("NAMES"),
    Options.withDescription(`Only the id and these, with commas: ${fields.join(", ")}.`),
    Options.optional
  ),
  explain: Options.boolean("explain").pipe(
    Options.withDescription("Only say what would be asked of DIDWW and what would be looked at here.")
  ),
  format: Flags.format,
  output: Flags.output,
  ...Flags.account
}

export type Input = Command.Command.ParseConfig<typeof flags>

export const list = Command.make("list", flags, session(() => import("../runs/list.js"))).pipe(
  described("The exports of the account, the newest first.", "list --status completed --since 2026-11-01 --limit 10")
)
