/** One contender in a process of its own: its name on the command line, what was measured on stdout. */
import * as Effect from "effect/Effect"
import { bars } from "./bars.js"

const [, , barName, contenderName] = process.argv

const bar = bars.find(({ name }) => name === barName)

const contender = bar?.contenders[contenderName ?? ""]

const milliseconds = ({ system, user }: NodeJS.CpuUsage): number => (system + user) / 1000

const measured = Effect.gen(function*() {
  if (contender === undefined) return yield* Effect.dieMessage(`no contender ${contenderName} of ${barName}`)
  const work = yield* contender.prepare
  // warm
  yield* work
  const before = process.cpuUsage()
  const startedAt = performance.now()
  yield* work
  const wall = performance.now() - startedAt
  switch (bar?.measure ?? "cpu") {
    case "cpu":
      return milliseconds(process.cpuUsage(before))
    case "wall":
      return wall
    case "peak memory":
      // in kilobytes
      return process.resourceUsage().maxRSS
  }
})

Effect.runPromise(Effect.map(Effect.scoped(measured), (result) => process.stdout.write(`${result}\n`)))
