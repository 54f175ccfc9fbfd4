/** A retry policy at work on the attempts of one request. */
import { DidwwError } from "@effect-didww/core"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import type * as Redacted from "effect/Redacted"
import type { Limiter } from "../RateLimit.js"
import type { Policy } from "../RetryPolicy.js"

/** What every failure tells of the tries behind it. */
export interface Tried {
  readonly attempts: number
  readonly elapsed: Duration.Duration
}

export const retries = Metric.counter("didww_client_retries", {
  description: "Requests to DIDWW that were sent again",
  incremental: true
})

/** Each attempt takes its place in the limit, and all of them together their time. */
export const withPolicy = <A, E extends DidwwError.DidwwError>(
  policy: Policy,
  limiter: Limiter,
  key: Redacted.Redacted,
  attempt: (timeout: Duration.Duration, tried: Effect.Effect<Tried>) => Effect.Effect<A, E>
): Effect.Effect<A, E | DidwwError.RateLimitWaitExceeded | DidwwError.TimedOut> =>
  Effect.flatMap(Clock.currentTimeMillis, (startedAt) => {
    let attempts = 0
    const tried = Effect.map(
      Clock.currentTimeMillis,
      (now) => ({ attempts, elapsed: Duration.millis(now - startedAt) })
    )

    const loop: Effect.Effect<A, E | DidwwError.RateLimitWaitExceeded> = Effect.suspend(() => {
      attempts = attempts + 1
      return attempt(policy.attemptTimeout, tried)
    }).pipe(
      (once) => Effect.zipRight(limiter.take(key), once),
      Effect.catchAll((error) => {
        const asked = askedToWait(error) ?? Duration.zero
        // the others wait too, whether this one is tried again or not
        const pause = error._tag === "RateLimited"
          ? limiter.pause(key, Duration.min(asked, policy.maxRetryAfter))
          : Effect.void
        return attempts >= policy.maxAttempts || !isTransient(error) ||
            Duration.greaterThan(asked, policy.maxRetryAfter)
          ? Effect.zipRight(pause, Effect.fail(error))
          : pause.pipe(Effect.zipRight(backoff(policy, attempts, asked)), Effect.zipRight(again))
      })
    )
    const again = Effect.zipRight(Metric.increment(retries), loop)

    return Effect.timeoutOption(loop, policy.totalTimeout).pipe(
      Effect.flatMap((result) =>
        result._tag === "Some"
          ? Effect.succeed(result.value)
          : Effect.flatMap(tried, (tried) =>
            Effect.fail(
              new DidwwError.TimedOut({ ...tried, limit: "totalTimeout", timeout: policy.totalTimeout })
            ))
      )
    )
  })

/** Full jitter, and no less than the server asked for. */
const backoff = (policy: Policy, attempts: number, floor: Duration.Duration): Effect.Effect<void> =>
  Effect.flatMap(Random.next, (random) => {
    const most = Math.min(
      Duration.toMillis(policy.maxDelay),
      Duration.toMillis(policy.baseDelay) * 2 ** (attempts - 1)
    )
    return Effect.sleep(Duration.max(floor, Duration.millis(random * most)))
  })

const isTransient = (error: DidwwError.DidwwError): boolean => {
  switch (error._tag) {
    case "RateLimited":
      return true
    case "ServerError":
      return error.status !== 501
    case "UnexpectedStatus":
      return error.status === 408 || error.status === 425
    case "TransportError":
      return error.reason !== "url"
    case "TimedOut":
      return error.limit === "attemptTimeout"
    default:
      return false
  }
}

const askedToWait = (error: DidwwError.DidwwError): Duration.Duration | undefined => {
  switch (error._tag) {
    case "RateLimited":
    case "ServerError":
    case "UnexpectedStatus":
      return error.retryAfter
    default:
      return undefined
  }
}
