/** Measures time and memory against size: the exports of an account, the rows of an archive. */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { chart } from "./chart.js"
import * as programs from "./programs.js"
import { rounded } from "./ratios.js"
import * as report from "./report.js"
import { columns, markdown } from "./table.js"

export interface Point {
  readonly size: number
  readonly seconds: number
  readonly megabytes: number
}

export interface Growth {
  readonly what: "exports" | "rows"
  readonly points: ReadonlyArray<Point>
}

const largest = Number(process.env.BENCH_LARGEST ?? Infinity)

const sizes: Readonly<Record<Growth["what"], ReadonlyArray<number>>> = {
  exports: [1000, 10_000, 100_000, 1_000_000],
  rows: [10_000, 100_000, 1_000_000, 10_000_000]
}

const measured = (url: string, what: Growth["what"]): Effect.Effect<Growth> =>
  Effect.map(
    Effect.forEach(sizes[what].filter((size) => size <= largest), (size) => {
      process.stderr.write(`growth: ${size.toLocaleString("en")} ${what}\n`)
      // The first run makes the server generate its answers.
      return Effect.map(
        Effect.zipRight(
          programs.run(programs.here, "grow", url, [what, String(size)]),
          programs.run(programs.here, "grow", url, [what, String(size)])
        ),
        (point) => ({
          size,
          seconds: Number(Predicate.isRecord(point) && point.seconds),
          megabytes: Number(Predicate.isRecord(point) && point.megabytes)
        })
      )
    }),
    (points) => ({ what, points })
  )

const rowsOf = ({ points, what }: Growth): ReadonlyArray<ReadonlyArray<string>> => [
  [what, "time", "of one", "peak memory"],
  ...points.map(({ megabytes, seconds, size }) => [
    size.toLocaleString("en"),
    `${rounded(seconds)} s`,
    `${rounded(seconds / size * 1e6)} µs`,
    `${Math.round(megabytes)} MB`
  ])
]

/** The path of the chart. */
const picture = fileURLToPath(new URL("../growth.svg", import.meta.url))

/** Prints the growth, and writes it into the README on request. Growth has no ratio to hold: succeeds with true. */
export const growth = (url: string, writes: boolean): Effect.Effect<boolean> =>
  Effect.map(Effect.forEach(["exports", "rows"] as const, (what) => measured(url, what)), (all) => {
    all.forEach((one) => process.stdout.write(`${columns(rowsOf(one))}\n`))
    if (!writes) return true
    writeFileSync(picture, chart(all))
    report.write(
      "growth",
      `![Time and memory against exports and rows](packages/bench/growth.svg)\n\n${
        all.map((one) => markdown(rowsOf(one))).join("\n")
      }\n${report.machine()}, Node ${process.versions.node}, ${report.today()}; a process for each size; memory includes start-up.\n`
    )
    return true
  })
