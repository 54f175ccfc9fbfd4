/** Suggests the name that a misspelled one may stand for. */
import { closest, distance } from "fastest-levenshtein"

/** ` Did you mean …?` if a name differs in at most a third of the letters, else nothing. */
export const suggestion = (text: string, names: ReadonlyArray<string>): string => {
  const near = names.length === 0 ? "" : closest(text, names)
  return near !== "" && distance(text, near) <= text.replace(/^-+/, "").length / 3 ? ` Did you mean ${near}?` : ""
}
