/** The cost of a request's retry, rate limit, time limits, telemetry and typed errors. */
import type * as Export from "@effect-didww/core/Export"
import * as Protocol from "@effect-didww/core/Protocol"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Bar, Contender } from "./bar.js"
import { headers, query } from "./byHand.js"
import { onUndici, urlOf, working } from "./client.js"
import { requests } from "./sizes.js"

const path = "/plain/10000/v3"

const layered: Contender = {
  prepare: working(path, (client) => Effect.repeatN(client.list(), requests - 1))
}

const decode = (text: string): ReadonlyArray<Export.Export> =>
  JSON.parse(text).data.map((resource: unknown) => Either.getOrThrow(Protocol.fromResource(resource)))

/** Sends the same requests with platform's own spans, and decodes the same exports. */
const bare: Contender = {
  without: "retry, rate limit, time limits, typed errors",
  prepare: Effect.gen(function*() {
    const client = HttpClient.withTracerPropagation(HttpClient.filterStatusOk(yield* HttpClient.HttpClient), false)
    const request = HttpClientRequest.get(`${urlOf(path)}/exports?${query(1, 100)}`, { headers })
    const list = client.execute(request).pipe(
      Effect.flatMap(({ text }) => Effect.map(text, decode)),
      Effect.withSpan("list")
    )
    return Effect.orDie(Effect.repeatN(list, requests - 1))
  }).pipe(onUndici)
}

export const bars: ReadonlyArray<Bar> = [
  {
    name: "layers",
    says:
      "CPU of a request for a page of 100, the whole client on undici against platform's client and the same decoding",
    measure: "cpu",
    per: { count: requests, unit: "a request" },
    ours: "layered",
    against: "bare",
    contenders: { layered, bare },
    must: 1.2,
    aim: 1.1
  }
]
