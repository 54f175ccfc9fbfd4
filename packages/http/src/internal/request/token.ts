/** The token service: a key in, a token out. */
import type * as ApiVersion from "@effect-didww/core/ApiVersion"
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as JsonApi from "@effect-didww/core/JsonApi"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type { TokenRequest } from "../../Credentials.js"
import type { Limiter } from "../../RateLimit.js"
import { RetryPolicy } from "../../RetryPolicy.js"
import * as address from "./address.js"
import type { Exchange } from "./attempt.js"
import * as refusal from "./failure.js"
import * as retry from "./retry.js"
import * as scrubbing from "./scrub.js"
import { type Answer, isSuccess } from "./send.js"

export interface Token {
  readonly value: Redacted.Redacted
  readonly lifetime: Duration.Duration
}

export type MintError = Exclude<DidwwError.ListError, DidwwError.InvalidRequest | DidwwError.Forbidden>

export interface Options {
  readonly tokenUrl: string
  readonly apiVersion: ApiVersion.ApiVersion
  readonly exchange: Exchange
  readonly spending: retry.Spending
  /** The token service's own: its 429 pauses whoever mints next, too. */
  readonly limiter: Limiter
  /** The context that the client was built in. */
  readonly context: Context.Context<never>
}

export type Mint = (key: Redacted.Redacted, asked: TokenRequest) => Effect.Effect<Token, MintError>

export const make = (options: Options): Mint => {
  const url = address.normalize(options.tokenUrl)
  return (key, asked) =>
    Effect.flatMap(Effect.context<never>(), (caller) => {
      if (url === undefined) return Effect.fail(address.unusable())
      const context = Context.merge(options.context, caller)
      const policy = Context.get(context, RetryPolicy)
      const scrub = scrubbing.make([key])
      const request = HttpClientRequest.post(url, {
        headers: { accept: "application/json", "api-key": Redacted.value(key) }
      }).pipe(HttpClientRequest.bodyUnsafeJson({
        aud: asked.audience,
        scope: asked.scope,
        api_version: options.apiVersion,
        expires_in: Math.floor(Duration.toSeconds(asked.lifetime))
      }))
      return retry.run<Effect.Effect<void>, Token, MintError>({
        policy,
        spending: options.spending,
        enter: (_, inTime) => inTime(options.limiter.take(key)),
        attempt: (arrived, tried, inTime) =>
          Effect.flatMap(
            Effect.zipLeft(
              options.exchange({ request, inTime, scrub, tried, context }),
              arrived
            ),
            (answer) =>
              isSuccess(answer.status)
                ? read(answer, scrub, tried())
                : Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.fail(refuse(answer, scrub, tried(), now)))
          ),
        renew: () => Effect.succeed(false),
        pause: (_, duration) => options.limiter.pause(key, duration),
        // one more token does no harm
        isRepeatable: () => true
      })
    })
}

const read = (
  { response: { headers }, text }: Answer,
  scrub: scrubbing.Scrub,
  tried: retry.Tried
): Either.Either<Token, MintError> =>
  refusal.parse(text).pipe(
    Either.flatMap(tokenOf),
    Either.mapLeft(({ expected, path }) =>
      new DidwwError.MalformedResponse({
        ...tried,
        requestId: scrub(headers["x-request-id"]),
        path: path.join("."),
        expected
      })
    )
  )

const tokenOf = (json: unknown): Either.Either<Token, JsonApi.Mismatch> => {
  if (!Predicate.isRecord(json)) return Either.left({ path: [], expected: "an object" })
  const { access_token: value, expires_in: seconds } = json
  if (!Predicate.isString(value) || !/^[\x21-\x7e]+$/.test(value)) {
    return Either.left({ path: ["access_token"], expected: "a token" })
  }
  return Predicate.isNumber(seconds) && seconds > 0
    ? Either.right({ value: Redacted.make(value), lifetime: Duration.seconds(seconds) })
    : Either.left({ path: ["expires_in"], expected: "a number of seconds" })
}

const refuse = (answer: Answer, scrub: scrubbing.Scrub, tried: retry.Tried, now: number): MintError => {
  const { response: { headers }, status, text } = answer
  if (status === 429 || status < 400 || status >= 500) {
    return refusal.unspecific(answer, { ...tried, status, requestId: scrub(headers["x-request-id"]), errors: [] }, now)
  }
  const said = Either.getOrElse(refusal.parse(text), () => ({}))
  return new DidwwError.TokenRefused({
    ...tried,
    status,
    error: scrub(textOf(said, "error")),
    description: scrub(textOf(said, "error_description"))
  })
}

const textOf = (json: unknown, name: string): string | undefined =>
  Predicate.hasProperty(json, name) && Predicate.isString(json[name]) ? json[name] : undefined
