import { ExportFilter } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import { Account, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Fiber, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import { advance, inTime } from "./clock.js"
import { connected, idsOf, load, mints, newestFirst, requestCount, secret, seen } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

const key = Redacted.make(secret)
const newest = "2026-11-19"
const list = Effect.flatMap(Client, (client) => client.list())
const mintCount = Effect.map(mints, (all) => all.length)

const bearing = (
  simulator: Simulator.Options = {},
  options?: Credentials.BearerOptions,
  client: Partial<ExportsClient.Options> = { apiVersion: newest }
) => connected(simulator, { credentials: Credentials.bearer(key, options), ...client })

const isMint = ({ url }: { readonly url: string }): boolean => url.endsWith("/token")

describe("a bearer token", () => {
  it.effect("is minted from the key at the first use, and used from then on", () =>
    Effect.gen(function*() {
      yield* Effect.repeat(list, { times: 4 })
      const [mint, ...others] = yield* mints
      assert.deepStrictEqual(others, [])
      assert.strictEqual(mint?.url, "https://auth.didww.com/token")
      assert.strictEqual(mint?.headers["api-key"], secret)
      assert.deepStrictEqual<unknown>(JSON.parse(mint?.body ?? ""), {
        aud: "api.didww.com",
        scope: "full",
        api_version: newest,
        expires_in: 900
      })
      for (const { headers } of yield* seen) {
        assert.isUndefined(headers["api-key"])
        assert.match(headers.authorization ?? "", /^Bearer \S+$/)
      }
    }).pipe(Effect.provide(bearing())))

  it.effect("has the scope and the lifetime of its options", () =>
    Effect.gen(function*() {
      yield* list
      assert.deepInclude(JSON.parse((yield* mints)[0]?.body ?? ""), { scope: "read", expires_in: 120 })
    }).pipe(Effect.provide(bearing({}, { scope: "read", lifetime: "2 minutes" }))))

  it.effect("is minted from an API key on 2026-11-19", () =>
    Effect.gen(function*() {
      const { apiVersion } = yield* list
      assert.strictEqual(yield* mintCount, 1)
      assert.deepInclude(apiVersion, { value: newest })
    }).pipe(Effect.provide(connected({}, { apiVersion: newest }))))

  it.effect("works on earlier versions too", () =>
    Effect.gen(function*() {
      const { apiVersion } = yield* list
      assert.deepInclude(apiVersion, { value: "2026-04-16" })
    }).pipe(Effect.provide(bearing({}, {}, {}))))

  const renewals = {
    "is renewed before it expires, once for 10,000 fibers": 870,
    "is renewed when it has expired, once for 10,000 fibers": 1200
  }
  for (const [name, passed] of Object.entries(renewals)) {
    it.effect(name, () =>
      Effect.gen(function*() {
        yield* list
        yield* advance(Duration.seconds(passed))
        yield* Effect.forEach(Array.from({ length: load(10_000) }), () => list, {
          concurrency: "unbounded",
          discard: true
        })
        assert.strictEqual(yield* mintCount, 2)
        assert.isTrue((yield* seen).every(({ headers }) => headers["api-key"] === undefined))
      }).pipe(Effect.provide(bearing({ account: Account.generate({ size: 1 }) }))))
  }

  it.effect("is used while its renewal fails, until it expires", () =>
    Effect.gen(function*() {
      yield* list
      yield* advance(Duration.seconds(870))
      yield* list
      yield* advance(Duration.seconds(29))
      yield* list
      yield* advance(Duration.seconds(2))
      assert.strictEqual((yield* Effect.flip(list))._tag, "ServerError")
    }).pipe(
      Effect.provide(bearing({
        faults: (request) => isMint(request) && request.number > 1 ? Fault.status(503) : undefined
      })),
      Effect.provide(RetryPolicy.none)
    ))

  it.effect("is used while the token service hangs", () =>
    Effect.gen(function*() {
      yield* list
      yield* advance(Duration.seconds(870))
      const fiber = yield* Effect.fork(list)
      yield* advance("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).number, 1)
      assert.strictEqual(yield* mintCount, 2)
    }).pipe(Effect.provide(bearing({
      faults: (request) => isMint(request) && request.number > 1 ? Fault.delay("1 hour") : undefined
    }))))

  it.effect("is replaced when it is refused, and the request is sent again once", () =>
    Effect.gen(function*() {
      const simulator = yield* Simulator.Simulator
      yield* list
      yield* simulator.revokeTokens
      yield* list
      assert.deepStrictEqual([yield* mintCount, yield* requestCount], [2, 3])
    }).pipe(Effect.provide(bearing()), Effect.provide(RetryPolicy.none)))

  it.effect("is replaced once when 64 fibers meet a refusal", () =>
    Effect.gen(function*() {
      const simulator = yield* Simulator.Simulator
      yield* list
      yield* simulator.revokeTokens
      yield* Effect.forEach(Array.from({ length: 64 }), () => list, { concurrency: "unbounded" })
      assert.strictEqual(yield* mintCount, 2)
    }).pipe(Effect.provide(bearing())))

  it.effect("fails with Unauthorized and advice when its replacement is refused too", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(list)
      assert.deepInclude(error, { _tag: "Unauthorized", credentials: "token", attempts: 2 })
      assert.include(error.message, "A fresh token was refused too")
      assert.include(error.message, "expired")
    }).pipe(Effect.provide(bearing({
      faults: (request) =>
        isMint(request)
          ? undefined
          : Fault.status(401, { "www-authenticate": "Bearer error=\"invalid_token\", error_description=\"expired\"" })
    }))))

  it.effect("fails with TokenRefused and advice when the key is unknown, after one request", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(list)
      assert.deepInclude(error, { _tag: "TokenRefused", status: 401, error: "invalid_client" })
      assert.include(error.message, "DIDWW_API_KEY")
      assert.deepStrictEqual([yield* mintCount, yield* requestCount], [1, 0])
      // the client does not keep the refusal
      yield* Effect.flip(list)
      assert.strictEqual(yield* mintCount, 2)
    }).pipe(Effect.provide(bearing({ apiKeys: ["another"] }))))

  it.effect("is not requested from an invalid address", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(list), { _tag: "TransportError", reason: "url", attempts: 0 })
      assert.deepStrictEqual([yield* mintCount, yield* requestCount], [0, 0])
    }).pipe(Effect.provide(bearing({}, {}, { tokenUrl: "ftp://tokens.example" }))))

  it.effect("fails with Forbidden and advice when its scope is not enough", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(list)
      assert.strictEqual(error._tag, "Forbidden")
      assert.include(error.message, "scope full")
    }).pipe(Effect.provide(bearing({
      faults: (request) =>
        isMint(request)
          ? undefined
          : Fault.status(403, { "www-authenticate": "Bearer error=\"insufficient_scope\", scope=\"full\"" })
    }))))

  it.effect("is requested again after the time that a 429 of the token service says", () =>
    Effect.gen(function*() {
      yield* inTime(list)
      const [first, second] = yield* mints
      assert.strictEqual((second?.at ?? 0) - (first?.at ?? 0), 7000)
    }).pipe(Effect.provide(bearing({
      faults: ({ number }) => number === 1 ? Fault.status(429, { "retry-after": "7" }) : undefined
    }))))

  it.effect("is requested after the time of a 429 even if the mint before has failed", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(list))._tag, "RateLimited")
      yield* inTime(list)
      const [first, second] = yield* mints
      assert.strictEqual((second?.at ?? 0) - (first?.at ?? 0), 7000)
    }).pipe(
      Effect.provide(bearing({
        faults: ({ number }) => number === 1 ? Fault.status(429, { "retry-after": "7" }) : undefined
      })),
      Effect.provide(RetryPolicy.none)
    ))

  it.effect("is requested as often as the policy says when each mint fails", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* inTime(Effect.flip(list)), { _tag: "ServerError", attempts: 3 })
      assert.deepStrictEqual([yield* mintCount, yield* requestCount], [3, 0])
    }).pipe(
      Effect.provide(bearing({ faults: (request) => isMint(request) ? Fault.status(503) : undefined })),
      Effect.provide(RetryPolicy.layer({ maxAttempts: 3 }))
    ))

  it.effect("is minted for the fibers that wait when the fiber that began is interrupted", () =>
    Effect.gen(function*() {
      const first = yield* Effect.fork(list)
      const others = yield* Effect.fork(Effect.all([list, list, list], { concurrency: "unbounded" }))
      yield* advance("1 second")
      yield* Fiber.interrupt(first)
      yield* advance("10 seconds")
      yield* Fiber.join(others)
      assert.strictEqual(yield* mintCount, 2)
    }).pipe(Effect.provide(bearing({ faults: (request) => isMint(request) ? Fault.delay("5 seconds") : undefined }))))

  it.effect("fails with MalformedResponse when the answer of the token service is malformed", () =>
    Effect.gen(function*() {
      for (
        const [body, path] of [
          ["<html>", ""],
          ["[]", ""],
          ["{}", "access_token"],
          ["{\"access_token\":\"a b\"}", "access_token"],
          ["{\"access_token\":\"t\",\"expires_in\":\"soon\"}", "expires_in"]
        ] as const
      ) {
        const error = yield* Effect.provide(
          Effect.flip(list),
          bearing({ faults: (request) => isMint(request) ? Fault.status(200, {}, body) : undefined })
        )
        assert.deepInclude(error, { _tag: "MalformedResponse", path })
      }
    }))

  /** Gives tokens with this lifetime in seconds, and takes each of them. */
  const lasting = (seconds: number) => (request: { readonly url: string }) =>
    Fault.status(
      200,
      {},
      isMint(request)
        ? JSON.stringify({ access_token: "a-token", expires_in: seconds })
        : JSON.stringify({ data: [], meta: { total_records: 0 } })
    )

  for (const seconds of [0.0001, 0.999, 0, -5]) {
    it.effect(`fails with TokenRefused when it lasts ${seconds} seconds, after one request`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(list)
        assert.deepInclude(error, { _tag: "TokenRefused", status: 200, attempts: 1 })
        assert.include(error.message, "expires in less than a second")
        assert.deepStrictEqual([yield* mintCount, yield* requestCount], [1, 0])
      }).pipe(Effect.provide(bearing({ faults: lasting(seconds) }))))
  }

  it.effect("is used once although it expires before it arrives", () =>
    Effect.gen(function*() {
      const slowly = HttpClient.transform(
        yield* HttpClient.HttpClient,
        (response, request) => request.url.endsWith("/token") ? Effect.delay(response, "2 seconds") : response
      )
      const client = yield* Effect.provideService(
        ExportsClient.make({ credentials: Credentials.bearer(key) }),
        HttpClient.HttpClient,
        slowly
      )
      yield* inTime(client.list())
      assert.deepStrictEqual([yield* mintCount, yield* requestCount], [1, 1])
      yield* inTime(client.list())
      assert.deepStrictEqual([yield* mintCount, yield* requestCount], [2, 2])
    }).pipe(Effect.provide(RateLimit.none), Effect.provide(SimulatorClient.layer({ faults: lasting(1) }))))

  it.effect("is used once although it expires while its request waits for the rate limit", () =>
    Effect.gen(function*() {
      yield* inTime(Effect.all([list, list, list], { concurrency: "unbounded" }))
      assert.strictEqual(yield* requestCount, 3)
      assert.isAtMost(yield* mintCount, 3)
    }).pipe(
      Effect.provide(RateLimit.layer({ limit: 1, interval: "10 seconds" })),
      Effect.provide(bearing({ faults: lasting(1) }))
    ))

  it.effect("is not requested from where the token service redirects to", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(list), { _tag: "UnexpectedStatus", status: 307 })
      assert.strictEqual(yield* mintCount, 1)
    }).pipe(Effect.provide(bearing({
      faults: (request) =>
        isMint(request) ? Fault.status(307, { location: "https://elsewhere.example/token" }) : undefined
    }))))

  it.effect("comes from the token service of the environment, of the address, or of the option", () =>
    Effect.gen(function*() {
      for (
        const [options, url] of [
          [{ apiUrl: ExportsClient.environments.sandbox }, "https://auth-sandbox.didww.com/token"],
          [{ apiUrl: "https://proxy.example:8443/didww/v3" }, "https://proxy.example:8443/token"],
          [{ tokenUrl: "https://tokens.example/token" }, "https://tokens.example/token"]
        ] as const
      ) {
        const client = yield* ExportsClient.make({ credentials: Credentials.bearer(key), ...options })
        yield* Effect.exit(client.list())
        assert.strictEqual((yield* mints).at(-1)?.url, url)
      }
    }).pipe(Effect.provide(SimulatorClient.layer())))

  it.effect("shares the rate limit of its key", () =>
    Effect.gen(function*() {
      const simulator = yield* Simulator.Simulator
      yield* list
      yield* simulator.revokeTokens
      yield* inTime(list)
      const [first, second] = yield* seen
      assert.strictEqual((second?.at ?? 0) - (first?.at ?? 0), 10_500)
    }).pipe(
      Effect.provide(RateLimit.layer({ limit: 1, interval: "10 seconds" })),
      Effect.provide(bearing())
    ))
})

describe("a client of 2026-11-19", () => {
  const account = Account.generate({ size: 1000, seed: 3, types: ["cdr_in", "cdr_out", "sms_in", "sms_out"] })

  it.scopedLive("streams four types with the server's own filters, over sockets", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const all = yield* idsOf(client.stream())
      assert.deepStrictEqual(all, newestFirst(account.exports))
      const filter = ExportFilter.and(ExportFilter.exportType("sms_in", "sms_out"), ExportFilter.status("completed"))
      const isOne = ({ exportType, status }: Account.StoredExport) =>
        exportType.startsWith("sms_") && status === "completed"
      assert.deepStrictEqual(
        yield* idsOf(client.stream({ filter }, { concurrency: 4 })),
        newestFirst(account.exports.filter(isOne))
      )
      const types = yield* client.list({ fields: ["exportType"], pageSize: 1000 })
      assert.deepStrictEqual(
        new Set(types.exports.map(({ exportType }) => exportType)),
        new Set(["cdr_in", "cdr_out", "sms_in", "sms_out"])
      )
      assert.strictEqual(yield* mintCount, 1)
    }).pipe(
      Effect.provide(Layer.unwrapEffect(
        Effect.map(SimulatorServer.SimulatorServer, ({ url }) =>
          ExportsClient.layer({ credentials: Credentials.apiKey(key), apiUrl: url, apiVersion: newest }))
      )),
      Effect.provide(SimulatorServer.layer({ account, rateLimit: "none" })),
      Effect.provide(RateLimit.none),
      Effect.provide(FetchHttpClient.layer)
    ))

  it.effect("reads version and token service from the environment", () =>
    Effect.gen(function*() {
      yield* list
      assert.strictEqual((yield* mints)[0]?.url, "https://tokens.example/token")
    }).pipe(
      Effect.provide(ExportsClient.layerConfig()),
      Effect.provide(SimulatorClient.layer()),
      Effect.provide(Layer.setConfigProvider(ConfigProvider.fromMap(
        new Map([
          ["DIDWW_API_KEY", secret],
          ["DIDWW_API_VERSION", newest],
          ["DIDWW_TOKEN_URL", "https://tokens.example/token"]
        ])
      )))
    ))
})

describe("a key that is replaced", () => {
  /** Each read gives the next key, and the last one for ever. */
  const rotating = (...keys: ReadonlyArray<string>) => {
    let reads = 0
    return {
      credentials: Credentials.apiKey(Effect.sync(() => {
        reads = reads + 1
        return Redacted.make(keys[Math.min(reads, keys.length) - 1] ?? "")
      })),
      reads: () => reads
    }
  }
  const keysSeen = Effect.map(seen, (all) => all.map(({ headers }) => headers["api-key"]))

  it.effect("is read once, and again after a 401", () => {
    const { credentials, reads } = rotating("old-key", "new-key")
    return Effect.gen(function*() {
      yield* Effect.repeat(list, { times: 2 })
      assert.deepStrictEqual(yield* keysSeen, ["old-key", "new-key", "new-key", "new-key"])
      assert.strictEqual(reads(), 2)
    }).pipe(Effect.provide(connected({ apiKeys: ["new-key"] }, { credentials })), Effect.provide(RetryPolicy.none))
  })

  it.effect("is read again once for 64 fibers that meet a 401", () => {
    const { credentials, reads } = rotating("old-key", "new-key")
    return Effect.gen(function*() {
      yield* Effect.forEach(Array.from({ length: 64 }), () => list, { concurrency: "unbounded" })
      assert.strictEqual(reads(), 2)
    }).pipe(Effect.provide(connected({ apiKeys: ["new-key"] }, { credentials })))
  })

  it.effect("fails with Unauthorized after one request when it is still the same", () => {
    const { credentials } = rotating("old-key")
    return Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(list), { _tag: "Unauthorized", attempts: 1, credentials: "key" })
    }).pipe(Effect.provide(connected({ apiKeys: ["new-key"] }, { credentials })))
  })

  it.effect("is read again when the token service refuses it", () => {
    const { credentials } = rotating("old-key", "new-key")
    return Effect.gen(function*() {
      yield* list
      assert.deepStrictEqual((yield* mints).map(({ headers }) => headers["api-key"]), ["old-key", "new-key"])
    }).pipe(Effect.provide(connected({ apiKeys: ["new-key"] }, { credentials, apiVersion: newest })))
  })

  const unreadable = {
    "cannot be read": Effect.fail(new Error(`no ${secret} here`)),
    "dies when it is read": Effect.die(new Error(`no ${secret} here`))
  }
  for (const [name, key] of Object.entries(unreadable)) {
    it.effect(`fails with Unauthorized and without its words when it ${name}`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(list)
        assert.deepInclude(error, { _tag: "Unauthorized", attempts: 0 })
        assert.include(error.message, "could not be read")
        assert.notInclude(inspect(error, { depth: 10 }), secret)
        assert.strictEqual(yield* requestCount, 0)
      }).pipe(Effect.provide(connected({}, { credentials: Credentials.apiKey(key) }))))
  }
})
