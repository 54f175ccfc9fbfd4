/** `didww-exports`: reads the arguments, runs the command, and gives the exit code. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as CommandLine from "./CommandLine.js"
import { program } from "./commands/program.js"
import * as Completions from "./Completions.js"
import { codes, report } from "./Failure.js"
import * as Help from "./Help.js"
import * as Stdio from "./Stdio.js"
import { version } from "./version.js"

/** Runs what the arguments ask for. Takes them without the names of the runtime and of the program. */
export const run = (args: ReadonlyArray<string>) =>
  act(args).pipe(
    Effect.catchTag("Exited", ({ code }) => Effect.succeed(code)),
    // a command reports its own failures: only a defect in front of it arrives here
    Effect.catchAllCause((cause) =>
      Effect.flatMap(Stdio.Stdio, ({ err }) => {
        const { code, lines } = report(cause, { verbose: false })
        return Effect.as(Effect.forEach(lines, err), code)
      })
    )
  )

const act = Effect.fnUntraced(function*(args: ReadonlyArray<string>) {
  const stdio = yield* Stdio.Stdio
  const action = CommandLine.read(program, args)
  if (Either.isLeft(action)) {
    const { message, words } = action.left
    yield* stdio.err(`didww-exports: ${message} See ${["didww-exports", ...words].join(" ")} --help.`)
    return codes.usage
  }
  const print = (text: string): Effect.Effect<number> => Effect.as(Effect.ignore(stdio.out(text)), 0)
  switch (action.right._tag) {
    case "Help": {
      const columns = Math.min(stdio.columns ?? 80, 100)
      return yield* print(Help.render(program, action.right.words, { columns, hasColor: stdio.hasColor }))
    }
    case "Version":
      return yield* print(`${version}\n`)
    case "Completions":
      return yield* print(Completions.script(action.right.shell, program))
    case "Run":
      return yield* Effect.as(action.right.run, 0)
  }
})
