/** Requests to the API: its base address, its headers, and how its answers are read. */
import type * as ApiVersion from "@effect-didww/core/ApiVersion"
import type * as DidwwError from "@effect-didww/core/DidwwError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Option from "effect/Option"
import type { Credentials } from "../../Credentials.js"
import { type Limiter, RateLimit } from "../../RateLimit.js"
import { RetryPolicy } from "../../RetryPolicy.js"
import * as address from "./address.js"
import * as authorization from "./authorization.js"
import * as failure from "./failure.js"
import * as json from "./json.js"
import type * as permit from "./permit.js"
import * as request from "./request.js"
import * as retry from "./retry.js"
import type { Answer } from "./send.js"
import * as token from "./token.js"
import * as versionCheck from "./versionCheck.js"

export type Parameters = ReadonlyArray<readonly [name: string, value: string]>

/** Paths are below the API's base. `decode` makes a value of the JSON answer. */
export interface Api {
  /** The version that each request asks for. */
  readonly apiVersion: ApiVersion.ApiVersion
  readonly checkVersion: versionCheck.CheckVersion
  /** The version that answered last. */
  readonly answeredVersion: Effect.Effect<Option.Option<string>>
  readonly get: <A>(
    path: string,
    parameters: Parameters,
    decode: json.Decode<A>
  ) => Effect.Effect<A, DidwwError.GetError>
  /** Sends the request again only where the server has certainly not done what it asks for. */
  readonly post: <A>(path: string, body: unknown, decode: json.Decode<A>) => Effect.Effect<A, DidwwError.GetError>
  readonly patch: <A>(path: string, body: unknown, decode: json.Decode<A>) => Effect.Effect<A, DidwwError.GetError>
  /** Gives a success whose body is still to be read. */
  readonly open: (target: Target) => Effect.Effect<Answer, DidwwError.GetError>
  /** The caller's policy for a body that is read over several requests. */
  readonly continuing: Effect.Effect<retry.Options>
}

export interface Target {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Whether it is on the API's own origin. Only there go the credentials, and only there counts the rate limit. */
  readonly isOwn: boolean
}

export interface Options {
  readonly client: request.Client
  readonly apiUrl: string
  readonly tokenUrl: string
  readonly apiVersion: ApiVersion.ApiVersion
  readonly credentials: Credentials
  /** The limiter in force where nobody provides another. */
  readonly limiter: Limiter
  readonly tokenLimiter: Limiter
}

export const make = ({ apiUrl, apiVersion, client, credentials, limiter, tokenLimiter, tokenUrl }: Options): Api => {
  const base = address.normalize(apiUrl)
  const versions = versionCheck.make(apiVersion)
  const mint = token.make({ client, tokenUrl, apiVersion, limiter: tokenLimiter })
  const granted = authorization.make(credentials, apiVersion, mint)
  const access = (context: Context.Context<never>): permit.Access => ({
    authorization: granted,
    limiter: Context.get(context, RateLimit) ?? limiter
  })
  const headers = {
    accept: "application/vnd.api+json",
    "content-type": "application/vnd.api+json",
    "x-didww-api-version": apiVersion
  }

  const run = <A>(
    makeRequest: (base: string) => HttpClientRequest.HttpClientRequest,
    decode: json.Decode<A>,
    isRepeatable?: (error: DidwwError.GetError) => boolean
  ): Effect.Effect<A, DidwwError.GetError> =>
    base === undefined ? Effect.fail(address.unusable()) : request.run<A, DidwwError.GetError>(client, {
      request: makeRequest(base),
      access,
      onSuccess: json.read(decode),
      onRefusal: failure.make,
      ...(isRepeatable !== undefined && { isRepeatable })
    })

  const withBody = (request: HttpClientRequest.HttpClientRequest, body: unknown) =>
    HttpClientRequest.bodyText(request, JSON.stringify(body), headers["content-type"])

  return {
    apiVersion,
    checkVersion: versions.check,
    answeredVersion: versions.answered,
    get: (path, urlParams, decode) => run((base) => HttpClientRequest.get(base + path, { headers, urlParams }), decode),
    post: (path, body, decode) =>
      run((base) => withBody(HttpClientRequest.post(base + path, { headers }), body), decode, retry.isUndone),
    patch: (path, body, decode) =>
      run((base) => withBody(HttpClientRequest.patch(base + path, { headers }), body), decode),
    open: ({ headers, isOwn, url }) =>
      request.run<Answer, DidwwError.GetError>(client, {
        request: HttpClientRequest.get(url, { headers }),
        open: true,
        access: isOwn ? access : undefined,
        onSuccess: Either.right,
        onRefusal: failure.make
      }),
    continuing: Effect.map(client.context, (context) => {
      const policy = Context.get(context, RetryPolicy)
      return {
        policy: {
          ...policy,
          // a body takes as long as it takes, and is one success: that of its first request
          totalTimeout: Duration.infinity,
          budget: { ...policy.budget, successRefund: 0 }
        },
        spending: client.spending
      }
    })
  }
}
