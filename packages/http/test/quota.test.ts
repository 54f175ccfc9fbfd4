import { ExportsClient } from "@effect-didww/http"
import { Account } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { arrivals, credentials } from "./setup.js"

// it runs in real time with LOAD=1 only: it takes 15 seconds on a machine that does nothing else
describe("the default limit over sockets", () => {
  it.scopedLive("uses at least 85 % of the quota without a 429, for 64 fibers with 5 requests each", () =>
    Effect.gen(function*() {
      const client = yield* ExportsClient.ExportsClient
      yield* Effect.forEach(Array.from({ length: 64 }), () => Effect.repeat(client.list(), { times: 4 }), {
        concurrency: "unbounded",
        discard: true
      })
      const times = yield* arrivals
      // one more for each 429
      assert.strictEqual(times.length, 64 * 5)
      assert.isAbove(times.length / ((times.at(-1) ?? 0) / 1000), 0.85 * 20)
    }).pipe(
      Effect.provide(Layer.unwrapEffect(
        Effect.map(SimulatorServer.SimulatorServer, ({ url }) => ExportsClient.layer({ credentials, apiUrl: url }))
      )),
      Effect.provide(SimulatorServer.layer({ account: Account.generate({ size: 1 }), rateLimit: 20 })),
      Effect.provide(FetchHttpClient.layer)
    ))
})
