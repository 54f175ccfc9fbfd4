/** The client for a command's account. */
import { ApiVersion } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { NoKey } from "./Failure.js"

/** Which account a command uses. */
export interface Account {
  readonly env: Option.Option<"production" | "sandbox">
  readonly simulator: boolean
}

/** Provides the client, configured by the library's variables. */
export const layer = (
  { env, simulator }: Account
): Layer.Layer<ExportsClient.ExportsClient, ConfigError.ConfigError | NoKey> =>
  (simulator ? embedded : Layer.provide(account(env), FetchHttpClient.layer)).pipe(
    Layer.provide(Layer.mergeAll(NodeGunzip.layer, RetryPolicy.layerConfig(), RateLimit.layerConfig()))
  )

const account = (env: Account["env"]) =>
  Layer.effect(
    ExportsClient.ExportsClient,
    Effect.gen(function*() {
      const key = yield* Config.withDefault(Config.string("DIDWW_API_KEY"), "")
      if (key.trim() === "") return yield* new NoKey()
      const options = yield* ExportsClient.config
      return yield* ExportsClient.make(
        Option.match(env, {
          onNone: () => options,
          onSome: (env) => ({ ...options, apiUrl: ExportsClient.environments[env] })
        })
      )
    })
  )

/** Reads the API version from the environment, for commands that need no account. */
export const version = Config.withDefault(
  Config.literal(...ApiVersion.ApiVersion.literals)("DIDWW_API_VERSION"),
  ApiVersion.defaultVersion
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
)
