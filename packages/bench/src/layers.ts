/** What retry and rate limit cost a request. */
import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as exchange from "../../http/src/internal/exchange.js"
import * as pages from "../../http/src/internal/pages.js"
import { serverUrl } from "./account.js"
import type { Bar, Contender } from "./bar.js"

const requests = Number(process.env.BENCH_REQUESTS ?? 1000)

const key = Redacted.make("bench")

/** As long as the scope is open. */
const onUndici = <A, E, R>(effect: Effect.Effect<A, E, R | HttpClient.HttpClient>) =>
  Effect.flatMap(Layer.build(NodeHttpClient.layerUndici), (context) => Effect.provide(effect, context))

/** The default client, its rate limit so high that nobody waits. */
const layered: Contender = {
  prepare: Effect.gen(function*() {
    const client = yield* ExportsClient.make({
      credentials: Credentials.apiKey(key),
      apiUrl: yield* serverUrl
    })
    const high = yield* RateLimit.make({ limit: 1_000_000 })
    return client.list().pipe(
      Effect.repeatN(requests - 1),
      Effect.provideService(RateLimit.RateLimit, high),
      Effect.orDie
    )
  }).pipe(onUndici)
}

/** The same requests, spans, metrics and decoding, each sent once and at once. */
const bare: Contender = {
  prepare: Effect.gen(function*() {
    const url = yield* serverUrl
    const send = exchange.make({ client: yield* HttpClient.HttpClient, tracePropagation: false })
    const context = Context.empty()
    const tried = Effect.succeed({ attempts: 1, elapsed: Duration.zero })
    const headers = {
      accept: "application/vnd.api+json",
      "content-type": "application/vnd.api+json",
      "x-didww-api-version": "2026-04-16",
      "api-key": Redacted.value(key)
    }
    const client = pages.make({
      apiVersion: "2026-04-16",
      checkVersion: () => Effect.void,
      pushDown: "documented",
      requests: {
        get: (path, parameters, decode) =>
          Effect.flatMap(
            send({
              request: HttpClientRequest.get(`${url}${path}`, { headers, urlParams: parameters }),
              timeout: Duration.seconds(30),
              scrub: (text) => text,
              tried,
              context
            }),
            ({ text }) => Effect.orDie(Either.mapLeft(decode(JSON.parse(text)), ({ expected }) => new Error(expected)))
          )
      }
    })
    return Effect.orDie(Effect.repeatN(Effect.withSpan(client.list({}), "list"), requests - 1))
  }).pipe(onUndici)
}

export const bars: ReadonlyArray<Bar> = [
  {
    name: "layers",
    says: "CPU of a request for a page of 100 on undici, with retry and rate limit, against the same without",
    ours: "layered",
    against: "bare",
    contenders: { layered, bare },
    must: 1.2,
    aim: 1.1
  }
]
