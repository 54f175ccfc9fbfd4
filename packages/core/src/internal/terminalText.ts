/** Text of any origin as one line that a terminal shows and does not obey. */

// controls, line ends, marks that change the direction of text, halves of a character
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu

export const escape = (text: string): string =>
  text.replace(unprintable, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** As a JSON string. */
export const quote = (text: string): string => escape(JSON.stringify(text))

/** At most `length` characters. The last one is `…` if the text has more. */
export const shorten = (text: string, length: number): string => {
  // a character has at most two units
  const chars = Array.from(text.slice(0, 2 * length + 2))
  return chars.length > length ? `${chars.slice(0, length - 1).join("")}…` : text
}

/** Two lines: the part of a text around a position, at most 78 characters long, and a caret under the position. */
export const pointer = (text: string, position: number): string => {
  // enough for fifty characters
  const before = Array.from(text.slice(Math.max(0, position - 102), position))
  const head = before.length > 50 ? `…${before.slice(-49).join("")}` : before.join("")
  const tail = shorten(text.slice(position), 28)
  return `${visible(head + tail)}\n${" ".repeat(width(visible(head)))}^`
}

const visible = (text: string): string => text.replace(unprintable, (char) => /\s/.test(char) ? " " : "\ufffd")

const width = (text: string): number =>
  Array.from(text).reduce((sum, char) => sum + (/[\p{M}\p{Cf}]/u.test(char) ? 0 : wide.test(char) ? 2 : 1), 0)

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60]/u
