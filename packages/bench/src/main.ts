/**
 * The bars: each contender in a process of its own, interleaved, medians, ratios of this one run.
 *
 *     --only NAME   one of them; may be said again
 *     --rounds N    how often: 3
 *     --json        one JSON object as the last line of stdout
 *     --write       the README's table, of this run
 *     --growth      time and memory against size instead, to 1,000,000 exports and 10,000,000 rows
 */
import * as Effect from "effect/Effect"
import { parseArgs } from "node:util"
import { bars } from "./bars.js"
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
    growth: { type: "boolean", default: false }
  }
})

const chosen = bars.filter(({ name }) => options.only.length === 0 || options.only.includes(name))

const program = Effect.gen(function*() {
  yield* programs.compile
  const url = yield* programs.server
  if (options.growth) return yield* growth(url, options.write)
  const results = yield* Effect.forEach(
    chosen,
    (bar) =>
      Effect.tap(
        measure(bar, Number(options.rounds), url),
        (result) => Effect.sync(() => process.stdout.write(`${table(result)}\n`))
      )
  )
  const found = report.report(results)
  if (options.write) {
    report.write("bench", report.summary(found, results))
  }
  if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`)
  if (chosen.length === 0 || found.bars.some(({ holds }) => !holds)) process.exitCode = 1
})

Effect.runPromise(Effect.scoped(program))
