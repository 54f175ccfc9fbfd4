/** A retry policy at work on the attempts of one request. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { Policy } from "../../RetryPolicy.js"
import * as telemetry from "./telemetry.js"
import * as timeLimit from "./timeLimit.js"

/** What every failure tells of the tries behind it. */
export interface Tried {
  readonly attempts: number
  readonly elapsed: Duration.Duration
}

/** What further attempts have taken from the budget so far: of one client, whatever policy a call has. */
export interface Spending {
  spent: number
}

/** The effect, unless its time is up first; in a fiber of its own. */
export type InTime = <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E | DidwwError.TimedOut>

export interface Life<P, A, E> {
  readonly policy: Policy
  readonly spending: Spending
  /** What an attempt needs, such as a place in the rate limit; its failures are final. What may wait is to be in time. */
  readonly enter: (tried: () => Tried, inTime: InTime) => Effect.Effect<P, E>
  readonly attempt: (pass: P, tried: () => Tried, inTime: InTime) => Effect.Effect<A, E>
  /** After a 401, once: whether there are other credentials now. */
  readonly renew: (pass: P) => Effect.Effect<boolean, E>
  /** After a 429: the others wait too. */
  readonly pause: (pass: P, duration: Duration.Duration) => Effect.Effect<void>
  /** Whether the server cannot have done already what is asked for, or may do it twice. */
  readonly isRepeatable: (error: E) => boolean
}

/** DIDWW counts requests by the second: what a 429 that names no time is worth. */
const unnamed = Duration.seconds(1)

export const run = <P, A, E extends DidwwError.DidwwError>(
  life: Life<P, A, E | DidwwError.TimedOut>
): Effect.Effect<A, E | DidwwError.TimedOut> =>
  Clock.clockWith((clock) => {
    type Failure = E | DidwwError.TimedOut
    const { policy, spending } = life
    const startedAt = clock.unsafeCurrentTimeMillis()
    const deadline = startedAt + Duration.toMillis(policy.totalTimeout)
    let attempts = 0
    let isRenewed = false
    let lastCost = 0
    let wait: Wait | undefined
    const tried = (): Tried => ({ attempts, elapsed: Duration.millis(clock.unsafeCurrentTimeMillis() - startedAt) })
    const timedOut = (limit: "attemptTimeout" | "totalTimeout") =>
      Effect.fail(new DidwwError.TimedOut({ ...tried(), limit, timeout: policy[limit] }))

    /** No longer than that, nor than there is time for all attempts. */
    const within = (timeout: Duration.Duration): InTime => (effect) =>
      Effect.suspend(() => {
        const left = Duration.millis(deadline - clock.unsafeCurrentTimeMillis())
        return Duration.lessThan(left, timeout)
          ? timeLimit.within(effect, left, () => timedOut("totalTimeout"))
          : timeLimit.within(effect, timeout, () => timedOut("attemptTimeout"))
      })
    const inTime = within(Duration.infinity)
    const attemptInTime = within(policy.attemptTimeout)

    const once: Effect.Effect<A, Failure> = Effect.flatMap(
      life.enter(tried, inTime),
      (pass) => {
        if (clock.unsafeCurrentTimeMillis() >= deadline) return timedOut("totalTimeout")
        attempts = attempts + 1
        return Effect.matchEffect(life.attempt(pass, tried, attemptInTime), {
          onSuccess: (value) => {
            const refund = lastCost > 0 ? lastCost : policy.budget.successRefund
            spending.spent = Math.max(0, spending.spent - refund)
            return Effect.succeed(value)
          },
          onFailure: (error) => recover(pass, error)
        })
      }
    )
    const again: Effect.Effect<A, Failure> = Effect.zipRight(
      Metric.increment(telemetry.retries),
      Effect.suspend(() => once)
    )

    const recover = (pass: P, error: Failure): Effect.Effect<A, Failure> => {
      if (error._tag === "Unauthorized" && !isRenewed) {
        isRenewed = true
        return Effect.flatMap(inTime(life.renew(pass)), (renewed) => renewed ? again : Effect.fail(error))
      }
      const asked = askedToWait(error)
      const pause = error._tag === "RateLimited"
        ? inTime(life.pause(pass, Duration.min(asked ?? unnamed, policy.maxRetryAfter)))
        : Effect.void
      const isFinal = attempts >= policy.maxAttempts || !isTransient(error) || !life.isRepeatable(error) ||
        (asked !== undefined && Duration.greaterThan(asked, policy.maxRetryAfter))
      if (isFinal) return Effect.zipRight(pause, Effect.fail(error))
      return Effect.flatMap(Effect.zipRight(pause, spend(policy, spending, error)), (cost) => {
        if (cost === undefined) return Effect.fail(error)
        lastCost = cost
        return Effect.logDebug("trying DIDWW again", { error: error._tag, attempts }).pipe(
          Effect.zipRight(wait === undefined ? waits(policy) : Effect.succeed(wait)),
          Effect.flatMap((waiting) => {
            wait = waiting
            return inTime(waiting(error, asked ?? Duration.zero))
          }),
          Effect.flatMap((goesOn) => goesOn ? again : Effect.fail(error))
        )
      })
    }

    return once
  })

/** What a further attempt takes from the budget, or that there is not so much left. */
const spend = (
  { budget }: Policy,
  spending: Spending,
  error: DidwwError.DidwwError
): Effect.Effect<number | undefined> =>
  Effect.suspend(() => {
    const cost = error._tag === "TimedOut" ? budget.timeoutCost : budget.retryCost
    if (spending.spent + cost > budget.capacity) {
      return Effect.as(
        Effect.logDebug("DIDWW fails too often: the retry budget is spent", { error: error._tag }),
        undefined
      )
    }
    spending.spent = spending.spent + cost
    return Effect.succeed(cost)
  })

/** A policy at work on a body that is cut, which may take longer as a whole than any attempt. */
export interface Recovery {
  /** Whether to go on after this failure, once waited; no more often without a byte between than there are attempts. */
  readonly goesOn: (error: DidwwError.DidwwError) => Effect.Effect<boolean>
  /** Bytes came. */
  readonly progressed: () => void
}

export const recovery = (policy: Policy, spending: Spending): Recovery => {
  let failures = 0
  let lastCost = 0
  let wait: Wait | undefined
  return {
    progressed: () => {
      spending.spent = Math.max(0, spending.spent - lastCost)
      failures = 0
      lastCost = 0
      wait = undefined
    },
    goesOn: (error) =>
      Effect.gen(function*() {
        failures = failures + 1
        if (failures >= policy.maxAttempts) return false
        const cost = yield* spend(policy, spending, error)
        if (cost === undefined) return false
        lastCost = cost
        wait = wait ?? (yield* waits(policy))
        yield* Effect.logDebug("the archive's bytes stopped: going on from there", { error: error._tag })
        const goesOn = yield* wait(error, Duration.zero)
        if (goesOn) yield* Metric.increment(telemetry.retries)
        return goesOn
      })
  }
}

/** Waits before the next attempt, no less than the server asked for; false if there is none. */
type Wait = (error: DidwwError.DidwwError, floor: Duration.Duration) => Effect.Effect<boolean>

const waits = ({ baseDelay, maxDelay, schedule }: Policy): Effect.Effect<Wait> =>
  schedule === undefined
    ? Effect.sync(() => {
      let most = Duration.toMillis(baseDelay)
      return (_, floor) =>
        Effect.flatMap(Random.next, (random) => {
          // full jitter
          const delay = Duration.millis(Math.round(random * Math.min(most, Duration.toMillis(maxDelay))))
          most = most * 2
          return Effect.as(Effect.sleep(Duration.max(floor, delay)), true)
        })
    })
    : Effect.map(Schedule.driver(schedule), (driver) => (error, floor) =>
      Effect.isSuccess(Effect.zip(driver.next(error), Effect.sleep(floor), { concurrent: true })))

/** Whether the same request may meet something else. */
export const isTransient = (error: DidwwError.DidwwError): boolean => {
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

/** Nobody was connected to. */
const unconnected: ReadonlySet<string | undefined> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT"
])

/** Whether the server has certainly not done what was asked for. */
export const isUndone = (error: DidwwError.DidwwError): boolean =>
  error._tag === "RateLimited" ||
  (error._tag === "TransportError" && error.reason === "request" && unconnected.has(error.code))

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
