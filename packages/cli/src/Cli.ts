/** `didww-exports`: reads the arguments, runs the command, and gives the exit code. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as CommandLine from "./CommandLine.js"
import { program } from "./commands/program.js"
import * as Completions from "./Completions.js"
import { codes, type Exited } from "./Failure.js"
import * as Help from "./Help.js"
import { plain } from "./internal/text.js"
import * as Stdio from "./Stdio.js"
import { version } from "./version.js"

/** Runs what the arguments ask for. Takes them without the names of the runtime and of the program. */
export const run = Effect.fnUntraced(function*(args: ReadonlyArray<string>) {
  const stdio = yield* Stdio.Stdio
  const action = CommandLine.read(program, args)
  if (Either.isLeft(action)) {
    const { message, words } = action.left
    yield* stdio.err(`didww-exports: ${plain(message)} See ${["didww-exports", ...words].join(" ")} --help.`)
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
      return yield* exitCodeOf(action.right.run)
  }
})

const exitCodeOf = <R>(run: Effect.Effect<void, Exited, R>): Effect.Effect<number, never, R> =>
  run.pipe(
    Effect.as(0),
    Effect.catchAll(({ code }) => Effect.succeed(code)),
    Effect.catchAllCause((cause) => Effect.succeed(Cause.isInterrupted(cause) ? codes.interrupted : codes.failure))
  )
