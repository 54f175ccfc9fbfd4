/** The client for a command's account. */
import { ApiVersion } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import { Explained, NoKey } from "./Failure.js"
import * as Network from "./Network.js"
import * as Proxy from "./Proxy.js"
import * as Variable from "./Variable.js"

/** Which account a command uses. */
export interface Account {
  readonly env: Option.Option<"production" | "sandbox">
  readonly simulator: boolean
}

type Provided<R> = Exclude<R, ExportsClient.ExportsClient>

type Refused = ConfigError.ConfigError | NoKey | Proxy.KeyInClear | Explained

/** Provides the client, configured by the library's variables. */
export const provide = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  { env, simulator }: Account
): Effect.Effect<A, E | Refused, Provided<R>> => simulator ? Effect.provide(self, embedded) : connected(self, env)

const policies = Layer.mergeAll(NodeGunzip.layer, RetryPolicy.layerConfig(), RateLimit.layerConfig())

const connected = <A, E, R>(self: Effect.Effect<A, E, R>, env: Account["env"]) =>
  Effect.gen(function*() {
    if (Option.isNone(yield* Variable.secret("DIDWW_API_KEY"))) return yield* new NoKey()
    const options = yield* ExportsClient.config
    const apiUrl = new URL(Option.match(env, {
      onNone: () => options.apiUrl ?? ExportsClient.environments.production,
      onSome: (env) => ExportsClient.environments[env]
    }))
    const variables = yield* Proxy.variables
    yield* Proxy.check(variables, options.tokenUrl === undefined ? [apiUrl] : [apiUrl, new URL(options.tokenUrl)])
    const client = ExportsClient.layer({ ...options, apiUrl }).pipe(
      Layer.provide(Network.layer),
      Layer.provide(policies)
    )
    return yield* Effect.mapError(Effect.provide(self, client), explained(Proxy.explain(variables, apiUrl)))
  })

/** Adds to a failure to reach DIDWW what the variables of proxies have to do with it. */
const explained = (explanation: string) => <E>(error: E): E | Explained =>
  explanation !== "" && (Predicate.isTagged(error, "TransportError") || Predicate.isTagged(error, "TimedOut"))
    ? new Explained({ cause: error, explanation })
    : error

/** Reads the API version from the environment, for commands that need no account. */
export const version = Config.map(
  Variable.oneOf("DIDWW_API_VERSION", ApiVersion.ApiVersion.literals),
  Option.getOrElse(() => ApiVersion.defaultVersion)
)

const embedded = Layer.unwrapEffect(
  Effect.zipWith(
    Effect.promise(() => import("./Embedded.js")),
    version,
    ({ httpClient }, apiVersion) =>
      ExportsClient.layer({ apiVersion, credentials: Credentials.apiKey(Redacted.make("simulator")) }).pipe(
        Layer.provide(httpClient)
      )
  )
).pipe(Layer.provide(policies))
