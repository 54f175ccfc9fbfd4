/** Measures the contenders of a bar in interleaved rounds. Compares their medians. */
import * as Effect from "effect/Effect"
import type { Bar } from "./bar.js"
import * as programs from "./programs.js"

export interface Line {
  readonly name: string
  /** The median of all rounds, in the bar's measure. */
  readonly median: number
  readonly least: number
  readonly most: number
  /** The ratio to the base contender. */
  readonly ratio: number
  readonly without: string | undefined
}

export interface Result {
  readonly bar: Bar
  readonly ratio: number
  readonly holds: boolean
  readonly lines: ReadonlyArray<Line>
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = NaN, high = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]]
  return (low + high) / 2
}

export const measure = (bar: Bar, rounds: number, url: string): Effect.Effect<Result> =>
  Effect.gen(function*() {
    const names = Object.keys(bar.contenders)
    const all = new Map(names.map((name) => [name, new Array<number>()]))
    // One process of a bar with few runs says less than one of a bar that runs for seconds, so there are more processes.
    const times = bar.runs === undefined || bar.isExtra === true ? rounds : 2 * rounds
    for (let round = 1; round <= times; round++) {
      process.stderr.write(`${bar.name}: round ${round} of ${times}\n`)
      for (const name of names) {
        // Other contenders are only for information: a third of the rounds is enough for them.
        if (name !== bar.ours && name !== bar.against && round % 3 !== 1) continue
        all.get(name)?.push(Number(yield* programs.run(programs.here, "contender", url, [bar.name, name])))
      }
    }
    return resultOf(bar, all)
  })

export const resultOf = (bar: Bar, all: ReadonlyMap<string, ReadonlyArray<number>>): Result => {
  const base = bar.against === undefined ? 1 : median(all.get(bar.against) ?? [])
  const lines = Array.from(all, ([name, values]) => ({
    name,
    median: median(values),
    least: Math.min(...values),
    most: Math.max(...values),
    ratio: median(values) / base,
    without: bar.contenders[name]?.without
  }))
  const ratio = rounded(lines.find(({ name }) => name === bar.ours)?.ratio ?? NaN)
  return { bar, ratio, holds: ratio <= bar.must, lines }
}

export const rounded = (value: number): number => Number(value.toPrecision(3))
