/**
 * One request's life: version and accept headers, then credentials for the API's own origin only,
 * retry( credentials, rate limit( attempt timeout( send; redirects refused; status to typed error; body decoded ))).
 */
import type * as ApiVersion from "@effect-didww/core/ApiVersion"
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as JsonApi from "@effect-didww/core/JsonApi"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "../../Credentials.js"
import { type Limiter, RateLimit } from "../../RateLimit.js"
import { RetryPolicy } from "../../RetryPolicy.js"
import * as address from "./address.js"
import * as exchange from "./attempt.js"
import * as refusal from "./failure.js"
import * as retry from "./retry.js"
import * as scrubbing from "./scrub.js"
import { type Answer, isSuccess } from "./send.js"
import * as session from "./authorization.js"
import * as telemetry from "./telemetry.js"
import * as token from "./token.js"

export type RequestError = DidwwError.GetError

export type Parameters = ReadonlyArray<readonly [name: string, value: string]>

type Decode<A> = (json: unknown) => Either.Either<A, JsonApi.Mismatch>

/** Paths are below the API's base; `decode` makes a value of the JSON answer. */
export interface Requests {
  readonly get: <A>(path: string, parameters: Parameters, decode: Decode<A>) => Effect.Effect<A, RequestError>
  /** Sent again only where nothing can have come of it. */
  readonly post: <A>(path: string, body: unknown, decode: Decode<A>) => Effect.Effect<A, RequestError>
  readonly patch: <A>(path: string, body: unknown, decode: Decode<A>) => Effect.Effect<A, RequestError>
  /** A success whose body is still to be read. */
  readonly open: (target: Target) => Effect.Effect<Opened, RequestError>
  /** For a body that is read for long: what its cuts may cost, by the caller's policy. */
  readonly recovery: Effect.Effect<retry.Recovery>
}

export interface Target {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Whether the credentials go there. Nothing else of the client does elsewhere: no limit of the API's either. */
  readonly isTrusted: boolean
}

export interface Opened {
  readonly answer: Answer
  readonly scrub: scrubbing.Scrub
  readonly tried: retry.Tried
}

export interface Options {
  readonly apiUrl: string
  readonly tokenUrl: string
  readonly apiVersion: ApiVersion.ApiVersion
  readonly credentials: Credentials
  readonly client: HttpClient.HttpClient
  /** The limiter that is used where nobody provides one. */
  readonly limiter: Limiter
  readonly tokenLimiter: Limiter
  /** Whether DIDWW gets the headers of the application's trace. */
  readonly tracePropagation: boolean
  /** The context that the client was built in. */
  readonly context: Context.Context<never>
}

export const make = (options: Options): Requests => {
  const base = address.normalize(options.apiUrl)
  const exchanged = exchange.make(options)
  const spending: retry.Spending = { spent: 0 }
  const { current, ready, renewed } = session.make(
    options.credentials,
    options.apiVersion,
    token.make({ ...options, exchange: exchanged, spending, limiter: options.tokenLimiter })
  )
  const headers = {
    accept: "application/vnd.api+json",
    "content-type": "application/vnd.api+json",
    "x-didww-api-version": options.apiVersion
  }

  // neither alone is right: a policy may be provided inside the client's layer, or around the call
  const merged = Effect.map(Effect.context<never>(), (caller) => Context.merge(options.context, caller))

  const run = <A>(
    request: HttpClientRequest.HttpClientRequest,
    read: Read<A>,
    { isRepeatable = () => true, isTrusted = true, open = false }: {
      readonly open?: boolean
      readonly isTrusted?: boolean
      readonly isRepeatable?: (error: RequestError) => boolean
    } = {}
  ): Effect.Effect<A, RequestError> =>
    Effect.flatMap(merged, (context) => {
      const policy = Context.get(context, RetryPolicy)
      const limiter = Context.get(context, RateLimit) ?? options.limiter
      return retry.run<Pass | undefined, A, RequestError>({
        policy,
        spending,
        enter: (tried, inTime) => isTrusted ? entered(limiter, tried, inTime) : Effect.succeed(undefined),
        attempt: (pass, tried, inTime) => {
          const grant = pass?.grant
          const scrub = scrubbing.make(grant?.secrets ?? [])
          return Effect.flatMap(
            exchanged({
              request: grant === undefined
                ? request
                : HttpClientRequest.setHeader(request, grant.header[0], Redacted.value(grant.header[1])),
              open,
              inTime,
              scrub,
              tried,
              context
            }),
            (answer) =>
              Effect.flatMap(pass?.arrived ?? Effect.void, () =>
                isSuccess(answer.status)
                  ? read(answer, scrub, tried())
                  : Effect.flatMap(Clock.currentTimeMillis, (now) =>
                    Effect.fail(refusal.make(answer, grant?.credentials, scrub, tried(), now))))
          )
        },
        renew: (pass) =>
          pass === undefined
            ? Effect.succeed(false)
            : Effect.map(renewed(pass.grant), Option.isSome),
        pause: (pass, duration) =>
          pass === undefined ? Effect.void : limiter.pause(pass.grant.key, duration),
        isRepeatable
      })
    })

  /** Credentials, then a place: mostly both are there at once, and nobody has to watch the time. */
  const entered = (
    limiter: Limiter,
    tried: () => retry.Tried,
    inTime: retry.InTime
  ): Effect.Effect<Pass, RequestError> =>
    Clock.clockWith((clock) => {
      const grant = ready(clock.unsafeCurrentTimeMillis())
      return grant === undefined || limiter.tryTake === undefined
        ? inTime(awaited(limiter, tried))
        : Effect.flatMap(limiter.tryTake(grant.key), (place) =>
          place._tag === "None"
            ? inTime(awaited(limiter, tried))
            : Effect.succeed({ grant, arrived: place.value }))
    })

  /** Both again where the place came so late that the credentials ran out meanwhile. */
  const awaited = (
    limiter: Limiter,
    tried: () => retry.Tried
  ): Effect.Effect<Pass, RequestError> =>
    Effect.gen(function*() {
      const grant = yield* current
      const [waited, arrived] = yield* Effect.timed(
        Effect.mapError(
          limiter.take(grant.key),
          ({ maxWait }) => new DidwwError.RateLimitWaitExceeded({ ...tried(), maxWait })
        )
      )
      if (Duration.greaterThanOrEqualTo(waited, Duration.millis(1))) {
        yield* Metric.update(telemetry.rateLimitWait, Duration.toSeconds(waited))
      }
      return (yield* Clock.currentTimeMillis) < grant.expiresAt
        ? { grant, arrived }
        : yield* awaited(limiter, tried)
    })

  const below = <A>(
    path: string,
    run: (url: string) => Effect.Effect<A, RequestError>
  ): Effect.Effect<A, RequestError> => base === undefined ? Effect.fail(address.unusable()) : run(`${base}${path}`)

  const withBody = (request: HttpClientRequest.HttpClientRequest, body: unknown) =>
    HttpClientRequest.bodyText(request, JSON.stringify(body), headers["content-type"])

  return {
    get: (path, urlParams, decode) =>
      below(path, (url) => run(HttpClientRequest.get(url, { headers, urlParams }), reading(decode))),
    post: (path, body, decode) =>
      below(path, (url) =>
        run(withBody(HttpClientRequest.post(url, { headers }), body), reading(decode), {
          isRepeatable: retry.isUndone
        })),
    patch: (path, body, decode) =>
      below(path, (url) => run(withBody(HttpClientRequest.patch(url, { headers }), body), reading(decode))),
    open: ({ headers, isTrusted, url }) =>
      run(
        HttpClientRequest.get(url, { headers }),
        (answer, scrub, tried) => Either.right({ answer, scrub, tried }),
        { open: true, isTrusted }
      ),
    recovery: Effect.map(merged, (context) => retry.recovery(Context.get(context, RetryPolicy), spending))
  }
}

/** What an attempt has: who asks, and its place. */
interface Pass {
  readonly grant: session.Grant
  readonly arrived: Effect.Effect<void>
}

type Read<A> = (answer: Answer, scrub: scrubbing.Scrub, tried: retry.Tried) => Either.Either<A, RequestError>

const reading = <A>(decode: Decode<A>): Read<A> => (answer, scrub, tried) =>
  refusal.parse(answer.text).pipe(
    Either.flatMap(decode),
    Either.mapLeft((mismatch) =>
      new DidwwError.MalformedResponse({
        ...tried,
        requestId: scrub(answer.response.headers["x-request-id"]),
        path: DidwwError.MalformedResponse.path(mismatch),
        expected: mismatch.expected
      })
    )
  )
