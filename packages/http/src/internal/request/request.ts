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
  { access: accessOf, isRepeatable = () => true, onRefusal, onSuccess, open = false, request }: Life<A, E>
): Effect.Effect<A, E | MintError> =>
  Effect.flatMap(client.context, (context) => {
    type Outcome = Either.Either<A, E | MintError>
    const access = accessOf?.(context)
    const policy = Context.get(context, RetryPolicy)
    let isRenewed = false

    const once = (tries: retry.Tries): Effect.Effect<Outcome, E | MintError> =>
      Effect.gen(function*() {
        const permitted = access && (yield* permit.take(access, tries))
        yield* tries.begin
        const grant = permitted?.grant
        const answer = yield* Effect.either(attempt.make(client, {
          request: grant === undefined ? request : withCredentials(request, grant),
          open,
          scrub: scrubbing.make(grant?.secrets ?? []),
          tries,
          context
        }))
        if (permitted !== undefined && Either.isRight(answer)) yield* permitted.arrived
        const outcome: Outcome = Either.isLeft(answer)
          ? Either.left(answer.left)
          : isSuccess(answer.right.status)
          ? onSuccess(answer.right)
          : Either.left(onRefusal(answer.right, grant?.credentials, yield* Clock.currentTimeMillis))
        if (Either.isRight(outcome)) return outcome
        const error = outcome.left
        if (error._tag === "Unauthorized" && access !== undefined && grant !== undefined && !isRenewed) {
          isRenewed = true
          const renewed = yield* tries.inTime(access.authorization.renewed(grant))
          if (Option.isNone(renewed)) return yield* Effect.fail(error)
          yield* metrics.countRetry
          return yield* once(tries)
        }
        if (error._tag === "RateLimited" && access !== undefined && grant !== undefined) {
          const pause = Duration.min(error.retryAfter ?? defaultPause, policy.maxRetryAfter)
          yield* tries.inTime(access.limiter.pause(grant.key, pause))
        }
        return retry.isRetryable(error) && isRepeatable(error) ? outcome : yield* Effect.fail(error)
      })

    return retry.run({ policy, spending: client.spending }, once)
  })

const withCredentials = (
  request: HttpClientRequest.HttpClientRequest,
  { header: [name, value] }: Grant
): HttpClientRequest.HttpClientRequest => HttpClientRequest.setHeader(request, name, Redacted.value(value))
