/** Calls outside the window that they were requested by. */
import * as DateTime from "effect/DateTime"
import type { Manifest } from "../../Manifest.js"

/** A window with calls outside it. */
export interface Outside {
  readonly manifest: Manifest
  readonly column: string
  readonly first: DateTime.Utc
  readonly last: DateTime.Utc
}

const isWithin = (column: string) => ({ subject: { window }, times }: Manifest): boolean => {
  const found = times[column]
  return found === undefined ||
    (DateTime.greaterThanOrEqualTo(found.first, window.from) && DateTime.lessThan(found.last, window.to))
}

/** Fewer windows do not tell by which time DIDWW selects. */
const leastWindows = 8

/** Of the windows, in which the time that DIDWW selects by may be outside. With more it is another time. */
const mostOutside = 0.1

/**
 * DIDWW does not say by which time it selects. It is a time that is within the window nearly everywhere. If there is none, nothing
 * can be said. Give it the windows of one account and type.
 */
export const of = (manifests: ReadonlyArray<Manifest>): ReadonlyArray<Outside> => {
  const filled = manifests.filter(({ times }) => Object.keys(times).length > 0)
  if (filled.length < leastWindows) return []
  const columns = new Set(filled.flatMap(({ times }) => Object.keys(times)))
  const candidates = Array.from(columns, (column) => {
    const known = filled.filter(({ times }) => times[column] !== undefined)
    return { column, known: known.length, outside: known.filter((one) => !isWithin(column)(one)) }
  }).filter(({ known, outside }) => known >= filled.length / 2 && outside.length <= Math.max(1, known * mostOutside))
  const [best] = candidates.toSorted((one, other) => one.outside.length - other.outside.length)
  return (best?.outside ?? []).flatMap((manifest) => {
    const found = manifest.times[best!.column]
    return found === undefined ? [] : [{ manifest, column: best!.column, ...found }]
  })
}
