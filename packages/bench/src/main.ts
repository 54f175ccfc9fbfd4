/**
 * Measures the bars: each contender in a process of its own, in interleaved rounds. Compares the medians of this one run.
 *
 *     --only NAME     measures one bar; can be repeated
 *     --rounds N      the number of rounds; default: 3
 *     --json          prints one JSON object as the last line of stdout
 *     --write         writes the README's table
 *     --growth        measures time and memory against size instead, up to 1,000,000 exports and 10,000,000 rows
 *     --compare DIR   compares our contenders with those of another clone or worktree instead
 */
import * as Effect from "effect/Effect"
import { parseArgs } from "node:util"
import { bars } from "./bars.js"
import { compare } from "./compare.js"
import { growth } from "./growth.js"
import * as programs from "./programs.js"
import { measure } from "./ratios.js"
import * as report from "./report.js"
import { table } from "./table.js"

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    growth: { type: "boolean", default: false },
    compare: { type: "string" }
  }
})

const rounds = Number(options.rounds)

const chosen = bars.filter(({ name }) => options.only.length === 0 || options.only.includes(name))

const program = Effect.gen(function*() {
  yield* programs.compile(programs.here)
  const url = yield* programs.server(programs.here)
  if (options.growth) return yield* growth(url, options.write)
  if (options.compare !== undefined) return yield* compare(chosen, rounds, url, options.compare)
  const results = yield* Effect.forEach(
    chosen,
    (bar) =>
      Effect.tap(measure(bar, rounds, url), (result) => Effect.sync(() => process.stdout.write(`${table(result)}\n`)))
  )
  const found = report.report(results)
  if (options.write) {
    report.write("bench", report.summary(found, results))
  }
  if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`)
  return chosen.length > 0 && found.bars.every(({ holds }) => holds)
})

Effect.runPromise(Effect.scoped(program)).then((holds) => {
  if (!holds) process.exitCode = 1
})
