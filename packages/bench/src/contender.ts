/** One contender in a process of its own: its bar and name on the command line, what it took as JSON on stdout. */
import * as Effect from "effect/Effect"
import { bars } from "./bars.js"
import * as sizes from "./sizes.js"

const [, , barName, contenderName] = process.argv

const bar = bars.find(({ name }) => name === barName)
const contender = bar?.contenders[contenderName ?? ""]

const spent = ({ system, user }: NodeJS.CpuUsage): number => (system + user) / 1000

/** What one run took, of CPU or by the clock. */
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

/** At least once. */
const asLongAs = (milliseconds: number) => (runs: number, taken: number): boolean => runs === 0 || taken < milliseconds

const asOftenAs = (times: number) => (runs: number): boolean => runs < times

const measured = Effect.gen(function*() {
  if (bar === undefined || contender === undefined) {
    return yield* Effect.dieMessage(`no contender ${contenderName} of ${barName}`)
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
