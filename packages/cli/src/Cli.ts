/** `didww-exports`: the commands, and what one run of them ends with. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import type * as ValidationError from "@effect/cli/ValidationError"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import type * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as CommandLine from "./CommandLine.js"
import { callback, serve, verify } from "./commands/callback.js"
import { create } from "./commands/create.js"
import { download } from "./commands/download.js"
import { ensure } from "./commands/ensure.js"
import { list } from "./commands/list.js"
import { pull } from "./commands/pull.js"
import { records } from "./commands/records.js"
import { show } from "./commands/show.js"
import { simulator } from "./commands/simulator.js"
import { wait } from "./commands/wait.js"
import * as Completions from "./Completions.js"
import { codes, Exited } from "./Failure.js"
import * as Help from "./internal/help.js"
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

/** A command by its words, and what it says of itself. */
const named = <Name extends string, R, E, A>(words: string, command: Command.Command<Name, R, E, A>) => ({
  words: words.split(" "),
  usage: Command.getUsage(command),
  help: () => Help.of(command)
})

const known = [
  named("list", list),
  named("show", show),
  named("create", create),
  named("ensure", ensure),
  named("wait", wait),
  named("download", download),
  named("records", records),
  named("pull", pull),
  named("simulator", simulator),
  named("callback verify", verify),
  named("callback serve", serve)
]

const ofProgram: Help.Section = {
  title: "FLAGS",
  entries: [
    ["-h, --help", "Of the program, or of the command that stands before it."],
    ["--version", "The program's version."],
    ["--completions SHELL", "What completes commands and flags in bash, fish or zsh."]
  ]
}

/** What there is to say of the command with these words, or of all that begin so. */
const helpOf = (words: ReadonlyArray<string>, { columns, hasColour }: Stdio.Service): string => {
  const begin = ["didww-exports", ...words].join(" ")
  const within = known.filter((command) => words.every((word, index) => command.words[index] === word))
  const [command] = within.filter((command) => command.words.length === words.length)
  const parts = command === undefined
    ? {
      paragraphs: (words.length === 0 ? Help.of(root) : Help.of(callback)).paragraphs,
      sections: [
        {
          title: "COMMANDS",
          entries: within.map(({ help, words }) => [words.join(" "), help().paragraphs[0] ?? ""] as const)
        },
        ...(words.length === 0 ? [ofProgram] : [])
      ]
    }
    : command.help()
  return Help.render(parts, `${begin} ${command === undefined ? "COMMAND" : CommandLine.synopsis(command.usage)}`, {
    columns: Math.min(columns ?? 80, 100),
    hasColour
  })
}

const usageError = (message: string, words: ReadonlyArray<string>): string =>
  `didww-exports: ${plain(message)} See ${["didww-exports", ...words].join(" ")} --help.`

const messageOf = (error: ValidationError.ValidationError): string => {
  const text = unstyled(HelpDoc.toAnsiText(error.error)).trim().replace(/\s+/g, " ")
  return /[.!?]$/.test(text) ? text : `${text}.`
}

const command = Command.run(root, { name: "didww-exports", version, executable: "didww-exports" })

/** Runs the command that the arguments, without the program's own, say; gives the exit code. */
export const run = Effect.fnUntraced(function*(args: ReadonlyArray<string>) {
  const stdio = yield* Stdio.Stdio
  const meant = CommandLine.read(known, args)
  if (Either.isLeft(meant)) {
    yield* stdio.err(usageError(meant.left.message, meant.left.words))
    return codes.usage
  }
  const print = (text: string): Effect.Effect<number> => Effect.as(Effect.ignore(stdio.out(text)), 0)
  switch (meant.right._tag) {
    case "Help":
      return yield* print(helpOf(meant.right.words, stdio))
    case "Version":
      return yield* print(`${version}\n`)
    case "Completions":
      return yield* print(Completions.script(meant.right.shell, known))
    case "Run":
      return yield* ran(meant.right)
  }
})

const ran = Effect.fnUntraced(function*({ args, words }: Data.TaggedEnum.Value<CommandLine.Meant, "Run">) {
  const stdio = yield* Stdio.Stdio
  const console = yield* Console.consoleWith(Effect.succeed)
  return yield* command(["node", "didww-exports", ...args]).pipe(
    // what is wrong with the command line is said here
    Effect.withConsole({ ...console, error: () => Effect.void }),
    Effect.provide(CliConfig.layer({ isCaseSensitive: true, showBuiltIns: false })),
    Effect.as(0),
    Effect.catchAll((error) =>
      error instanceof Exited
        ? Effect.succeed(error.code)
        : Effect.as(stdio.err(usageError(messageOf(error), words)), codes.usage)
    ),
    Effect.catchAllCause((cause) => Effect.succeed(Cause.isInterrupted(cause) ? codes.interrupted : codes.failure))
  )
})
