/** Draws how many calls each day had, as a line of bars. */

const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

const day = 86_400_000

/** Days from the first to the last one, each as text such as `2026-10-01`. */
export interface Span {
  readonly first: number
  readonly days: number
}

const numberOf = (date: string): number => Math.floor(Date.parse(date) / day)

/** The span of days. `undefined` if there is none. */
export const spanOf = (dates: Iterable<string>): Span | undefined => {
  let first = Infinity
  let last = -Infinity
  for (const date of dates) {
    first = Math.min(first, numberOf(date))
    last = Math.max(last, numberOf(date))
  }
  return first <= last ? { first, days: last - first + 1 } : undefined
}

/** Draws the counts of days in so many characters at most. A day without calls is a gap; several days can share a bar. */
export const draw = (
  counts: Iterable<readonly [date: string, count: number]>,
  { days, first }: Span,
  columns: number
): string => {
  const length = Math.min(days, columns)
  const sums = Array.from({ length }, () => 0)
  for (const [date, count] of counts) {
    const place = Math.floor((numberOf(date) - first) / days * length)
    sums[place] = (sums[place] ?? 0) + count
  }
  const most = Math.max(...sums)
  return sums.map((sum) => sum === 0 ? " " : bars[Math.ceil(sum / most * bars.length) - 1]).join("")
}
