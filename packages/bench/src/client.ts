/** Our client as an application uses it: on undici, with tracing, retry, and a rate limit too high to wait for. */
import * as Credentials from "@effect-didww/http/Credentials"
import * as ExportsClient from "@effect-didww/http/ExportsClient"
import * as RateLimit from "@effect-didww/http/RateLimit"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"

export const key = Redacted.make("a-key-of-the-bench")

/** Joins the server's address and a path that begins with a slash. */
export const urlOf = (path: string): string => `${process.env.BENCH_SERVER}${path}`

/** Provides undici while the scope is open. */
export const onUndici = <A, E, R>(
  effect: Effect.Effect<A, E, R | HttpClient.HttpClient>
): Effect.Effect<A, E, Exclude<R, HttpClient.HttpClient> | Scope.Scope> =>
  Effect.flatMap(Layer.build(NodeHttpClient.layerUndici), (context) => Effect.provide(effect, context))

export const limit = RateLimit.make({ limit: 1_000_000 })

/** Works with a client. A failure ends the bench. */
export const working = <A, E>(
  path: string,
  use: (client: ExportsClient.Service) => Effect.Effect<A, E>
): Effect.Effect<Effect.Effect<A>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const client = yield* ExportsClient.make({ credentials: Credentials.apiKey(key), apiUrl: urlOf(path) })
    const limiter = yield* limit
    return Effect.orDie(Effect.provideService(use(client), RateLimit.RateLimit, limiter))
  }).pipe(onUndici)
