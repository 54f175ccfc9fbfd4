/** A command as data: its words, its help, what it takes, and the handler that runs it. */
import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Exited } from "./Failure.js"
import * as Flag from "./Flag.js"
import * as input from "./internal/input.js"
import { type Handler, session } from "./Session.js"
import type * as Stdio from "./Stdio.js"

export interface Command<out R> {
  /** The words that select the command, such as `callback verify`. */
  readonly words: ReadonlyArray<string>
  readonly description: string
  /** The arguments of an example, without the program's name. */
  readonly example: string
  readonly operands: ReadonlyArray<Flag.Operand<unknown>>
  readonly flags: ReadonlyArray<Flag.Flag<unknown>>
  /** Reads the given values and prepares the run. Fails with a sentence about the first value that it cannot read. */
  readonly prepare: (given: Given) => Either.Either<Effect.Effect<void, Exited, R>, string>
}

/** The values on a command line. */
export interface Given {
  readonly operands: ReadonlyArray<string>
  /** The values of each flag by its long name. */
  readonly flags: ReadonlyMap<string, ReadonlyArray<string>>
}

/** Commands whose words begin alike, such as `callback`. The program itself has no words. */
export interface Group {
  readonly words: ReadonlyArray<string>
  readonly paragraphs: ReadonlyArray<string>
}

/** All commands of the program. */
export interface Program<out R> {
  readonly groups: ReadonlyArray<Group>
  readonly commands: ReadonlyArray<Command<R>>
}

/** Whether some words begin with others. */
export const startsWith = (words: ReadonlyArray<string>, others: ReadonlyArray<string>): boolean =>
  others.every((word, index) => words[index] === word)

/** Whether some words are the same as others. */
export const equals = (words: ReadonlyArray<string>, others: ReadonlyArray<string>): boolean =>
  words.length === others.length && startsWith(words, others)

/** The words that can follow these. */
export const nextWords = <R>({ commands }: Program<R>, words: ReadonlyArray<string>): ReadonlyArray<string> =>
  Array.from(
    new Set(
      commands.filter((command) => startsWith(command.words, words)).flatMap((command) =>
        command.words[words.length] ?? []
      )
    )
  )

const common = {
  quiet: Flag.toggle({
    name: "quiet",
    short: "q",
    description: "Show no progress and no summary. Errors still show."
  }),
  verbose: Flag.toggle({ name: "verbose", description: "Show the cause of an error." })
}

/** What a command declares. Every command also has `--quiet` and `--verbose`. */
export interface Declaration<Operands extends Flag.Operands, Flags extends Flag.Flags> {
  readonly words: string
  readonly description: string
  readonly example: string
  readonly operands?: Operands
  readonly flags: Flags
}

/** Makes a command. `load` imports its handler, which happens only when the command runs. */
export const make = <Flags extends Flag.Flags, E, R, Operands extends Flag.Operands = {}>(
  { description, example, flags, operands, words }: Declaration<Operands, Flags>,
  load: () => Promise<Handler<Flag.Values<Operands> & Flag.Values<Flags> & Flag.Values<typeof common>, E, R>>
): Command<R | Stdio.Stdio> => ({
  words: words.split(" "),
  description,
  example,
  operands: Object.values(operands ?? {}),
  flags: [...Object.values(flags), ...Object.values(common)],
  prepare: (given) =>
    Either.map(
      Either.all([input.readFlags(flags, given.flags), input.readFlags(common, given.flags)]),
      ([values, shared]) => session(load)({ ...input.readOperands(operands, given.operands), ...values, ...shared })
    )
})
