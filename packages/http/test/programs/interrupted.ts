// A program whose 1,000 waiters on a limit in Redis are interrupted. It must end by itself.
import { RateLimit } from "@effect-didww/http"
import * as SharedRateLimit from "@effect-didww/http/SharedRateLimit"
import { Effect, Fiber, Redacted } from "effect"
import { linesTo } from "../logging.js"

const [url = ""] = process.argv.slice(2)

const program = Effect.gen(function*() {
  const limiter = yield* Effect.flatMap(RateLimit.RateLimit, Effect.fromNullable)
  const take = limiter.take(Redacted.make("any"))
  yield* Effect.all([take, take, take])
  const waiters = yield* Effect.forEach(Array.from({ length: 1000 }), () => Effect.fork(take))
  for (const waiter of waiters.slice(0, 500)) yield* Fiber.interrupt(waiter)
  yield* Fiber.interruptAll(waiters)
  process.stdout.write("done\n")
}).pipe(
  Effect.provide(SharedRateLimit.layerRedis({ redis: Redacted.make(url) })),
  Effect.provide(linesTo((line) => process.stdout.write(`${line}\n`)))
)

Effect.runPromise(program)
