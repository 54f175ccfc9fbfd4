// One of the processes that share a quota. It says that it is ready, asks for pages after the word go, and says its retries.
import { Credentials, ExportsClient, Metrics } from "@effect-didww/http"
import * as SharedRateLimit from "@effect-didww/http/SharedRateLimit"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Metric, Redacted } from "effect"
import { linesTo } from "../logging.js"

const [apiUrl = "", redisUrl = "", pageSize = "", seconds = "", localLimit = ""] = process.argv.slice(2)

const say = (line: string) => Effect.sync(() => process.stdout.write(`${line}\n`))

const go = Effect.async<void>((resume) => {
  process.stdin.once("data", () => {
    process.stdin.unref()
    resume(Effect.void)
  })
})

const program = Effect.gen(function*() {
  const client = yield* ExportsClient.make({ credentials: Credentials.apiKey(Redacted.make("any")), apiUrl })
  const list = client.list({ pageSize: Number(pageSize) })
  yield* say("ready")
  yield* go
  const until = Date.now() + Number(seconds) * 1000
  yield* Effect.all(
    Array.from({ length: 8 }, () => Effect.repeat(list, { while: () => Date.now() < until })),
    { concurrency: "unbounded" }
  )
  yield* say(`retries ${(yield* Metric.value(Metrics.retries)).count}`)
}).pipe(
  Effect.provide(SharedRateLimit.layerRedis({
    redis: Redacted.make(redisUrl),
    localLimit: Number(localLimit)
  })),
  Effect.provide(NodeHttpClient.layerUndici),
  Effect.provide(linesTo((line) => process.stdout.write(`${line}\n`)))
)

Effect.runPromise(program)
