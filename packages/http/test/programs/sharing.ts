// One of the processes that share a quota: says that it is ready, asks for pages from the word go, and says how it went.
import { Credentials, ExportsClient } from "@effect-didww/http"
import * as SharedRateLimit from "@effect-didww/http/SharedRateLimit"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Logger, Metric, Redacted } from "effect"

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
  yield* say(`retries ${(yield* Metric.value(ExportsClient.retries)).count}`)
}).pipe(
  Effect.provide(SharedRateLimit.layerRedis({
    redis: Redacted.make(redisUrl),
    localLimit: Number(localLimit)
  })),
  Effect.provide(NodeHttpClient.layerUndici),
  Effect.provide(Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ logLevel, message }) => process.stdout.write(`${logLevel.label} ${String(message)}\n`))
  ))
)

Effect.runPromise(program)
