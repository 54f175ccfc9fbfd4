import { Credentials, ExportsClient } from "@effect-didww/http"
import { Fault, SimulatorClient } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { inTime } from "./clock.js"
import { seen } from "./setup.js"

const clientOf = (key: string) => ExportsClient.make({ credentials: Credentials.apiKey(Redacted.make(key)) })

describe("two clients in one program", () => {
  it.effect("share no pause, no limit and no key", () =>
    Effect.gen(function*() {
      const [one, two] = yield* Effect.all([clientOf("one"), clientOf("two")])
      const twenty = (client: ExportsClient.Service) => Effect.all(Array.from({ length: 20 }, () => client.list()))
      yield* inTime(Effect.all([one.list(), twenty(two)], { concurrency: "unbounded" }))
      const arrivals = (key: string) =>
        Effect.map(
          seen,
          (requests) =>
            requests.filter(({ headers }) => headers["api-key"] === key).map(({ at }) => Math.floor(at / 1000))
        )
      assert.deepStrictEqual(yield* arrivals("one"), [0, 30])
      assert.deepStrictEqual(yield* arrivals("two"), Array.from({ length: 20 }, () => 0))
    }).pipe(Effect.provide(SimulatorClient.layer({
      faults: ({ at, headers }) =>
        headers["api-key"] === "one" && at < 30_000 ? Fault.status(429, { "retry-after": "30" }) : undefined
    }))))
})
