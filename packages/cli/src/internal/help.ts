/** How help is written. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import { unstyled, width } from "./text.js"

/** What the command does, and one example. */
export const described = (does: string, example: string) =>
<Name extends string, R, E, A>(
  self: Command.Command<Name, R, E, A>
): Command.Command<Name, R, E, A> =>
  Command.withDescription(
    self,
    HelpDoc.blocks([HelpDoc.p(does), HelpDoc.p(`Example: didww-exports ${example}`)])
  )

/** A title, and entries with what there is to say of each. */
export interface Section {
  readonly title: string
  readonly entries: ReadonlyArray<readonly [name: string, says: string]>
}

export interface Help {
  readonly paragraphs: ReadonlyArray<string>
  readonly sections: ReadonlyArray<Section>
}

// what the types of the flags already say
const noise = /^(A user-defined piece of text\.|A true or false value\.|One of the following: |This (setting|option) )/

const text = (doc: HelpDoc.HelpDoc): string => unstyled(HelpDoc.toAnsiText(doc)).trim()

const parts = (doc: HelpDoc.HelpDoc): ReadonlyArray<HelpDoc.HelpDoc> =>
  HelpDoc.isSequence(doc) ? [...parts(doc.left), ...parts(doc.right)] : HelpDoc.isEmpty(doc) ? [] : [doc]

const entriesOf = (doc: HelpDoc.DescriptionList): Section["entries"] =>
  doc.definitions.map(([name, says]) => [
    text(HelpDoc.p(name)).replace(/^\((.*)\)|^<(.*)>/, "$1$2").replaceAll(" | ", "|"),
    parts(says).map(text).filter((says) => !noise.test(says)).join(" ")
  ])

/** What a command says of itself. */
export const of = <Name extends string, R, E, A>(command: Command.Command<Name, R, E, A>): Help => {
  const docs = parts(Command.getHelp(command, { ...CliConfig.defaultConfig, showBuiltIns: false }))
  const entries: Record<string, Section["entries"]> = {}
  let title = ""
  for (const doc of docs) {
    if (HelpDoc.isHeader(doc)) title = text(doc).replace("OPTIONS", "FLAGS")
    if (HelpDoc.isDescriptionList(doc)) entries[title] = [...entries[title] ?? [], ...entriesOf(doc)]
  }
  return {
    paragraphs: docs.filter(HelpDoc.isParagraph).map(text),
    sections: Object.entries(entries).map(([title, entries]) => ({ title, entries }))
  }
}

/** In lines that fit. */
const wrapped = (text: string, columns: number): ReadonlyArray<string> =>
  text.split(" ").reduce<ReadonlyArray<string>>((lines, word) => {
    const last = lines.at(-1)
    return last !== undefined && width(last) + 1 + width(word) <= columns
      ? [...lines.slice(0, -1), `${last} ${word}`]
      : [...lines, word]
  }, [])

/** What stands on the left goes this far at the most before what it is stands below it. */
const most = 26

/** As text so many columns wide. */
export const render = (
  { paragraphs, sections }: Help,
  usage: string,
  { columns, hasColour }: { readonly columns: number; readonly hasColour: boolean }
): string => {
  const bold = (text: string): string => hasColour ? `\u001b[1m${text}\u001b[22m` : text
  // what is to be copied stays a line
  const lines = (text: string): string => text.startsWith("Example: ") ? text : wrapped(text, columns).join("\n")
  const list = ({ entries, title }: Section): string => {
    const left = Math.min(Math.max(...entries.map(([name]) => width(name))), most)
    const indent = " ".repeat(left + 4)
    const rows = entries.map(([name, says]) => {
      const body = wrapped(says, Math.max(columns - indent.length, 20)).join(`\n${indent}`)
      return width(name) <= left ? `  ${name.padEnd(left)}  ${body}` : `  ${name}\n${indent}${body}`
    })
    return `${bold(title)}\n${rows.join("\n")}`
  }
  return `${[`${bold("USAGE")}\n  ${usage}`, ...paragraphs.map(lines), ...sections.map(list)].join("\n\n")}\n`
}
