/** Writes help from the data of a command. */
import { type Command, equals, type Program, startsWith } from "./Command.js"
import * as Flag from "./Flag.js"
import { styled, width } from "./internal/text.js"
import * as ProgramFlags from "./ProgramFlags.js"

/** A title, and entries with what each is for. */
interface Section {
  readonly title: string
  readonly entries: ReadonlyArray<readonly [name: string, description: string]>
}

interface Page {
  readonly usage: string
  readonly paragraphs: ReadonlyArray<string>
  /** An example to copy, which stays one line. */
  readonly example?: string
  readonly sections: ReadonlyArray<Section>
}

/** How help is shown. */
export interface Options {
  readonly columns: number
  readonly hasColor: boolean
}

/** Writes help for the command with these words, or for all commands whose words begin so. */
export const render = <R>(program: Program<R>, words: ReadonlyArray<string>, options: Options): string => {
  const command = program.commands.find((command) => equals(command.words, words))
  return print(command === undefined ? pageOfGroup(program, words) : pageOfCommand(program, command), options)
}

const pageOfCommand = <R>(program: Program<R>, { description, example, flags, operands, words }: Command<R>): Page => ({
  usage: [
    "didww-exports",
    ...words,
    ...operands.map(({ isRepeatable, isRequired, name }) =>
      isRepeatable ? `${name}...` : isRequired ? name : `[${name}]`
    ),
    ...flags.filter(({ isRequired }) => isRequired).map(Flag.written),
    "[FLAGS]"
  ].join(" "),
  paragraphs: [description],
  example: `Example: didww-exports ${example}`,
  sections: [
    { title: "ARGUMENTS", entries: operands.map(({ description, name }) => [name, description] as const) },
    { title: "FLAGS", entries: flags.map(entryOf) },
    { title: "COMMANDS", entries: commandsBelow(program, words) }
  ]
})

/** The commands with these words and more. */
const commandsBelow = <R>({ commands }: Program<R>, words: ReadonlyArray<string>): Section["entries"] =>
  commands.filter((command) => startsWith(command.words, words) && !equals(command.words, words)).map(
    ({ description, words }) => [words.join(" "), description] as const
  )

const pageOfGroup = <R>(program: Program<R>, words: ReadonlyArray<string>): Page => ({
  usage: ["didww-exports", ...words, "COMMAND"].join(" "),
  paragraphs: program.groups.find((group) => equals(group.words, words))?.paragraphs ?? [],
  sections: [
    { title: "COMMANDS", entries: commandsBelow(program, words) },
    { title: "FLAGS", entries: words.length === 0 ? ProgramFlags.all.map(entryOf) : [] }
  ]
})

const entryOf = (flag: Flag.Flag<unknown>): Section["entries"][number] => [
  `${Flag.names(flag).join(", ")}${flag.value === undefined ? "" : ` ${flag.value}`}${flag.isRepeatable ? "..." : ""}`,
  flag.description
]

/** Breaks a text into lines that fit. */
const wrapped = (text: string, columns: number): ReadonlyArray<string> =>
  text.split(" ").reduce<ReadonlyArray<string>>((lines, word) => {
    const last = lines.at(-1)
    return last !== undefined && width(last) + 1 + width(word) <= columns
      ? [...lines.slice(0, -1), `${last} ${word}`]
      : [...lines, word]
  }, [])

/** A longer name has its description on the next line. */
const widestName = 26

const print = ({ example, paragraphs, sections, usage }: Page, { columns, hasColor }: Options): string => {
  const title = (text: string): string => hasColor ? styled(text, "bold") : text
  const list = ({ entries, title: text }: Section): string => {
    const left = Math.min(Math.max(...entries.map(([name]) => width(name))), widestName)
    const indent = " ".repeat(left + 4)
    const lines = entries.map(([name, description]) => {
      const body = wrapped(description, Math.max(columns - indent.length, 20)).join(`\n${indent}`)
      return width(name) <= left ? `  ${name.padEnd(left)}  ${body}` : `  ${name}\n${indent}${body}`
    })
    return `${title(text)}\n${lines.join("\n")}`
  }
  const blocks = [
    `${title("USAGE")}\n  ${usage}`,
    ...paragraphs.map((text) => wrapped(text, columns).join("\n")),
    ...(example === undefined ? [] : [example]),
    ...sections.filter(({ entries }) => entries.length > 0).map(list)
  ]
  return `${blocks.join("\n\n")}\n`
}
