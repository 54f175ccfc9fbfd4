/** Reads the arguments of the program against its commands. */
import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { parseArgs } from "node:util"
import { type Command, equals, type Given, nextWords, type Program } from "./Command.js"
import type { Exited } from "./Failure.js"
import * as Flag from "./Flag.js"
import { suggestion } from "./internal/suggestion.js"
import { listed } from "./internal/text.js"
import * as ProgramFlags from "./ProgramFlags.js"

/** What the arguments ask for. */
export type Action<R> =
  | { readonly _tag: "Version" }
  | { readonly _tag: "Completions"; readonly shell: ProgramFlags.Shell }
  /** Help for the command or group with these words. */
  | { readonly _tag: "Help"; readonly words: ReadonlyArray<string> }
  | { readonly _tag: "Run"; readonly run: Effect.Effect<void, Exited, R> }

/** A usage error, and the words of the command whose help tells more. */
export interface Mistake {
  readonly message: string
  readonly words: ReadonlyArray<string>
}

/** Reads arguments, without the names of the runtime and of the program. */
export const read = <R>(program: Program<R>, args: ReadonlyArray<string>): Either.Either<Action<R>, Mistake> => {
  const words: Array<string> = []
  const mistaken = Either.mapLeft((message: string): Mistake => ({ message, words }))
  while (true) {
    const command = program.commands.find((command) => equals(command.words, words))
    const rest = args.slice(words.length)
    const [word] = rest
    const possible = nextWords(program, words)
    if (word !== undefined && possible.includes(word)) {
      words.push(word)
      continue
    }
    if (command !== undefined) return mistaken(readCommand(command, rest))
    if (word === undefined || (words.length > 0 && isHelp(word))) return Either.right({ _tag: "Help", words })
    if (words.length === 0 && word.startsWith("-")) return mistaken(readProgram(rest))
    return mistaken(Either.left(unknownCommand([...words, word], possible)))
  }
}

const unknownCommand = (words: ReadonlyArray<string>, possible: ReadonlyArray<string>): string =>
  `Unknown command ${words.join(" ")}.${
    suggestion(words.at(-1) ?? "", possible) || ` Known commands: ${possible.join(", ")}.`
  }`

const isHelp = (text: string | undefined): boolean => text !== undefined && Flag.names(ProgramFlags.help).includes(text)

/** Splits arguments into flags with their values, and operands. */
const tokensOf = (flags: ReadonlyArray<Flag.Flag<unknown>>, args: ReadonlyArray<string>) =>
  parseArgs({
    args: Array.from(args),
    options: Object.fromEntries(
      flags.map(({ name, short, value }) => [
        name,
        { type: value === undefined ? "boolean" as const : "string" as const, ...(short !== undefined && { short }) }
      ])
    ),
    allowPositionals: true,
    strict: false,
    tokens: true
  }).tokens

type Token = ReturnType<typeof tokensOf>[number]

type FlagToken = Extract<Token, { readonly kind: "option" }>

/** Reads a flag that stands in place of a command. */
const readProgram = (args: ReadonlyArray<string>): Either.Either<Action<never>, string> => {
  const flags = ProgramFlags.all
  const token = tokensOf(flags, args).find((token) => token.kind === "option")
  const flag = flags.find(({ name }) => name === token?.name)
  if (token === undefined || flag === undefined) {
    return Either.left(`Expected a command first, but got ${token?.rawName ?? args[0]}.`)
  }
  return Either.flatMap(valueOf(flag, token, flags), (value): Either.Either<Action<never>, string> => {
    switch (flag) {
      case ProgramFlags.completions:
        return Either.map(ProgramFlags.completions.read([value]), (shell) => ({ _tag: "Completions", shell }))
      case ProgramFlags.version:
        return Either.right({ _tag: "Version" })
      default:
        return Either.right({ _tag: "Help", words: [] })
    }
  })
}

/** Reads what follows the words of a command. */
const readCommand = <R>(command: Command<R>, args: ReadonlyArray<string>): Either.Either<Action<R>, string> => {
  const tokens = tokensOf([ProgramFlags.help, ...command.flags], args)
  if (tokens.some(asksForHelp)) return Either.right({ _tag: "Help", words: command.words })
  return Either.gen(function*() {
    const given = yield* givenOf(command, tokens)
    yield* checkCount(command, given)
    return { _tag: "Run", run: yield* command.prepare(given) }
  })
}

const asksForHelp = (token: Token): boolean =>
  token.kind === "option" &&
  (token.name === ProgramFlags.help.name || (token.inlineValue === false && isHelp(token.value)))

/** Collects the values of each flag, and the operands. */
const givenOf = <R>(
  { flags, words }: Command<R>,
  tokens: ReadonlyArray<Token>
): Either.Either<Given, string> => {
  const values = new Map<string, ReadonlyArray<string>>()
  const operands: Array<string> = []
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value)
    if (token.kind !== "option") continue
    const { rawName } = token
    const flag = flags.find(({ name }) => name === token.name)
    if (flag === undefined) {
      return Either.left(
        `Unknown flag ${rawName} for ${words.join(" ")}.${suggestion(rawName, flags.flatMap(Flag.names))}`
      )
    }
    const before = values.get(flag.name) ?? []
    if (before.length > 0 && !flag.isRepeatable) return Either.left(`Give ${rawName} only once.`)
    const value = valueOf(flag, token, flags)
    if (Either.isLeft(value)) return Either.left(value.left)
    values.set(flag.name, [...before, value.right])
  }
  return Either.right({ flags: values, operands })
}

/** The value of a flag. A switch has an empty one. */
const valueOf = (
  flag: Flag.Flag<unknown>,
  { inlineValue, rawName, value }: FlagToken,
  flags: ReadonlyArray<Flag.Flag<unknown>>
): Either.Either<string, string> => {
  if (flag.value === undefined) {
    return value === undefined
      ? Either.right("")
      : Either.left(`${rawName} takes no value.`)
  }
  // `-o=FILE` means FILE
  const text = rawName.startsWith("--") ? value : value?.replace(/^=/, "")
  const isFlag = inlineValue === false && flags.flatMap(Flag.names).includes(value?.split("=")[0] ?? "")
  if (text === undefined || text === "" || isFlag) {
    const takes = flag.choices.length > 0 ? listed(flag.choices, "or") : Flag.written(flag)
    return Either.left(`${rawName} needs a value: ${takes}.`)
  }
  return Either.right(text)
}

/** Fails if something is missing or too much. */
const checkCount = <R>(command: Command<R>, given: Given): Either.Either<void, string> => {
  const name = command.words.join(" ")
  const operands = command.operands.map(({ name }) => name)
  const missing = [
    ...command.flags.filter((flag) => flag.isRequired && !given.flags.has(flag.name)).map(Flag.written),
    ...command.operands.filter(({ isRequired }, index) => isRequired && (given.operands[index] ?? "") === "")
      .map(({ name }) => name)
  ]
  const isOpen = command.operands.at(-1)?.isRepeatable === true
  if (missing.length > 0) return Either.left(`${name} needs ${listed(missing, "and")}.`)
  const surplus = given.operands[operands.length]
  if (surplus === undefined || isOpen) {
    return given.operands.includes("") ? Either.left(`${name} takes no empty argument.`) : Either.void
  }
  const takes = operands.length === 0 ? "takes flags only" : `takes only ${listed(operands, "and")} and flags`
  return Either.left(`Unexpected argument ${surplus}: ${name} ${takes}.`)
}
