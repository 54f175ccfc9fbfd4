/** One run of a command, from its input to its exit code. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { Exited, report } from "./Failure.js"
import * as Stdio from "./Stdio.js"

/** The input that every command has. */
export interface Common {
  readonly quiet: boolean
  readonly verbose: boolean
}

/** A module that does the work of a command. */
export interface Handler<Input, E, R> {
  readonly run: (input: Input) => Effect.Effect<void, E, R>
}

/** Loads a handler and runs it. Reports a failure on stderr, then fails with its exit code. */
export const session =
  <Input extends Common, E, R>(load: () => Promise<Handler<Input, E, R>>) =>
  (input: Input): Effect.Effect<void, Exited, R | Stdio.Stdio> =>
    Effect.gen(function*() {
      const given = yield* Stdio.Stdio
      const stdio = input.quiet ? Stdio.quiet(given) : given
      yield* Effect.promise(load).pipe(
        Effect.flatMap(({ run }) => run(input)),
        Effect.provideService(Stdio.Stdio, stdio),
        Effect.provide(Logger.replace(Logger.defaultLogger, Stdio.logger(stdio))),
        Effect.catchAllCause((cause) => {
          const { code, lines } = report(cause, input)
          return Effect.andThen(
            Effect.forEach(lines, stdio.err),
            Cause.isInterruptedOnly(cause) ? Effect.interrupt : code === 0 ? Effect.void : new Exited({ code })
          )
        })
      )
    })

/** Says on interruption that nothing is lost, and how to continue. */
export const interruptible =
  (advice: string) => <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Stdio.Stdio> =>
    Effect.flatMap(
      Stdio.Stdio,
      ({ err }) => Effect.onInterrupt(self, () => err(`didww-exports: Interrupted. ${advice}`))
    )
