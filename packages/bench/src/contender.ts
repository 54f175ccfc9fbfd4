/** One contender in a process of its own: its name on the command line, its milliseconds of CPU on stdout. */
import * as Effect from "effect/Effect"
import { bars } from "./bars.js"

const [, , barName, contenderName] = process.argv

const contender = bars.find(({ name }) => name === barName)?.contenders[contenderName ?? ""]

const milliseconds = ({ system, user }: NodeJS.CpuUsage): number => (system + user) / 1000

const measured = Effect.gen(function*() {
  if (contender === undefined) return yield* Effect.dieMessage(`no contender ${contenderName} of ${barName}`)
  const work = yield* contender.prepare
  // warm
  yield* work
  const before = process.cpuUsage()
  yield* work
  return milliseconds(process.cpuUsage(before))
})

Effect.runPromise(Effect.map(Effect.scoped(measured), (result) => process.stdout.write(`${result}\n`)))
