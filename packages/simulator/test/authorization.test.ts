import { Account, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as clock from "./clock.js"
import { ask, askToken, bearer, send } from "./setup.js"

const account = Account.generate({ size: 3 })
const aud = "api.didww.com"
const newest = { api_version: "2026-11-19" }

describe("the token service", () => {
  it.effect("the service mints opaque tokens, each a new one, and forbids to store them", () =>
    Effect.gen(function*() {
      const first = yield* askToken({ aud })
      const second = yield* askToken({ aud, scope: "read", api_version: "2026-11-19", expires_in: 61 })
      assert.strictEqual(first.status, 200)
      assert.strictEqual(first.headers["cache-control"], "no-store")
      assert.deepInclude(first.body, {
        token_type: "Bearer",
        expires_in: 900,
        aud,
        scope: "full",
        api_version: "2022-05-10"
      })
      assert.deepInclude(second.body, { expires_in: 61, scope: "read", api_version: "2026-11-19" })
      assert.notStrictEqual(first.body.access_token, second.body.access_token)
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("the service clamps expires_in", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* askToken({ aud, expires_in: 1 })).body.expires_in, 60)
      assert.strictEqual((yield* askToken({ aud, expires_in: 86_400 })).body.expires_in, 3600)
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("the service refuses in OAuth's format", () =>
    Effect.gen(function*() {
      const refusals: ReadonlyArray<[body: unknown, headers: Record<string, string>, status: number, error: string]> = [
        [{ aud }, { "api-key": "wrong" }, 401, "invalid_client"],
        [{}, {}, 400, "invalid_request"],
        [{ aud: "sandbox-api.didww.com" }, {}, 400, "invalid_request"],
        [{ aud, expires_in: "900" }, {}, 400, "invalid_request"],
        [{ aud, api_version: 2026 }, {}, 400, "invalid_request"],
        ["{", {}, 400, "invalid_request"],
        [{ aud }, { "content-type": "text/plain" }, 400, "invalid_request"],
        [{ aud, scope: "admin" }, {}, 400, "invalid_scope"]
      ]
      for (const [body, headers, status, error] of refusals) {
        const answer = yield* askToken(body, headers)
        assert.deepStrictEqual([answer.status, answer.body.error], [status, error])
        assert.isString(answer.body.error_description)
      }
    }).pipe(Effect.provide(SimulatorClient.layer({ account, apiKeys: ["key"] }))))

  it.effect("the service has its own rate limit, with Retry-After", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* askToken({ aud })).status, 200)
      const refused = yield* askToken({ aud })
      assert.deepStrictEqual([refused.status, refused.headers["retry-after"], refused.body.error], [
        429,
        "1",
        "rate_limit_exceeded"
      ])
      assert.strictEqual((yield* ask("/exports")).status, 200)
    }).pipe(Effect.provide(SimulatorClient.layer({ account, tokenRateLimit: 1, rateLimit: 1 }))))

  it.effect("a token request can fail, and the simulator keeps it with the others", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* send("GET", "/exports")).status, 200)
      const simulator = yield* Simulator.Simulator
      assert.strictEqual(
        (yield* simulator.handle({ method: "POST", url: "http://[::1]/token", headers: {} }))._tag,
        "Cut"
      )
      const body = JSON.stringify({ aud })
      const headers = { "content-type": "application/json", "api-key": "key" }
      yield* simulator.handle({ method: "POST", url: "https://auth-sandbox.didww.com/token", headers, body })
      assert.deepInclude((yield* simulator.received).at(-1), { url: "https://auth-sandbox.didww.com/token", body })
    }).pipe(Effect.provide(SimulatorClient.layer({
      account,
      faults: ({ headers, url }) => url.endsWith("/token") && headers["api-key"] === undefined ? Fault.cut() : undefined
    }))))
})

describe("bearer tokens", () => {
  it.effect("2026-11-19 accepts no key, whether the request or the account selects that version", () =>
    Effect.gen(function*() {
      const asked = yield* ask("/exports", { "x-didww-api-version": "2026-11-19" })
      assert.deepStrictEqual([asked.status, asked.text], [401, ""])
      const own = SimulatorClient.layer({ account, apiVersion: "2026-11-19" })
      for (const headers of [{}, { "x-didww-api-version": "2026-04-16" }]) {
        const { status, text } = yield* Effect.provide(ask("/exports", headers), own)
        assert.deepStrictEqual([status, text], [401, ""])
      }
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("a token works in every version, and its version wins over the header", () =>
    Effect.gen(function*() {
      for (const version of ["2022-05-10", "2026-04-16", "2026-11-19"]) {
        const headers = yield* bearer({ api_version: version })
        const { body, status } = yield* ask("/exports", { ...headers, "x-didww-api-version": "2026-11-19" })
        assert.deepStrictEqual([status, body.meta?.api_version], [200, version])
      }
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("a token expires by the clock", () =>
    Effect.gen(function*() {
      const headers = yield* bearer({ ...newest, expires_in: 60 })
      yield* clock.adjust("59999 millis")
      assert.strictEqual((yield* ask("/exports", headers)).status, 200)
      yield* clock.adjust("1 millis")
      const refused = yield* ask("/exports", headers)
      assert.deepStrictEqual([refused.status, refused.code], [401, "401"])
      assert.match(refused.headers["www-authenticate"] ?? "", /^Bearer error="invalid_token", error_description=".+"$/)
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("a token that is revoked or unknown is refused", () =>
    Effect.gen(function*() {
      const revoked = yield* bearer(newest)
      const simulator = yield* Simulator.Simulator
      yield* simulator.revokeTokens
      for (const headers of [revoked, { authorization: "Bearer invented" }]) {
        assert.strictEqual((yield* ask("/exports", headers)).status, 401)
      }
      assert.strictEqual((yield* ask("/exports", yield* bearer(newest))).status, 200)
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("a token with scope read cannot create", () =>
    Effect.gen(function*() {
      const headers = yield* bearer({ ...newest, scope: "read" })
      assert.strictEqual((yield* ask("/exports", headers)).status, 200)
      const refused = yield* send("POST", "/exports", headers, {})
      assert.deepStrictEqual([refused.status, refused.code], [403, "403"])
      assert.include(refused.headers["www-authenticate"], "error=\"insufficient_scope\"")
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("all tokens of one key share its rate limit", () =>
    Effect.gen(function*() {
      const statuses = yield* Effect.forEach([1, 2, 3], () =>
        Effect.flatMap(bearer(newest), (headers) => Effect.map(ask("/exports", headers), ({ status }) => status)))
      assert.deepStrictEqual(statuses, [200, 200, 429])
      assert.strictEqual((yield* ask("/exports", { "api-key": "another" })).status, 200)
    }).pipe(Effect.provide(SimulatorClient.layer({ account, rateLimit: 2 }))))
})
