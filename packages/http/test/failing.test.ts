import type { DidwwError } from "@effect-didww/core"
import { ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import { Account, Fault } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { inTime } from "./clock.js"
import { generator } from "./random.js"
import { connected, credentials, idsOf, newestFirst, requestCount, seen } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

/** Answers 503 to 5 % and 429 to 2 % of requests, and cuts 1 % of connections before or within the body. */
const unreliable = (seed: number) => {
  const random = generator(seed, 7)
  return (): Fault.Fault | undefined => {
    const dice = random.integer(100)
    return dice < 5
      ? Fault.status(503)
      : dice < 7
      ? Fault.status(429)
      : dice === 7
      ? Fault.cut(random.integer(2) === 0 ? undefined : 50)
      : undefined
  }
}

const account = Account.generate({ size: 10_000, seed: 5 })
const expected = newestFirst(account.exports)
const stubborn = RetryPolicy.layer({ maxAttempts: 12, totalTimeout: "1 hour" })

// a switch for the whole matrix: FAULT_SEEDS=20
const faultSeeds = Array.from({ length: Number(process.env.FAULT_SEEDS ?? 1) }, (_, seed) => seed)

describe("a stream from a failing server", () => {
  for (const pageSize of [10, 100, 1000]) {
    for (const concurrency of [1, 8]) {
      for (const seed of faultSeeds) {
        it.effect(`emits all of 10,000 once, in order, with ${pageSize} a page, concurrency ${concurrency}, seed ${seed}`, () =>
          Effect.gen(function*() {
            const client = yield* Client
            assert.deepStrictEqual(yield* inTime(idsOf(client.stream({ pageSize }, { concurrency }))), expected)
          }).pipe(
            Effect.provide(connected({ account, faults: unreliable(seed), outOfOrder: seed })),
            Effect.provide(stubborn)
          ))
      }

      it.scopedLive(`emits all of 10,000 once, in order, over sockets, with ${pageSize} a page, concurrency ${concurrency}`, () =>
        Effect.gen(function*() {
          const { url } = yield* SimulatorServer.SimulatorServer
          const client = yield* ExportsClient.make({ credentials, apiUrl: url })
          assert.deepStrictEqual(yield* idsOf(client.stream({ pageSize }, { concurrency })), expected)
        }).pipe(
          Effect.provide(
            SimulatorServer.layer({ account, rateLimit: "none", faults: unreliable(pageSize + concurrency) })
          ),
          Effect.provide(Layer.mergeAll(
            RateLimit.none,
            RetryPolicy.layer({ maxAttempts: 12, baseDelay: 1 }),
            FetchHttpClient.layer
          ))
        ))
    }
  }

  const faults: Record<
    string,
    { readonly fault: Fault.Fault; readonly ends: DidwwError.ListError["_tag"] | "Success" }
  > = {
    "401": { fault: Fault.status(401), ends: "Unauthorized" },
    "403": { fault: Fault.status(403), ends: "Forbidden" },
    "400": { fault: Fault.status(400), ends: "InvalidRequest" },
    "a redirect": { fault: Fault.status(302, { location: "https://elsewhere.example" }), ends: "UnexpectedStatus" },
    "429": { fault: Fault.status(429), ends: "RateLimited" },
    "503": { fault: Fault.status(503, {}, "x".repeat(10_000)), ends: "ServerError" },
    "an HTML page": { fault: Fault.html(502), ends: "ServerError" },
    "an HTML page with status 200": { fault: Fault.html(200), ends: "MalformedResponse" },
    "half a document": { fault: Fault.brokenJson, ends: "MalformedResponse" },
    "a cut before the answer": { fault: Fault.cut(), ends: "TransportError" },
    "a cut within the body": { fault: Fault.cut(500), ends: "TransportError" },
    "a stall": { fault: Fault.delay("1 hour"), ends: "TimedOut" },
    "a short delay": { fault: Fault.delay("1 second"), ends: "Success" }
  }
  it.effect("emits the pages before a malformed page that comes with a probe", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const got: Array<string> = []
      const error = yield* client.stream({ pageSize: 10 }, { concurrency: 8 }).pipe(
        Stream.runForEach(({ id }) => Effect.sync(() => got.push(id))),
        Effect.flip
      )
      assert.strictEqual(error._tag, "MalformedResponse")
      assert.strictEqual(got.length, 90)
    }).pipe(Effect.provide(connected({
      account: Account.generate({ size: 100 }),
      faults: ({ url }) => new URL(url).searchParams.get("page[number]") === "10" ? Fault.brokenJson : undefined
    }))))

  const small = Account.generate({ size: 60, seed: 6 })
  for (const [name, { ends, fault }] of Object.entries(faults)) {
    for (const page of [1, 3, 6]) {
      for (const concurrency of [1, 8]) {
        it.effect(`ends with ${ends} after the pages before, for ${name} on page ${page} of 6, concurrency ${concurrency}`, () =>
          Effect.gen(function*() {
            const client = yield* Client
            const got: Array<string> = []
            const end = yield* inTime(
              client.stream({ pageSize: 10 }, { concurrency }).pipe(
                Stream.runForEach(({ id }) => Effect.sync(() => got.push(id))),
                Effect.match({ onFailure: (error) => error._tag, onSuccess: () => "Success" as const })
              )
            )
            assert.strictEqual(end, ends)
            // a true prefix, up to that page where pages come one at a time, or where it is malformed
            const exact = ends === "Success"
              ? 60
              : concurrency === 1 || ends === "MalformedResponse"
              ? (page - 1) * 10
              : got.length
            assert.deepStrictEqual(got, newestFirst(small.exports).slice(0, exact))
            assert.isAtLeast(got.length, page > 1 ? 10 : 0)
            assert.isBelow(yield* requestCount, 40)
            const requests = yield* seen
            assert.isAtMost(Math.max(...requests.map(({ inFlight }) => inFlight)), concurrency)
          }).pipe(Effect.provide(connected({
            account: small,
            faults: ({ url }) => new URL(url).searchParams.get("page[number]") === `${page}` ? fault : undefined
          }))))
      }
    }
  }
})
