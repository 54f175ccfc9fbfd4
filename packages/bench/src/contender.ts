/** One contender in a process of its own: its bar and name on the command line, what it took as JSON on stdout. */
import * as Effect from "effect/Effect"
import { bars } from "./bars.js"
import * as sizes from "./sizes.js"

const [, , barName, contenderName] = process.argv

const bar = bars.find(({ name }) => name === barName)
const contender = bar?.contenders[contenderName ?? ""]

const until = (work: Effect.Effect<unknown>, milliseconds: number) =>
  Effect.gen(function*() {
    const startedAt = performance.now()
    const before = process.cpuUsage()
    let runs = 0
    let result: unknown
    while (runs === 0 || performance.now() - startedAt < milliseconds) {
      result = yield* work
      runs++
    }
    const { system, user } = process.cpuUsage(before)
    return { result, cpu: (system + user) / 1000 / runs, wall: (performance.now() - startedAt) / runs }
  })

const measured = Effect.gen(function*() {
  if (bar === undefined || contender === undefined) {
    return yield* Effect.dieMessage(`no contender ${contenderName} of ${barName}`)
  }
  const work = yield* contender.prepare
  switch (bar.measure) {
    case "cpu":
    case "wall":
      yield* until(work, sizes.warming)
      return (yield* until(work, sizes.measuring))[bar.measure]
    case "memory":
      yield* work
      return process.resourceUsage().maxRSS / 1024
    case "result":
      return Number(yield* work)
  }
})

Effect.runPromise(Effect.scoped(measured)).then((result) => process.stdout.write(`${JSON.stringify(result)}\n`))
