/** A command that prints the key of an account, such as that of a password manager. It runs without a shell. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as keyCommand from "./internal/keyCommand.js"
import * as Key from "./Key.js"
import { Stdio } from "./Stdio.js"
import { meaning } from "./SystemFailure.js"

/** A program and its arguments. */
export type KeyCommand = readonly [program: string, ...args: ReadonlyArray<string>]

/** The command printed no key. Its output and its arguments, which may hold a key, are not shown. */
export class KeyCommandFailed extends Data.TaggedError("KeyCommandFailed")<{
  readonly account: string
  readonly program: string
  readonly problem: string
}> {
  override get message(): string {
    return `The key command of account ${this.account} (${this.program}) ${this.problem}`
  }
}

/** Splits a line at its spaces, where no quotes stand around them. None if a quote has no end or a word is empty. */
export const parse = (line: string): Option.Option<KeyCommand> => {
  const words = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+|\S/g) ?? []
  const isClosed = words.every((word) => word !== "'" && word !== "\"")
  const [program, ...args] = words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, "$1$2"))
  return isClosed && program !== undefined && ![program, ...args].includes("")
    ? Option.some([program, ...args])
    : Option.none()
}

const problemOf = (ended: keyCommand.Ended): string => {
  switch (ended._tag) {
    case "NotStarted":
      return `cannot be started: ${meaning(ended.code).happened}. Check its name, and that it is installed.`
    case "Failed":
      return `ended with ${ended.status}. Run it by itself to see why.`
    case "Printed":
      return "must print the key, and nothing else, on one line. Run it by itself to see what it prints."
  }
}

/** Runs the command of an account. Its stderr goes to the terminal, where it also can ask for a passphrase. */
export const run = (
  account: string,
  [program, ...args]: KeyCommand
): Effect.Effect<Redacted.Redacted, KeyCommandFailed, Stdio> =>
  Effect.gen(function*() {
    const { isTyped } = yield* Stdio
    const ended = yield* keyCommand.run(program, args, { isTyped })
    const key = ended._tag === "Printed" ? Key.parse(ended.text.trim()) : Option.none()
    return Option.isSome(key)
      ? key.value
      : yield* new KeyCommandFailed({ account, program, problem: problemOf(ended) })
  })
