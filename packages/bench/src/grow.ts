/** Measures one point of the growth. Reads what grows and its size from the command line, prints time and memory as JSON. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { working } from "./client.js"
import { recordsOf } from "./rows.js"

const [, , what, size] = process.argv

const prepare = what === "exports"
  ? working(`/plain/${size}/v3`, (client) => Stream.runCount(client.stream({ pageSize: 1000 })))
  : recordsOf(Number(size))

const measured = Effect.gen(function*() {
  const work = yield* prepare
  const startedAt = performance.now()
  yield* work
  return { seconds: (performance.now() - startedAt) / 1000, megabytes: process.resourceUsage().maxRSS / 1024 }
})

Effect.runPromise(Effect.scoped(measured)).then((point) => process.stdout.write(`${JSON.stringify(point)}\n`))
