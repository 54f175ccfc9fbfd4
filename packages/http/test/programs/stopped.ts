// A program whose streams stop early. It must end by itself.
import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import { Account } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FetchHttpClient } from "@effect/platform"
import { Effect, Redacted, Stream } from "effect"

const program = Effect.gen(function*() {
  const { url } = yield* SimulatorServer.SimulatorServer
  const client = yield* ExportsClient.make({ credentials: Credentials.apiKey(Redacted.make("any")), apiUrl: url })
  const stream = client.stream({ pageSize: 10 }, { concurrency: 4 })
  for (let round = 0; round < 40; round++) {
    yield* Stream.runDrain(Stream.take(stream, round))
    yield* Effect.timeoutOption(Stream.runDrain(stream), round % 20)
  }
  process.stdout.write("done\n")
}).pipe(
  Effect.provide(SimulatorServer.layer({ account: Account.generate({ size: 200 }), rateLimit: "none" })),
  Effect.provide(RateLimit.none),
  Effect.provide(FetchHttpClient.layer)
)

Effect.runPromise(program)
