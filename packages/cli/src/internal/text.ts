/** Text on a terminal: what it takes for a command, and how wide it is. */

/** One line, no tab, and nothing that a terminal takes for a command or that turns its direction. */
export const plain = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ")

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })

// East Asian Wide and Fullwidth, and what is drawn as an emoji
const wide =
  /^[\u1100-\u115f\u231a\u231b\u2329\u232a\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]|\ufe0f/u

const nothing = /^[\p{Mn}\p{Me}\p{Cf}]+$/u

// a half-width letter of Japanese and its mark, which has a column of its own
const marked = /^.[\uff9e\uff9f]/u

const widthOfGrapheme = (grapheme: string): number =>
  wide.test(grapheme) || marked.test(grapheme) ? 2 : nothing.test(grapheme) ? 0 : 1

/** In columns of a terminal. */
export const width = (text: string): number => {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let columns = 0
  for (const { segment } of segmenter.segment(text)) columns = columns + widthOfGrapheme(segment)
  return columns
}

/** The text, or as much of it as fits and an ellipsis. */
export const fit = (text: string, columns: number): string => {
  if (width(text) <= columns) return text
  if (columns <= 0) return ""
  let fitting = ""
  let taken = 1
  for (const { segment } of segmenter.segment(text)) {
    taken = taken + widthOfGrapheme(segment)
    if (taken > columns) break
    fitting = fitting + segment
  }
  return `${fitting}…`
}

/** Exactly so many columns. */
export const pad = (text: string, columns: number): string => {
  const fitting = fit(text, columns)
  return fitting + " ".repeat(Math.max(columns - width(fitting), 0))
}

export const plural = (count: number, one: string, many: string = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

const units = ["B", "kB", "MB", "GB", "TB"]

/** `1.4 MB` */
export const bytes = (count: number): string => {
  const unit = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1)
  return `${unit === 0 ? count : (count / 1000 ** unit).toFixed(1)} ${units[unit]}`
}

/** `1:05`, `2:03:04` */
export const clock = (millis: number): string => {
  const seconds = Math.max(Math.round(millis / 1000), 0)
  const two = (value: number): string => String(value).padStart(2, "0")
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** Without colours and the like. */
export const unstyled = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, "")
