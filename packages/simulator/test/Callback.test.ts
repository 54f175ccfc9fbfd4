import { Account, Callback, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Layer, Redacted, Ref } from "effect"
import { createHmac } from "node:crypto"
import * as clock from "./clock.js"
import { pause, settle } from "./clock.js"
import { send } from "./setup.js"

const secret = Redacted.make("SOMEAPIKEY")

describe("the signature", () => {
  const payload = { id: "1dd7a68b-e235-402b-8912-fe73ee14243a", status: "completed", type: "orders" }

  it.effect("sign computes the documented signatures", () =>
    Effect.gen(function*() {
      const vectors = {
        "http://example.com/callbacks": "fe99e416c3547f2f59002403ec856ea386d05b2f",
        "http://foo.com/bar": "4d1ce2be656d20d064183bec2ab98a2ff3981f73",
        "http://foo.com:80/bar": "4d1ce2be656d20d064183bec2ab98a2ff3981f73",
        "http://foo.com:443/bar": "904eaa65c0759afac0e4d8912de424e2dfb96ea1",
        "https://foo.com:8384/bar": "9c9fec4b7ebd6e1c461cb8e4ffe4f2987a19a5d3",
        "https://qwe:asd@foo.com/bar": "7a8cd4a6c349910dfecaf9807e56a63787250bbd",
        "http://[::1]/bar": "e0e9b83e4046d097f54b3ae64b08cbb4a539f601"
      }
      for (const [url, signature] of Object.entries(vectors)) {
        assert.strictEqual(yield* Callback.sign(secret, url, payload), signature)
      }
      assert.strictEqual(
        yield* Callback.sign(Redacted.make("OTHERAPIKEY"), "http://example.com/callbacks?foo=bar#baz", payload),
        "32754ba93ac1207e540c0cf90371e7786b3b1cde"
      )
    }))
})

const create = (callback_method: string, callback_url: string, headers?: Readonly<Record<string, string>>) =>
  send("POST", "/exports", headers ?? { "x-didww-api-version": "2026-04-16" }, {
    data: {
      type: "exports",
      attributes: {
        export_type: "cdr_in",
        filters: headers === undefined
          ? { from: "2026-10-01 00:00:00", to: "2026-11-01 00:00:00" }
          : { year: 2026, month: 10 },
        callback_url,
        callback_method
      }
    }
  })

const options: Simulator.Options = { account: Account.make([]), callbackSecret: secret }

const hmac = (text: string) => createHmac("sha1", Redacted.value(secret)).update(text).digest("hex")

describe("callbacks", () => {
  const due = Effect.flatMap(Simulator.Simulator, (simulator) => simulator.callbacks)

  it.effect("a callback is due when its export completes, and never without a secret", () =>
    Effect.gen(function*() {
      yield* clock.setTime(Date.UTC(2026, 10, 15))
      yield* create("post", "https://example.com/didww?a=b")
      yield* clock.adjust("2999 millis")
      assert.deepStrictEqual(yield* due, [])
      yield* clock.adjust("1 millis")
      assert.strictEqual((yield* due).length, 1)
      const silent = Effect.gen(function*() {
        yield* create("post", "https://example.com/didww?a=b")
        yield* clock.adjust("1 minute")
        return yield* due
      })
      assert.deepStrictEqual(
        yield* Effect.provide(silent, SimulatorClient.layer({ ...options, callbackSecret: undefined })),
        []
      )
    }).pipe(Effect.provide(SimulatorClient.layer(options))))

  it.effect("a POST callback has the payload in a form", () =>
    Effect.gen(function*() {
      yield* clock.setTime(Date.UTC(2026, 10, 15))
      const { row } = yield* create("post", "https://example.com/didww?a=b")
      yield* clock.adjust("3 seconds")
      const simulator = yield* Simulator.Simulator
      const [stored] = yield* simulator.exports
      const url = `https://api.didww.com/v3${stored!.url}`
      assert.deepStrictEqual(yield* due, [{
        exportId: row!.id,
        at: Date.UTC(2026, 10, 15, 0, 0, 3),
        method: "POST",
        url: "https://example.com/didww?a=b",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-didww-signature": hmac(
            `https://example.com:443/didww?a=bid${row!.id}statuscompletedtypeexportsurl${url}`
          )
        },
        body: new URLSearchParams({ id: row!.id, type: "exports", status: "completed", url }).toString()
      }])
    }).pipe(Effect.provide(SimulatorClient.layer(options))))

  it.effect("a GET callback has the payload in the query and signs it twice, and before 2026-04-16 it has no url", () =>
    Effect.gen(function*() {
      yield* clock.setTime(Date.UTC(2026, 10, 15))
      const { row } = yield* create("GET", "http://example.com:8080/didww#part", {})
      yield* clock.adjust("3 seconds")
      const query = `id=${row!.id}&type=exports&status=completed`
      const [callback] = yield* due
      assert.deepInclude(callback, {
        method: "GET",
        url: `http://example.com:8080/didww?${query}#part`,
        headers: {
          "x-didww-signature": hmac(
            `http://example.com:8080/didww?${query}#partid${row!.id}statuscompletedtypeexports`
          )
        },
        body: ""
      })
    }).pipe(Effect.provide(SimulatorClient.layer(options))))
})

describe("delivery", () => {
  const start = Date.UTC(2026, 10, 15)
  const minute = 60_000
  const hour = 60 * minute
  const delays = [minute, 10 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour, 24 * hour, 48 * hour]

  /** When a receiver that answers 500 so many times gets the callback, in milliseconds after the request. */
  const delivered = (failures: number) =>
    Effect.gen(function*() {
      const times = yield* Ref.make<ReadonlyArray<number>>([])
      const receiver = HttpClient.make((request) =>
        Effect.gen(function*() {
          assert.strictEqual(request.method, "POST")
          const now = yield* Clock.currentTimeMillis
          const attempts = yield* Ref.updateAndGet(times, (times) => [...times, now - start])
          const status = attempts.length > failures ? 204 : 500
          return HttpClientResponse.fromWeb(request, new Response(null, { status }))
        })
      )
      yield* clock.setTime(start)
      yield* Effect.gen(function*() {
        yield* settle
        yield* create("post", "https://example.com/didww")
        yield* settle
        yield* clock.adjust(3000)
        // the signature is computed in real time
        while ((yield* times).length === 0) yield* pause
        for (const delay of [...delays, 7 * 24 * hour]) {
          yield* settle
          yield* clock.adjust(delay)
        }
      }).pipe(Effect.provide(
        Callback.layer.pipe(
          Layer.provide(Layer.succeed(HttpClient.HttpClient, receiver)),
          Layer.provideMerge(SimulatorClient.layer(options))
        )
      ))
      return yield* times
    })

  it.effect("deliver sends a callback once if the receiver accepts it", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* delivered(0), [3000])
    }))

  it.effect("deliver tries ten times in all, at the documented times, until the receiver accepts the callback", () =>
    Effect.gen(function*() {
      const times = delays.reduce<ReadonlyArray<number>>((times, delay) => [...times, times.at(-1)! + delay], [3000])
      assert.deepStrictEqual(yield* delivered(2), times.slice(0, 3))
      assert.deepStrictEqual(yield* delivered(Infinity), times)
    }))
})
