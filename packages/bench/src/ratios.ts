/** Each contender in a process of its own, interleaved; medians, and ratios of this one run. */
import * as Effect from "effect/Effect"
import type { Bar } from "./bar.js"
import * as programs from "./programs.js"

export interface Line {
  readonly name: string
  /** Of all rounds, in the bar's measure. */
  readonly median: number
  readonly least: number
  readonly most: number
  /** To the contender that the bar is measured against. */
  readonly ratio: number
  readonly without: string | undefined
}

export interface Result {
  readonly bar: Bar
  readonly ratio: number
  readonly holds: boolean
  readonly lines: ReadonlyArray<Line>
}

const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = NaN, high = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]]
  return (low + high) / 2
}

export const measure = (bar: Bar, rounds: number, url: string): Effect.Effect<Result> =>
  Effect.gen(function*() {
    const names = Object.keys(bar.contenders)
    const all = new Map(names.map((name) => [name, new Array<number>()]))
    // a bar of work that is done once: one process says less than where it goes on for seconds
    const times = bar.runs === undefined || bar.isExtra === true ? rounds : 2 * rounds
    for (let round = 1; round <= times; round++) {
      process.stderr.write(`${bar.name}: round ${round} of ${times}\n`)
      for (const name of names) {
        // the others are there to be seen: a third of the rounds says enough of them
        if (name !== bar.ours && name !== bar.against && round % 3 !== 1) continue
        all.get(name)?.push(Number(yield* programs.run("contender", url, [bar.name, name])))
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
