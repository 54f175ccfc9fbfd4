/** What retry and rate limit cost a request. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as aside from "../../http/src/internal/aside.js"
import * as exchange from "../../http/src/internal/exchange.js"
import * as pages from "../../http/src/internal/pages.js"
import * as timeLimit from "../../http/src/internal/timeLimit.js"
import type { Bar, Contender } from "./bar.js"
import { headers } from "./byHand.js"
import { onUndici, urlOf, working } from "./client.js"
import { requests } from "./sizes.js"

const path = "/plain/10000/v3"

const layered: Contender = {
  prepare: working(path, (client) => Effect.repeatN(client.list(), requests - 1))
}

/** The same requests, spans, metrics and decoding, and answers let go as soon, each sent once and at once. */
const bare: Contender = {
  without: "retry, rate limit, timeouts over all attempts",
  prepare: Effect.gen(function*() {
    const send = exchange.make({ client: yield* HttpClient.HttpClient, tracePropagation: false })
    const context = Context.empty()
    const tried = () => ({ attempts: 1, elapsed: Duration.zero })
    const inTime = <A, E>(effect: Effect.Effect<A, E>) =>
      timeLimit.within(effect, Duration.seconds(30), () => Effect.dieMessage("no answer"))
    const client = pages.make({
      apiVersion: "2026-04-16",
      checkVersion: () => Effect.void,
      pushDown: "documented",
      requests: {
        get: (below, parameters, decode) =>
          Effect.flatMap(
            send({
              request: HttpClientRequest.get(`${urlOf(path)}${below}`, { headers, urlParams: parameters }),
              inTime,
              scrub: (text) => text,
              tried,
              context
            }),
            ({ text }) => Effect.orDie(Either.mapLeft(decode(JSON.parse(text)), ({ expected }) => new Error(expected)))
          )
      }
    })
    const list = aside.pass((put) => Effect.withSpan(Effect.map(client.list({}), put), "list"))
    return Effect.orDie(Effect.repeatN(list, requests - 1))
  }).pipe(onUndici)
}

export const bars: ReadonlyArray<Bar> = [
  {
    name: "layers",
    says: "CPU of a request for a page of 100 on undici, with retry and rate limit, against the same without",
    measure: "cpu",
    per: { count: requests, unit: "a request" },
    ours: "layered",
    against: "bare",
    contenders: { layered, bare },
    must: 1.2,
    aim: 1.1
  }
]
