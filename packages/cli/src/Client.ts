/** The client for a command's account. */
import { ApiVersion, type DidwwError } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Accounts from "./Accounts.js"
import { Explained } from "./Failure.js"
import * as Network from "./Network.js"
import * as Proxy from "./Proxy.js"
import type { Stdio } from "./Stdio.js"
import * as Variable from "./Variable.js"

/** Which account a command uses. */
export interface Account {
  readonly account: Option.Option<string>
  readonly env: Option.Option<"production" | "sandbox">
  readonly simulator: boolean
}

/** The name of the account that the client uses. */
export class AccountName extends Context.Tag("@effect-didww/cli/Client")<AccountName, string>() {}

type Provided<R> = Exclude<R, ExportsClient.ExportsClient | AccountName>

/** The account must not be used, or its variables are wrong. */
export type Refused = ConfigError.ConfigError | Proxy.KeyInClear

type ConnectError = Accounts.ChooseError | Accounts.KeyError | Refused | Explained

/** Provides the client of the account and the account's name. */
export const provide = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  account: Account
): Effect.Effect<A, E | ConnectError, Provided<R> | FileSystem.FileSystem | Stdio> =>
  account.simulator
    ? Effect.provide(self, Layer.merge(embedded, Layer.succeed(AccountName, Accounts.usual)))
    : connected(self, account)

const policies = Layer.mergeAll(NodeGunzip.layer, RetryPolicy.layerConfig(), RateLimit.layerConfig())

const apiUrlOf = ({ apiUrl }: Pick<ExportsClient.Options, "apiUrl">): URL =>
  new URL(apiUrl ?? ExportsClient.environments.production)

/** Provides the client of an account. Fails for a proxy that could read its key. */
export const layer = ({ options }: Accounts.Account): Layer.Layer<ExportsClient.ExportsClient, Refused> =>
  Layer.unwrapEffect(Effect.gen(function*() {
    const { tokenUrl } = options
    const urls = tokenUrl === undefined ? [apiUrlOf(options)] : [apiUrlOf(options), new URL(tokenUrl)]
    yield* Proxy.check(yield* Proxy.variables, urls)
    return ExportsClient.layer(options).pipe(Layer.provide(Network.layer), Layer.provide(policies))
  }))

const connected = <A, E, R>(self: Effect.Effect<A, E, R>, { account: name, env }: Account) =>
  Effect.gen(function*() {
    const [account] = yield* Accounts.resolve(Option.toArray(name))
    const apiUrl = Option.match(env, {
      onNone: () => apiUrlOf(account.options),
      onSome: (env) => new URL(ExportsClient.environments[env])
    })
    const used = { ...account, options: { ...account.options, apiUrl } }
    return yield* self.pipe(
      Effect.provide(Layer.merge(layer(used), Layer.succeed(AccountName, account.name))),
      Effect.mapError(ofProxy(used, yield* Proxy.variables)),
      Effect.mapError(ofKey(used))
    )
  })

/** Adds to a failure to reach DIDWW what the variables of proxies have to do with it. */
const ofProxy = ({ options }: Accounts.Account, variables: Proxy.Variables) => {
  const explanation = Proxy.explain(variables, apiUrlOf(options))
  return <E>(error: E): E | Explained =>
    explanation !== "" && (Predicate.isTagged(error, "TransportError") || Predicate.isTagged(error, "TimedOut"))
      ? new Explained({ cause: error, explanation })
      : error
}

/** Adds to a refused key whose it is. */
const ofKey = ({ name, source }: Accounts.Account) => <E>(error: E): E | Explained =>
  source === "file" && (Predicate.isTagged(error, "Unauthorized") || Predicate.isTagged(error, "TokenRefused"))
    ? new Explained({ cause: error, explanation: `The key is that of the account ${name}.` })
    : error

/** The variables' policy, with one attempt for a request. */
const once = Layer.unwrapEffect(
  Effect.map(RetryPolicy.config, (options) => RetryPolicy.layer({ ...options, maxAttempts: 1 }))
)

/** Sends one request with the key of an account. Gives the API version that answered, if DIDWW says it. */
export const check = (
  account: Accounts.Account
): Effect.Effect<Option.Option<string>, DidwwError.ListError | Refused | Explained> =>
  Effect.gen(function*() {
    const variables = yield* Proxy.variables
    const { apiVersion } = yield* Effect.flatMap(
      ExportsClient.ExportsClient,
      (client) => client.list({ pageSize: 1 })
    ).pipe(
      Effect.provide(once),
      Effect.provide(layer(account)),
      Effect.mapError(ofProxy(account, variables))
    )
    return apiVersion
  })

const versionOfVariables = Config.map(
  Variable.oneOf("DIDWW_API_VERSION", ApiVersion.ApiVersion.literals),
  Option.getOrElse(() => ApiVersion.defaultVersion)
)

/** The API version of the account, which needs no key. */
export const version = ({ account, simulator }: Account) =>
  Effect.gen(function*() {
    if (simulator) return yield* versionOfVariables
    const [chosen] = yield* Accounts.choose(Option.toArray(account))
    return chosen._tag === "Variables"
      ? yield* versionOfVariables
      : chosen.settings.apiVersion ?? ApiVersion.defaultVersion
  })

const embedded = Layer.unwrapEffect(
  Effect.zipWith(
    Effect.promise(() => import("./Embedded.js")),
    versionOfVariables,
    ({ httpClient }, apiVersion) =>
      ExportsClient.layer({ apiVersion, credentials: Credentials.apiKey(Redacted.make("simulator")) }).pipe(
        Layer.provide(httpClient)
      )
  )
).pipe(Layer.provide(policies))
