/** Suggestions for a misspelled name. */

const longest = 40

/**
 * The name that contains the word, or else the one that differs least, whatever the letter case and the signs between words.
 * Gives `undefined` if all names differ much.
 */
export const nearest = (word: string, names: ReadonlyArray<string>): string | undefined => {
  const wanted = squeezed(word)
  if (wanted === "" || wanted.length > longest) return undefined
  const part = wanted.length < 3 ? undefined : names.find((name) => squeezed(name).includes(wanted))
  if (part !== undefined) return part
  const [best] = names
    .map((name) => ({ name, edits: edits(wanted, squeezed(name)) }))
    .sort((a, b) => a.edits - b.edits)
  return best !== undefined && best.edits <= Math.min(2, wanted.length / 3) ? best.name : undefined
}

const squeezed = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "")

/** How many letters to insert, remove, replace, or swap with the next. */
const edits = (a: string, b: string): number => {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const swapped = a.charAt(i - 2) === b.charAt(j - 1) && a.charAt(i - 1) === b.charAt(j - 2)
      row.push(Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1),
        swapped ? at(i - 2, j - 2) + 1 : Infinity
      ))
    }
  }
  return at(a.length, b.length)
}
