/** JSON as text that is the same for the same value. */

/** Writes the keys of each object in their order, so that a database may reorder them. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([one], [other]) => one < other ? -1 : 1))
      : item)

/** Whether `JSON.stringify` wrote a text. Other text of the same value was changed by somebody. */
export const isWritten = (text: string): boolean => {
  try {
    return JSON.stringify(JSON.parse(text)) === text
  } catch {
    return false
  }
}
