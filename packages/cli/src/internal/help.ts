/** How help is written. */
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"

/** What the command does, and one example. */
export const described = (does: string, example: string) =>
<Name extends string, R, E, A>(
  self: Command.Command<Name, R, E, A>
): Command.Command<Name, R, E, A> =>
  Command.withDescription(
    self,
    HelpDoc.blocks([HelpDoc.p(does), HelpDoc.p(`Example: didww-exports ${example}`)])
  )
