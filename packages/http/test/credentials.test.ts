import { ExportFilter } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import { Account, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Fiber, Layer, Redacted, TestClock } from "effect"
import { inspect } from "node:util"
import { connected, idsOf, inTime, load, mints, newestFirst, requestCount, secret, seen } from "./setup.js"

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
  it.effect("is minted from the key on first use, and used from then on", () =>
    Effect.gen(function*() {
      yield* Effect.repeatN(list, 4)
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

  it.effect("asks for scope, audience and lifetime as told", () =>
    Effect.gen(function*() {
      yield* list
      assert.deepInclude(JSON.parse((yield* mints)[0]?.body ?? ""), { scope: "read", expires_in: 120 })
    }).pipe(Effect.provide(bearing({}, { scope: "read", lifetime: "2 minutes" }))))

  it.effect("an API key with 2026-11-19 mints by itself", () =>
    Effect.gen(function*() {
      const { apiVersion } = yield* list
      assert.strictEqual(yield* mintCount, 1)
      assert.deepInclude(apiVersion, { value: newest })
    }).pipe(Effect.provide(connected({}, { apiVersion: newest }))))

  it.effect("works on earlier versions too: its claim selects the version", () =>
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
        yield* TestClock.adjust(Duration.seconds(passed))
        yield* Effect.forEach(Array.from({ length: load(10_000) }), () => list, {
          concurrency: "unbounded",
          discard: true
        })
        assert.strictEqual(yield* mintCount, 2)
        assert.isTrue((yield* seen).every(({ headers }) => headers["api-key"] === undefined))
      }).pipe(Effect.provide(bearing({ account: Account.generate({ size: 1 }) }))))
  }

  it.effect("is kept while there is no new one to be had before it expires", () =>
    Effect.gen(function*() {
      yield* list
      yield* TestClock.adjust(Duration.seconds(870))
      yield* list
      yield* TestClock.adjust(Duration.seconds(29))
      yield* list
      yield* TestClock.adjust(Duration.seconds(2))
      assert.strictEqual((yield* Effect.flip(list))._tag, "ServerError")
    }).pipe(
      Effect.provide(bearing({
        faults: (request) => isMint(request) && request.number > 1 ? Fault.status(503) : undefined
      })),
      Effect.provide(RetryPolicy.none)
    ))

  it.effect("that is still good is not given up for a token service that hangs", () =>
    Effect.gen(function*() {
      yield* list
      yield* TestClock.adjust(Duration.seconds(870))
      const fiber = yield* Effect.fork(list)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).number, 1)
      assert.strictEqual(yield* mintCount, 2)
    }).pipe(Effect.provide(bearing({
      faults: (request) => isMint(request) && request.number > 1 ? Fault.delay("1 hour") : undefined
    }))))

  it.effect("that is refused is replaced, and the request sent again, once", () =>
    Effect.gen(function*() {
      const simulator = yield* Simulator.Simulator
      yield* list
      yield* simulator.revokeTokens
      yield* list
      assert.deepStrictEqual([yield* mintCount, yield* requestCount], [2, 3])
    }).pipe(Effect.provide(bearing()), Effect.provide(RetryPolicy.none)))

  it.effect("that is refused to 64 fibers is replaced once", () =>
    Effect.gen(function*() {
      const simulator = yield* Simulator.Simulator
      yield* list
      yield* simulator.revokeTokens
      yield* Effect.forEach(Array.from({ length: 64 }), () => list, { concurrency: "unbounded" })
      assert.strictEqual(yield* mintCount, 2)
    }).pipe(Effect.provide(bearing())))

  it.effect("that is refused after its replacement too is Unauthorized, with advice", () =>
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

  it.effect("of a key that is not known is TokenRefused, with advice, and is not asked for again by itself", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(list)
      assert.deepInclude(error, { _tag: "TokenRefused", status: 401, error: "invalid_client" })
      assert.include(error.message, "DIDWW_API_KEY")
      assert.deepStrictEqual([yield* mintCount, yield* requestCount], [1, 0])
      // nor is the refusal kept
      yield* Effect.flip(list)
      assert.strictEqual(yield* mintCount, 2)
    }).pipe(Effect.provide(bearing({ apiKeys: ["another"] }))))

  it.effect("is not asked for at an address that is none", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(list), { _tag: "TransportError", reason: "url", attempts: 0 })
      assert.deepStrictEqual([yield* mintCount, yield* requestCount], [0, 0])
    }).pipe(Effect.provide(bearing({}, {}, { tokenUrl: "ftp://tokens.example" }))))

  it.effect("whose scope is not enough is Forbidden, with advice", () =>
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

  it.effect("waits as long as the token service's 429 says, also for who comes after a failure", () =>
    Effect.gen(function*() {
      yield* inTime(list)
      const [first, second] = yield* mints
      assert.strictEqual((second?.at ?? 0) - (first?.at ?? 0), 7000)
    }).pipe(Effect.provide(bearing({
      faults: ({ number }) => number === 1 ? Fault.status(429, { "retry-after": "7" }) : undefined
    }))))

  it.effect("whoever comes after a failed mint waits too", () =>
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

  it.effect("a mint that fails is tried again as often as the policy says, not as often squared", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* inTime(Effect.flip(list)), { _tag: "ServerError", attempts: 3 })
      assert.deepStrictEqual([yield* mintCount, yield* requestCount], [3, 0])
    }).pipe(
      Effect.provide(bearing({ faults: (request) => isMint(request) ? Fault.status(503) : undefined })),
      Effect.provide(RetryPolicy.layer({ maxAttempts: 3 }))
    ))

  it.effect("who begins to mint and goes away leaves it to those who wait", () =>
    Effect.gen(function*() {
      const first = yield* Effect.fork(list)
      const others = yield* Effect.fork(Effect.all([list, list, list], { concurrency: "unbounded" }))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("10 seconds")
      yield* others
      assert.strictEqual(yield* mintCount, 2)
    }).pipe(Effect.provide(bearing({ faults: (request) => isMint(request) ? Fault.delay("5 seconds") : undefined }))))

  it.effect("a token service's answer that is none is MalformedResponse", () =>
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

  it.effect("a redirect of the token service is not followed", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(list), { _tag: "UnexpectedStatus", status: 307 })
      assert.strictEqual(yield* mintCount, 1)
    }).pipe(Effect.provide(bearing({
      faults: (request) =>
        isMint(request) ? Fault.status(307, { location: "https://elsewhere.example/token" }) : undefined
    }))))

  it.effect("each environment has its token service; another address has its own, or the one that is named", () =>
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

  it.effect("the key that is behind it has the rate limit", () =>
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

describe("2026-11-19 end to end", () => {
  const account = Account.generate({ size: 1000, seed: 3, types: ["cdr_in", "cdr_out", "sms_in", "sms_out"] })

  it.scopedLive("four types, the server's own filters, over sockets", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const all = yield* idsOf(client.stream())
      assert.deepStrictEqual(all, newestFirst(account.records))
      const filter = ExportFilter.and(ExportFilter.exportType("sms_in", "sms_out"), ExportFilter.status("completed"))
      const isOne = ({ exportType, status }: Account.Record) => exportType.startsWith("sms_") && status === "completed"
      assert.deepStrictEqual(
        yield* idsOf(client.stream({ filter }, { concurrency: 4 })),
        newestFirst(account.records.filter(isOne))
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

  it.effect("layerConfig reads version and token service", () =>
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
  /** Each read gives the next, the last for ever. */
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
      yield* Effect.repeatN(list, 2)
      assert.deepStrictEqual(yield* keysSeen, ["old-key", "new-key", "new-key", "new-key"])
      assert.strictEqual(reads(), 2)
    }).pipe(Effect.provide(connected({ apiKeys: ["new-key"] }, { credentials })), Effect.provide(RetryPolicy.none))
  })

  it.effect("is read once for 64 fibers that are refused", () => {
    const { credentials, reads } = rotating("old-key", "new-key")
    return Effect.gen(function*() {
      yield* Effect.forEach(Array.from({ length: 64 }), () => list, { concurrency: "unbounded" })
      assert.strictEqual(reads(), 2)
    }).pipe(Effect.provide(connected({ apiKeys: ["new-key"] }, { credentials })))
  })

  it.effect("that is still the same is Unauthorized after one request", () => {
    const { credentials } = rotating("old-key")
    return Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(list), { _tag: "Unauthorized", attempts: 1, credentials: "key" })
    }).pipe(Effect.provide(connected({ apiKeys: ["new-key"] }, { credentials })))
  })

  it.effect("that the token service refuses is read again too", () => {
    const { credentials } = rotating("old-key", "new-key")
    return Effect.gen(function*() {
      yield* list
      assert.deepStrictEqual((yield* mints).map(({ headers }) => headers["api-key"]), ["old-key", "new-key"])
    }).pipe(Effect.provide(connected({ apiKeys: ["new-key"] }, { credentials, apiVersion: newest })))
  })

  const unreadable = {
    "cannot be read": Effect.fail(new Error(`no ${secret} here`)),
    "dies": Effect.die(new Error(`no ${secret} here`))
  }
  for (const [name, key] of Object.entries(unreadable)) {
    it.effect(`that ${name} is Unauthorized, without its words`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(list)
        assert.deepInclude(error, { _tag: "Unauthorized", attempts: 0 })
        assert.include(error.message, "could not be read")
        assert.notInclude(inspect(error, { depth: 10 }), secret)
        assert.strictEqual(yield* requestCount, 0)
      }).pipe(Effect.provide(connected({}, { credentials: Credentials.apiKey(key) }))))
  }
})
