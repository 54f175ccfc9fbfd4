/** Runs one contender in this process. Reads bar and contender from the command line, prints the measure as JSON. */
import * as Effect from "effect/Effect"
import { bars } from "./bars.js"
import * as sizes from "./sizes.js"

const [, , barName, contenderName] = process.argv

const bar = bars.find(({ name }) => name === barName)
const contender = bar?.contenders[contenderName ?? ""]

const spent = ({ system, user }: NodeJS.CpuUsage): number => (system + user) / 1000

/** Measures the average of the runs. */
const running = (work: Effect.Effect<unknown>, by: "cpu" | "wall", goesOn: (runs: number, taken: number) => boolean) =>
  Effect.gen(function*() {
    const startedAt = performance.now()
    const before = process.cpuUsage()
    const taken = () => by === "cpu" ? spent(process.cpuUsage(before)) : performance.now() - startedAt
    let runs = 0
    while (goesOn(runs, taken())) {
      yield* work
      runs++
    }
    return taken() / runs
  })

/** Goes on until the time has passed, for one run at least. */
const asLongAs = (milliseconds: number) => (runs: number, taken: number): boolean => runs === 0 || taken < milliseconds

const asOftenAs = (times: number) => (runs: number): boolean => runs < times

const measured = Effect.gen(function*() {
  if (bar === undefined || contender === undefined) {
    return yield* Effect.dieMessage(`Bar ${barName} has no contender ${contenderName}.`)
  }
  const work = yield* contender.prepare
  switch (bar.measure) {
    case "cpu":
    case "wall":
      yield* running(work, bar.measure, bar.runs ? asOftenAs(bar.runs.unmeasured) : asLongAs(sizes.warming))
      return yield* running(work, bar.measure, bar.runs ? asOftenAs(bar.runs.measured) : asLongAs(sizes.measuring))
    case "memory":
      yield* work
      return process.resourceUsage().maxRSS / 1024
    case "result":
      return Number(yield* work)
  }
})

Effect.runPromise(Effect.scoped(measured)).then((result) => process.stdout.write(`${JSON.stringify(result)}\n`))
