// Asks for a list many times at once, and says by how many MiB the memory of the process grew at most.
import { Credentials, ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import { FetchHttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Redacted } from "effect"

const [apiUrl = "", transport = "", count = "", seconds = ""] = process.argv.slice(2)

const mebibyte = 2 ** 20

/** The machine needs its memory for other programs too. */
const most = 4096

const rss = () => process.memoryUsage.rss() / mebibyte
const before = rss()
let peak = 0
const said = (end: string) => {
  process.stdout.write(`peak ${Math.round(peak)}\nend ${end}\n`)
  process.exit(0)
}
const look = () => {
  peak = Math.max(peak, rss() - before)
  if (peak > most) said("too much")
}
setInterval(look, 5)
setTimeout(() => said("still asking"), Number(seconds) * 1000)

const program = Effect.gen(function*() {
  const client = yield* ExportsClient.make({ credentials: Credentials.apiKey(Redacted.make("any")), apiUrl })
  const tags = yield* Effect.forEach(
    Array.from({ length: Number(count) }),
    () => Effect.match(client.list(), { onFailure: ({ _tag }) => _tag, onSuccess: () => "Success" }),
    { concurrency: "unbounded" }
  )
  look()
  said(Array.from(new Set(tags)).join(" "))
}).pipe(
  Effect.provide(RateLimit.none),
  // memory is bounded by size, and not by time
  Effect.provide(RetryPolicy.layer({ attemptTimeout: "1 hour", totalTimeout: "1 hour" })),
  Effect.provide(transport === "fetch" ? FetchHttpClient.layer : NodeHttpClient.layerUndici)
)

void Effect.runPromise(program)
