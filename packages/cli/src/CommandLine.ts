/** What stands on a command line, held against the flags and arguments that its command has. */
import * as AutoCorrect from "@effect/cli/AutoCorrect"
import * as CliConfig from "@effect/cli/CliConfig"
import type * as Usage from "@effect/cli/Usage"
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Completions from "./Completions.js"
import { choicesOf, type Flag, partsOf } from "./internal/parts.js"

/** A command by its words, such as `callback verify`. */
export interface Known {
  readonly words: ReadonlyArray<string>
  readonly usage: Usage.Usage
}

/** What is to be done: help with the words given, or a run with these arguments, or what else the program does. */
export type Meant = Data.TaggedEnum<{
  readonly Version: {}
  readonly Completions: { readonly shell: Completions.Shell }
  readonly Help: { readonly words: ReadonlyArray<string> }
  readonly Run: { readonly words: ReadonlyArray<string>; readonly args: ReadonlyArray<string> }
}>

const { Completions: Completing, Help, Run, Version } = Data.taggedEnum<Meant>()

/** What cannot be meant, and the words of the command whose help says more. */
export interface Mistake {
  readonly message: string
  readonly words: ReadonlyArray<string>
}

/** `a`, `a or b`, `a, b or c` */
const listed = (texts: ReadonlyArray<string>, conjunction: string): string =>
  texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(", ")} ${conjunction} ${texts.at(-1)}`

const longOf = ({ names }: Flag): string => names.find((name) => name.startsWith("--")) ?? names.join()

const written = (flag: Flag): string =>
  `${longOf(flag)}${Option.match(flag.value, { onNone: () => "", onSome: (value) => ` ${value}` })}`

const isNeeded = (flag: Flag): boolean => flag.isRequired && Option.isSome(flag.value)

/** What follows the command's words, for help: what it needs, and that there is more. */
export const synopsis = (usage: Usage.Usage): string => {
  const { flags, operands } = partsOf(usage)
  return [...operands, ...flags.filter(isNeeded).map(written), "[FLAGS]"].join(" ")
}

/** ` Did you mean …?`, if one is close. */
const suggestion = (text: string, known: ReadonlyArray<string>): string => {
  const close = known.find((name) =>
    AutoCorrect.levensteinDistance(text, name, CliConfig.defaultConfig) <= text.replace(/^-+/, "").length / 3
  )
  return close === undefined ? "" : ` Did you mean ${close}?`
}

const isHelp = (arg: string | undefined): boolean => arg === "--help" || arg === "-h"

/** Before any command. */
const ofProgram = (first: string, second: string | undefined): Either.Either<Meant, string> => {
  const [name = "", inline] = first.split("=")
  if (isHelp(first)) return Either.right(Help({ words: [] }))
  if (first === "--version") return Either.right(Version())
  if (name !== "--completions") return Either.left(`A command stands first, and ${name} is none.`)
  const text = inline ?? second
  const shell = Completions.shells.find((shell) => shell === text)
  return shell === undefined
    ? Either.left(
      `--completions takes ${listed(Completions.shells, "or")}${text === undefined ? "" : `, not ${text}`}.`
    )
    : Either.right(Completing({ shell }))
}

/** After the command's words. Gives its flags, each apart from its value, and then its arguments. */
const ofCommand = (
  { usage, words }: Known,
  args: ReadonlyArray<string>
): Either.Either<ReadonlyArray<string>, string> => {
  const { flags, operands } = partsOf(usage)
  const command = words.join(" ")
  const find = (name: string): Flag | undefined => flags.find(({ names }) => names.includes(name))
  const seen = new Set<Flag>()
  const options: Array<string> = []
  const given: Array<string> = []
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ""
    if (arg === "--") {
      given.push(...args.slice(index + 1))
      break
    }
    if (!/^-./.test(arg)) {
      given.push(arg)
      continue
    }
    const [name = "", ...rest] = arg.split("=")
    const flag = find(name)
    if (flag === undefined) {
      return Either.left(`${name} is no flag of ${command}.${suggestion(name, flags.flatMap(({ names }) => names))}`)
    }
    if (seen.has(flag) && !flag.isRepeatable) return Either.left(`${name} may be given once.`)
    seen.add(flag)
    if (Option.isNone(flag.value)) {
      if (rest.length > 0) return Either.left(`${name} takes no value.`)
      options.push(name)
      continue
    }
    const next = args[index + 1] ?? ""
    const value = rest.length > 0 ? rest.join("=") : find(next.split("=")[0] ?? "") === undefined ? next : ""
    const choices = choicesOf(flag)
    const takes = choices.length > 0 ? listed(choices, "or") : written(flag)
    if (value === "") return Either.left(`${name} needs a value: ${takes}.`)
    if (choices.length > 0 && !choices.includes(value)) return Either.left(`${name} takes ${takes}, not ${value}.`)
    if (rest.length === 0) index = index + 1
    options.push(name, value)
  }
  const missing = [
    ...flags.filter((flag) => isNeeded(flag) && !seen.has(flag)).map(written),
    ...operands.filter((_, index) => (given[index] ?? "") === "")
  ]
  if (missing.length > 0) return Either.left(`${command} needs ${listed(missing, "and")}.`)
  const surplus = given[operands.length]
  if (surplus !== undefined) {
    const takes = operands.length === 0 ? "flags only" : `no more than ${listed(operands, "and")}`
    return Either.left(`${surplus} is too much: ${command} takes ${takes}.`)
  }
  return Either.right([...words, ...options, ...(given.length === 0 ? [] : ["--", ...given])])
}

/** What the arguments mean, or what about them cannot be meant. */
export const read = (known: ReadonlyArray<Known>, args: ReadonlyArray<string>): Either.Either<Meant, Mistake> => {
  const words: Array<string> = []
  const nextWords = (): ReadonlyArray<string> =>
    Array.from(
      new Set(
        known.filter((one) => words.every((word, index) => one.words[index] === word))
          .flatMap((one) => one.words[words.length] ?? [])
      )
    )
  const mistaken = Either.mapLeft((message: string): Mistake => ({ message, words }))
  while (nextWords().length > 0) {
    const word = args[words.length]
    const possible = nextWords()
    if (word === undefined || (words.length > 0 && isHelp(word))) return Either.right(Help({ words }))
    if (words.length === 0 && word.startsWith("-")) return mistaken(ofProgram(word, args[1]))
    if (!possible.includes(word)) {
      const name = [...words, word].join(" ")
      return mistaken(Either.left(
        `${name} is no command.${suggestion(word, possible) || ` The commands are ${listed(possible, "and")}.`}`
      ))
    }
    words.push(word)
  }
  const rest = args.slice(words.length)
  const flags = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest
  if (flags.some(isHelp)) return Either.right(Help({ words }))
  const command = known.find((one) => one.words.join(" ") === words.join(" "))
  return command === undefined
    ? Either.right(Help({ words }))
    : mistaken(Either.map(ofCommand(command, rest), (args) => Run({ words, args })))
}
