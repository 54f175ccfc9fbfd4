/** `didww-exports`: the commands, and what one run of them ends with. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { callback } from "./commands/callback.js"
import { create } from "./commands/create.js"
import { download } from "./commands/download.js"
import { ensure } from "./commands/ensure.js"
import { list } from "./commands/list.js"
import { pull } from "./commands/pull.js"
import { records } from "./commands/records.js"
import { show } from "./commands/show.js"
import { simulator } from "./commands/simulator.js"
import { wait } from "./commands/wait.js"
import { codes, Exited } from "./Failure.js"
import { plain, unstyled } from "./internal/text.js"
import * as Stdio from "./Stdio.js"
import { version } from "./version.js"

const root = Command.make("didww-exports").pipe(
  Command.withDescription(HelpDoc.blocks([
    HelpDoc.p("Call records of a DIDWW account: what was exported, what is being, and the records themselves."),
    HelpDoc.p(
      "The key is the variable DIDWW_API_KEY; without one, try --simulator. Every command has --help."
    ),
    HelpDoc.p("Example: didww-exports list --simulator --limit 3"),
    HelpDoc.p(
      "Exit codes: 1 failure, 2 usage, 3 unauthorized, 4 not found, 5 rate limited, 6 timed out, 130 interrupted."
    )
  ])),
  Command.withSubcommands([list, show, create, ensure, wait, download, records, pull, simulator, callback])
)

/** Help is for stdout, and plain unless that is a terminal; what is wrong with the command line is said by `run`. */
const quietly = (stdio: Stdio.Service) => (console: Console.Console): Console.Console => ({
  ...console,
  log: (...texts) => {
    const text = `${texts.join(" ").trim()}\n`
    return Effect.ignore(stdio.out(stdio.hasColour ? text : unstyled(text)))
  },
  error: () => Effect.void
})

const explain = (error: ValidationError.ValidationError, args: ReadonlyArray<string>): string => {
  const name = args.find((arg) => !arg.startsWith("-"))
  const command = name === undefined || ValidationError.isCommandMismatch(error) ? "" : ` ${name}`
  const text = unstyled(HelpDoc.toAnsiText(error.error)).trim().replace(/\s+/g, " ")
  return `didww-exports: ${plain(text)}${/[.!?]$/.test(text) ? "" : "."} See didww-exports${plain(command)} --help.`
}

const command = Command.run(root, { name: "didww-exports", version, executable: "didww-exports" })

/** Runs the command that the arguments, without the program's own, say; gives the exit code. */
export const run = Effect.fnUntraced(function*(args: ReadonlyArray<string>) {
  const stdio = yield* Stdio.Stdio
  const console = yield* Console.consoleWith(Effect.succeed)
  return yield* command(["node", "didww-exports", ...args]).pipe(
    Effect.withConsole(quietly(stdio)(console)),
    Effect.provide(CliConfig.layer({ showBuiltIns: false })),
    Effect.as(0),
    Effect.catchAll((error) =>
      error instanceof Exited
        ? Effect.succeed(error.code)
        : Effect.as(stdio.err(explain(error, args)), codes.usage)
    ),
    Effect.catchAllCause((cause) => Effect.succeed(Cause.isInterrupted(cause) ? codes.interrupted : codes.failure))
  )
})
