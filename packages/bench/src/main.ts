/**
 * The bars: each contender in a process of its own, interleaved, medians, ratios of this one run. `--only NAME` runs one;
 * `--rounds N` sets how often (5); `--json` ends with one JSON object on the last line.
 */
import * as Effect from "effect/Effect"
import { execFile, spawn } from "node:child_process"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import type { Bar } from "./bar.js"
import { bars } from "./bars.js"

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" }
  }
})

const program = (name: string): ReadonlyArray<string> => [
  "--import",
  "tsx",
  fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
]

/** The server that all contenders ask, while the scope is open. */
const server = Effect.acquireRelease(
  Effect.async<{ readonly url: string; readonly stop: () => void }>((resume) => {
    const child = spawn(process.execPath, program("server"), { stdio: ["pipe", "pipe", "inherit"] })
    child.stdout.once("data", (line) => resume(Effect.succeed({ url: String(line).trim(), stop: () => child.kill() })))
  }),
  ({ stop }) => Effect.sync(stop)
)

const measure = (url: string, bar: string, contender: string): Effect.Effect<number, Error> =>
  Effect.async((resume) => {
    execFile(
      process.execPath,
      [...program("contender"), bar, contender],
      { env: { ...process.env, BENCH_SERVER: url } },
      (error, stdout) => resume(error === null ? Effect.succeed(Number(stdout)) : Effect.fail(error))
    )
  })

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

const rounded = (value: number): number => Number(value.toPrecision(3))

const result = (url: string) => (bar: Bar) =>
  Effect.gen(function*() {
    const times: Record<string, Array<number>> = {}
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const name of Object.keys(bar.contenders)) (times[name] ??= []).push(yield* measure(url, bar.name, name))
    }
    const [ours = [], against = []] = [times[bar.ours], times[bar.against]]
    const ratio = rounded(median(ours) / median(against))
    const spread = ours.map((time) => time / median(against))
    const { aim, must, name, says } = bar
    process.stdout.write(
      `${name}: ${ratio} (${rounded(Math.min(...spread))} to ${
        rounded(Math.max(...spread))
      }), must ${must}, aim ${aim}: ${ratio <= must ? "holds" : "DOES NOT HOLD"}\n  ${says}\n` +
        Object.entries(times).map(([name, all]) =>
          `  ${name}: ${rounded(median(all))} ${bar.measure === "peak memory" ? "kB" : "ms"}\n`
        ).join("")
    )
    return { name, ratio, must, aim, holds: ratio <= must }
  })

const chosen = bars.filter(({ name }) => options.only === undefined || name === options.only)

Effect.runPromise(Effect.scoped(
  Effect.map(Effect.flatMap(server, ({ url }) => Effect.forEach(chosen, result(url))), (results) => {
    const [cpu] = cpus()
    if (options.json === true) {
      process.stdout.write(`${
        JSON.stringify({
          machine: `${cpus().length} x ${cpu?.model ?? "unknown"}`,
          date: new Date().toISOString().slice(0, 10),
          versions: { node: process.version },
          bars: results
        })
      }\n`)
    }
    if (chosen.length === 0 || results.some(({ holds }) => !holds)) process.exitCode = 1
  })
))
