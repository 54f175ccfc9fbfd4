/** Text for a terminal: one line, as wide as it shows, in the words of a person. */
import { styleText } from "node:util"
import stringWidth from "string-width"

/** Controls, line breaks, halves of a character, and marks that change the direction of text. */
const unprintable = "\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Bidi_Control}"

const runs = new RegExp(`[${unprintable}]+`, "gu")

/** Replaces line breaks, tabs, terminal commands and marks that change the direction of text by spaces. */
export const plain = (text: string): string => /^[\x20-\x7e]*$/.test(text) ? text : text.replace(runs, " ")

/** How many columns of a terminal a text takes. */
export const width: (text: string) => number = stringWidth

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** Cuts a text that is too wide, and ends it with an ellipsis. */
export const fit = (text: string, columns: number): string => {
  if (width(text) <= columns) return text
  if (columns <= 0) return ""
  let fitting = ""
  let taken = 1
  for (const { segment } of segmenter.segment(text)) {
    taken = taken + width(segment)
    if (taken > columns) break
    fitting = fitting + segment
  }
  return `${fitting}…`
}

/** Cuts or pads a text so that it takes exactly so many columns. */
export const pad = (text: string, columns: number): string => {
  const fitting = fit(text, columns)
  return fitting + " ".repeat(Math.max(columns - width(fitting), 0))
}

/** Cuts a text or pads it at its start, so that it takes exactly so many columns. */
export const padStart = (text: string, columns: number): string => {
  const fitting = fit(text, columns)
  return " ".repeat(Math.max(columns - width(fitting), 0)) + fitting
}

const styles = ["bold", "green", "yellow", "cyan", "red"] as const

/** The styles that rows and help use. */
export type Style = typeof styles[number]

/** Styles a text. The caller decides whether its terminal has colors, not Node. */
export const styled = (text: string, style: Style): string => styleText(style, text, { validateStream: false })

/** The commands that `styled` writes, as a pattern. */
const commands = Array.from(
  new Set(styles.flatMap((style) => styled("\n", style).split("\n"))),
  (command) => command.replace("[", "\\[")
).join("|")

const commandsOrRuns = new RegExp(`(${commands})|(?![\\n\\t])[${unprintable}]`, "gu")

/**
 * Makes lines plain for a terminal. Keeps line feeds and tabs, and the styles of `styled` where the terminal has colors.
 */
export const plainLines = (text: string, options: { readonly hasColor: boolean }): string =>
  /^[\x20-\x7e\n\t]*$/.test(text)
    ? text
    : text.replace(commandsOrRuns, (_, command: string | undefined) => options.hasColor ? command ?? " " : " ")

/** Writes a value as JSON. Escapes what a terminal would obey and JSON allows: DEL, C1 controls and marks of direction. */
export const toJson = (value: unknown, indentation?: number): string =>
  escaped(String(JSON.stringify(value, null, indentation)))

/** Escapes in JSON what a terminal would obey. */
export const escaped = (json: string): string =>
  json.replace(
    /[\x7f-\x9f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

/** Writes a name such as `callId` as a title such as `CALL ID`. A name with other signs stays as it is. */
export const titleOf = (name: string): string =>
  /^[a-z][A-Za-z]*$/.test(name) ? name.replace(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase() : name

/** Writes a list as `a`, `a or b`, or `a, b or c`. */
export const listed = (texts: ReadonlyArray<string>, conjunction: "and" | "or"): string =>
  texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(", ")} ${conjunction} ${texts.at(-1)}`

/** Writes a count with its noun, such as `1 page` or `2 pages`. */
export const plural = (count: number, one: string, many: string = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** Writes a count such as `3,012`. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",")

const units = ["B", "kB", "MB", "GB", "TB"]

/** Writes a size such as `1.4 MB`. */
export const bytes = (count: number): string => {
  const unit = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1)
  return `${unit === 0 ? count : (count / 1000 ** unit).toFixed(1)} ${units[unit]}`
}

/** Writes a duration such as `1:05` or `2:03:04`. */
export const clock = (millis: number): string => {
  const seconds = Math.max(Math.round(millis / 1000), 0)
  const two = (value: number): string => String(value).padStart(2, "0")
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** Writes a long duration such as `2 d 5 h`, `5 h 12 min` or `40 s`. */
export const span = (millis: number): string => {
  const seconds = Math.max(Math.floor(millis / 1000), 0)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  return days > 0
    ? `${days} d ${hours % 24} h`
    : hours > 0
    ? `${hours} h ${minutes % 60} min`
    : minutes > 0
    ? `${minutes} min`
    : `${seconds} s`
}
