/** How a command reaches other hosts: directly, or through the proxies that variables name. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as proxiedFetch from "./internal/proxiedFetch.js"
import * as Proxy from "./Proxy.js"

/** Provides the HTTP client. */
export const layer: Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError> = Layer.provide(
  FetchHttpClient.layer,
  Layer.scoped(FetchHttpClient.Fetch, Effect.flatMap(Proxy.variables, proxiedFetch.make))
)
