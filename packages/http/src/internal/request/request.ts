/**
 * The whole life of a request:
 *
 * retry( credentials and a permit of the rate limit → attempt, limited in time → an answer → a value or a typed error )
 *
 * A 401 renews the credentials once. A 429 pauses all requests of the key.
 */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { RetryPolicy } from "../../RetryPolicy.js"
import * as attempt from "./attempt.js"
import type { Grant, MintError } from "./authorization.js"
import * as metrics from "./metrics.js"
import * as permit from "./permit.js"
import * as retry from "./retry.js"
import * as scrubbing from "./scrub.js"
import { type Answer, isSuccess } from "./send.js"

/** What the requests of one client have in common. */
export interface Client extends attempt.Options {
  readonly spending: retry.Spending
  /** The policies of the caller, over those that the client was built with. */
  readonly context: Effect.Effect<Context.Context<never>>
}

export interface Life<A, E> {
  readonly request: HttpClientRequest.HttpClientRequest
  /** Leaves the body of a success unread. Default: false. */
  readonly open?: boolean
  /** Sends the request without credentials and outside of the rate limit if it is `undefined`. */
  readonly access: ((context: Context.Context<never>) => permit.Access) | undefined
  readonly onSuccess: (answer: Answer) => Either.Either<A, E>
  /** The failure of any other answer. `credentials` says which ones were sent; `now` is in milliseconds. */
  readonly onRefusal: (answer: Answer, credentials: "key" | "token" | undefined, now: number) => E
  /** Whether the request may be sent again after a failure that may pass. Default: always. */
  readonly isRepeatable?: (error: DidwwError.GetError) => boolean
}

/** DIDWW counts requests by the second: a 429 that names no time is worth one. */
const defaultPause = Duration.seconds(1)

export const run = <A, E extends DidwwError.GetError>(
  client: Client,
  life: Life<A, E>
): Effect.Effect<A, E | MintError> =>
  Effect.flatMap(client.context, (context) => {
    const access = life.access?.(context)
    const policy = Context.get(context, RetryPolicy)
    let isRenewed = false

    const once = (tries: retry.Tries): Effect.Effect<Either.Either<A, E | MintError>, E | MintError> =>
      Effect.flatMap(access === undefined ? noPermit : permit.take(access, tries), (permitted) =>
        Effect.flatMap(exchange(client, life, context, tries, permitted), (outcome) =>
          Either.isRight(outcome)
            ? Effect.succeed(outcome)
            : recover(tries, permitted, outcome.left)))

    const recover = (tries: retry.Tries, permitted: permit.Permitted | undefined, error: E | MintError) =>
      Effect.gen(function*() {
        if (error._tag === "Unauthorized" && access !== undefined && permitted !== undefined && !isRenewed) {
          isRenewed = true
          const renewed = yield* tries.inTime(access.authorization.renewed(permitted.grant))
          if (Option.isNone(renewed)) {
            return yield* Effect.fail(error)
          }
          yield* metrics.countRetry
          return yield* once(tries)
        }
        if (error._tag === "RateLimited" && access !== undefined && permitted !== undefined) {
          const pause = Duration.min(error.retryAfter ?? defaultPause, policy.maxRetryAfter)
          yield* tries.inTime(access.limiter.pause(permitted.grant.key, pause))
        }
        const mayRepeat = DidwwError.isRetryable(error) && (life.isRepeatable?.(error) ?? true)
        return mayRepeat ? Either.left(error) : yield* Effect.fail(error)
      })

    return retry.run({ policy, spending: client.spending }, once)
  })

const noPermit = Effect.succeed(undefined)

/** One attempt, and what its answer means. */
const exchange = <A, E>(
  client: Client,
  { onRefusal, onSuccess, open = false, request }: Life<A, E>,
  context: Context.Context<never>,
  tries: retry.Tries,
  permitted: permit.Permitted | undefined
): Effect.Effect<Either.Either<A, E | MintError>, DidwwError.TimedOut> => {
  const grant = permitted?.grant
  const answered = attempt.make(client, {
    request: grant === undefined ? request : withCredentials(request, grant),
    open,
    scrub: scrubbing.make(grant?.secrets ?? []),
    tries,
    context
  })
  return Effect.andThen(
    tries.begin,
    Effect.matchEffect(answered, {
      onFailure: (error) => Effect.succeed(Either.left(error)),
      onSuccess: (answer) =>
        Effect.flatMap(permitted?.arrived ?? Effect.void, () =>
          isSuccess(answer.status)
            ? Effect.succeed(onSuccess(answer))
            : Effect.map(Clock.currentTimeMillis, (now) => Either.left(onRefusal(answer, grant?.credentials, now))))
    })
  )
}

const withCredentials = (
  request: HttpClientRequest.HttpClientRequest,
  { header: [name, value] }: Grant
): HttpClientRequest.HttpClientRequest => HttpClientRequest.setHeader(request, name, Redacted.value(value))
