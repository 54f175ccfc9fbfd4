/**
 * One request's life: version and accept headers, the key for the API's own origin only, then
 * retry( rate limit( attempt timeout( send; redirects refused; status to typed error; body decoded ))).
 * What platform fails with ends here: its errors render the headers, ours hold none.
 */
import { type ApiVersion, DidwwError, JsonApi } from "@effect-didww/core"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "../Credentials.js"
import { type Limiter, RateLimit } from "../RateLimit.js"
import { RetryPolicy } from "../RetryPolicy.js"
import { traced } from "./attemptSpan.js"
import type { Tried } from "./retry.js"
import * as retry from "./retry.js"

export type RequestError = DidwwError.GetError

export type Parameters = ReadonlyArray<readonly [name: string, value: string]>

export interface Requests {
  /** A path below the API's base, its query, and what makes a value of the JSON answer. */
  readonly get: <A>(
    path: string,
    parameters: Parameters,
    decode: (json: unknown) => Either.Either<A, JsonApi.Mismatch>
  ) => Effect.Effect<A, RequestError>
}

export interface Options {
  readonly apiUrl: string
  readonly apiVersion: ApiVersion.ApiVersion
  readonly credentials: Credentials
  readonly client: HttpClient.HttpClient
  /** The limiter that is used where nobody provides one. */
  readonly limiter: Limiter
  /** Whether DIDWW gets the headers of the application's trace. */
  readonly tracePropagation: boolean
  /** The context that the client was built in. */
  readonly context: Context.Context<never>
}

export const requests = Metric.counter("didww_client_requests", {
  description: "Requests sent to DIDWW, every attempt counted",
  incremental: true
})

export const make = (options: Options): Requests => {
  // its spans would show the query, with phone numbers in it: ours, below, do not
  const client = HttpClient.withTracerDisabledWhen(options.client, () => true)
  const base = baseOf(options.apiUrl)
  const key = Redacted.value(options.credentials.key)
  const headers = {
    accept: "application/vnd.api+json",
    "content-type": "application/vnd.api+json",
    "x-didww-api-version": options.apiVersion,
    "api-key": key
  }
  const isUsable = /^[\x21-\x7e]+$/.test(key)
  // a server or a transport that repeats the key in its complaint does not get it into ours; what is too short to be one
  // would only cut up the words
  const scrub: Scrub = (text) => key.length < 6 ? text : text?.replaceAll(key, "<redacted>")

  const attempt = <A>(
    request: HttpClientRequest.HttpClientRequest,
    decode: (json: unknown) => Either.Either<A, JsonApi.Mismatch>,
    timeout: Duration.Duration,
    tried: Effect.Effect<Tried>
  ): Effect.Effect<A, RequestError> =>
    Effect.flatMap(
      traced(request, options.tracePropagation, tried, (request) =>
        Effect.catchAll(
          send(client, request),
          (error) => Effect.flatMap(tried, (tried) => Effect.fail(transportError(error, scrub, tried)))
        )),
      (answer) =>
        Effect.flatMap(
          tried,
          (tried) => isSuccess(answer.status) ? read(answer, decode, scrub, tried) : refuse(answer, scrub, tried)
        )
    ).pipe(
      Effect.timeoutOption(timeout),
      Effect.flatMap(Option.match({
        onNone: () =>
          Effect.flatMap(
            tried,
            (tried) => Effect.fail(new DidwwError.TimedOut({ ...tried, limit: "attemptTimeout", timeout }))
          ),
        onSome: Effect.succeed
      }))
    )

  const get: Requests["get"] = (path, parameters, decode) =>
    Effect.flatMap(Effect.context<never>(), (caller) => {
      if (!isUsable) return Effect.fail(unusableKey())
      if (base === undefined) return Effect.fail(unusableUrl())
      // neither alone is right: a policy may be provided inside the client's layer, or around the call
      const context = Context.merge(options.context, caller)
      const request = HttpClientRequest.get(`${base}${path}`, { headers, urlParams: parameters })
      return retry.withPolicy(
        Context.get(context, RetryPolicy),
        Context.get(context, RateLimit) ?? options.limiter,
        options.credentials.key,
        (timeout, tried) => attempt(request, decode, timeout, tried)
      ).pipe(
        Effect.provideService(FetchHttpClient.RequestInit, {
          ...Option.getOrElse(Context.getOption(context, FetchHttpClient.RequestInit), () => ({})),
          redirect: "manual"
        }),
        Effect.locallyWith(Headers.currentRedactedNames, (names) => [...names, "api-key"])
      )
    })

  return { get }
}

/** The address without a slash at its end; `undefined` if no path can be put behind it. */
const baseOf = (text: string): string | undefined =>
  Option.match(Option.liftThrowable((text: string) => new URL(text))(text), {
    onNone: () => undefined,
    onSome: ({ hash, origin, password, pathname, protocol, search, username }) =>
      /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ""
        ? `${origin}${pathname.replace(/\/+$/, "")}`
        : undefined
  })

const nothingSent: Tried = { attempts: 0, elapsed: Duration.zero }

const unusableKey = () =>
  new DidwwError.Unauthorized({
    ...nothingSent,
    errors: [{ detail: "the key is empty, or has characters that no header can carry" }]
  })

const unusableUrl = () => new DidwwError.TransportError({ ...nothingSent, reason: "url" })

interface Answer {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** Without the key. */
type Scrub = (text: string | undefined) => string | undefined

interface Defect {
  readonly _tag: "Defect"
  readonly cause: unknown
}

/** The answer with its body read: an unread one would hold its socket. */
const send = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<Answer, HttpClientError.HttpClientError | Defect> =>
  Effect.zipRight(Metric.increment(requests), client.execute(request)).pipe(
    // an application's own client may have turned a status into a failure: its answer is still the answer
    Effect.catchTag(
      "ResponseError",
      (error) => error.reason === "StatusCode" ? Effect.succeed(error.response) : Effect.fail(error)
    ),
    Effect.flatMap(({ headers, status, text }) =>
      Effect.map(isSuccess(status) ? text : readable(text), (text) => ({ headers, status, text }))
    ),
    // a transport that dies may hold the request in its hands as much as one that fails
    Effect.catchAllDefect((cause) => Effect.fail<Defect>({ _tag: "Defect", cause }))
  )

/** A status says enough where its body does not arrive. */
const readable = <E>(text: Effect.Effect<string, E>): Effect.Effect<string> => Effect.orElseSucceed(text, () => "")

const read = <A>(
  answer: Answer,
  decode: (json: unknown) => Either.Either<A, JsonApi.Mismatch>,
  scrub: Scrub,
  tried: Tried
): Effect.Effect<A, DidwwError.MalformedResponse> =>
  parse(answer.text).pipe(
    Either.flatMap(decode),
    Either.mapLeft((mismatch) =>
      new DidwwError.MalformedResponse({
        ...tried,
        requestId: scrub(answer.headers["x-request-id"]),
        path: DidwwError.MalformedResponse.path(mismatch),
        expected: mismatch.expected
      })
    )
  )

const parse = (text: string): Either.Either<unknown, JsonApi.Mismatch> =>
  Either.try({ try: (): unknown => JSON.parse(text), catch: () => ({ path: [], expected: "a JSON document" }) })

const refuse = (answer: Answer, scrub: Scrub, tried: Tried): Effect.Effect<never, RequestError> => {
  const { status, text } = answer
  const answered = {
    ...tried,
    status,
    requestId: scrub(answer.headers["x-request-id"]),
    errors: Either.match(parse(text), { onLeft: () => [], onRight: JsonApi.errors }).map((error) => ({
      title: scrub(error.title),
      detail: scrub(error.detail),
      code: scrub(error.code),
      status: scrub(error.status),
      pointer: scrub(error.pointer)
    }))
  }
  const retryAfter = retryAfterOf(answer)
  switch (status) {
    case 400:
    case 422:
      return Effect.fail(new DidwwError.InvalidRequest(answered))
    case 401:
      return Effect.fail(new DidwwError.Unauthorized(answered))
    case 403:
      return Effect.fail(new DidwwError.Forbidden(answered))
    case 404:
      return Effect.fail(new DidwwError.NotFound(answered))
    case 429:
      return Effect.fail(new DidwwError.RateLimited({ ...answered, retryAfter }))
    default:
      return Effect.fail(
        status >= 500
          ? new DidwwError.ServerError({ ...answered, retryAfter })
          : new DidwwError.UnexpectedStatus({ ...answered, retryAfter })
      )
  }
}

const retryAfterOf = ({ headers }: Answer): Duration.Duration | undefined => {
  const text = headers["retry-after"]?.trim() ?? ""
  return /^\d{1,9}$/.test(text) ? Duration.seconds(Number(text)) : undefined
}

const transportError = (
  error: HttpClientError.HttpClientError | Defect,
  scrub: Scrub,
  tried: Tried
): DidwwError.TransportError =>
  new DidwwError.TransportError({
    ...tried,
    reason: error._tag === "ResponseError"
      ? "response"
      : error._tag === "RequestError" && error.reason === "InvalidUrl"
      ? "url"
      : "request",
    code: scrub(codeOf(error.cause))
  })

/** `ECONNREFUSED` and the like, wherever the platform puts it; nothing else of a foreign error is safe to show. */
const codeOf = (cause: unknown, depth = 0): string | undefined => {
  if (!Predicate.isObject(cause) || depth > 4) return undefined
  if (Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) && /^[A-Z][A-Z0-9_]+$/.test(cause.code)) {
    return cause.code
  }
  return Predicate.hasProperty(cause, "cause") ? codeOf(cause.cause, depth + 1) : undefined
}
