/** One run of one command, from its flags to its exit code. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { Exited, report } from "./Failure.js"
import type * as Flags from "./Flags.js"
import * as Stdio from "./Stdio.js"

/** A module that does a command's work. It is loaded only once the command is run. */
export interface Work<Input, E, R> {
  readonly run: (input: Input) => Effect.Effect<void, E, R>
}

/** Says how it ended, and fails with the exit code unless that is 0. */
export const session =
  <Input extends Flags.Common, E, R>(load: () => Promise<Work<Input, E, R>>) =>
  (input: Input): Effect.Effect<void, Exited, R | Stdio.Stdio> =>
    Effect.gen(function*() {
      const given = yield* Stdio.Stdio
      const stdio = input.quiet ? Stdio.quiet(given) : given
      const work = Effect.flatMap(Effect.promise(load), ({ run }) => run(input))
      yield* work.pipe(
        Effect.provideService(Stdio.Stdio, stdio),
        Effect.provide(Logger.replace(Logger.defaultLogger, Stdio.logger(stdio))),
        Effect.catchAllCause((cause) => {
          const { code, lines } = report(cause, input)
          return Effect.zipRight(
            Effect.forEach(lines, stdio.err),
            Cause.isInterruptedOnly(cause) ? Effect.interrupt : code === 0 ? Effect.void : new Exited({ code })
          )
        })
      )
    })

/** Where Ctrl-C is no loss: how to go on. */
export const interruptible =
  (advice: string) => <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Stdio.Stdio> =>
    Effect.flatMap(
      Stdio.Stdio,
      ({ err }) => Effect.onInterrupt(self, () => err(`didww-exports: Interrupted. ${advice}`))
    )
