/** Puts a retry policy to work on attempts: those of a request, and those to continue an archive. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { Policy } from "../../RetryPolicy.js"
import * as metrics from "./metrics.js"
import * as monotonic from "./monotonic.js"
import * as timeLimit from "./timeLimit.js"

/** What each failure says of the attempts behind it. */
export interface Tried {
  readonly attempts: number
  readonly elapsed: Duration.Duration
}

/** What further attempts have taken from the budget so far. One client has one, whatever the policy of a call says. */
export interface Spending {
  spent: number
}

/** Runs the effect in a fiber of its own, unless its time is over first. */
export type InTime = <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E | DidwwError.TimedOut>

/** The attempts of one run: how many there were, and how much time is left. */
export interface Tries {
  readonly tried: () => Tried
  /** Counts an attempt that begins now. Fails when the time of all attempts is over. */
  readonly begin: Effect.Effect<void, DidwwError.TimedOut>
  /** Limits an effect to the time of all attempts. */
  readonly inTime: InTime
  /** Limits an effect to the time of one attempt. */
  readonly attemptInTime: InTime
}

export interface Options {
  readonly policy: Policy
  readonly spending: Spending
}

/**
 * Makes attempts until one gives a value. An attempt that fails is the end. An attempt that gives a `Left` says that
 * another one may succeed: it is made after a wait, if the policy and the budget allow it. With `work` a run goes on where
 * the one before it stopped.
 */
export const run = <A, E extends DidwwError.DidwwError, E2>(
  options: Options,
  attempt: (tries: Tries) => Effect.Effect<Either.Either<A, E>, E2>,
  work?: Work<A, E>
): Effect.Effect<A, E | E2 | DidwwError.TimedOut> =>
  Clock.clockWith((clock) => {
    const tries = start(clock, options.policy)
    const costs = work?.costs ?? unspent<E>()
    const next: Effect.Effect<A, E | E2 | DidwwError.TimedOut> = Effect.flatMap(attempt(tries), (outcome) => {
      if (Either.isLeft(outcome)) return Effect.andThen(prepare(options, tries, costs, outcome.left), next)
      if (work?.isProgress(outcome.right) ?? true) {
        refund(options, costs.last)
        Object.assign(costs, unspent<E>())
      } else {
        costs.failed = costs.failed + tries.tried().attempts - 1
      }
      return Effect.succeed(outcome.right)
    })
    return next
  })

/** Work that takes several runs. The attempts, the waits and the costs of runs without progress add up. */
export interface Work<A, E> {
  readonly costs: Costs<E>
  readonly isProgress: (value: A) => boolean
}

/** What the runs since the last progress have taken from the policy. */
interface Costs<E> {
  /** Attempts of the runs before that gave a `Left`. */
  failed: number
  /** From the budget, for the last attempt. */
  last: number
  wait: Wait<E> | undefined
}

export const unspent = <E>(): Costs<E> => ({ failed: 0, last: 0, wait: undefined })

/** Takes the cost of a further attempt, and waits for it. Fails with the error where the policy allows no other attempt. */
const prepare = <E extends DidwwError.DidwwError>(
  { policy, spending }: Options,
  tries: Tries,
  costs: Costs<E>,
  error: E
): Effect.Effect<void, E | DidwwError.TimedOut> =>
  Effect.gen(function*() {
    const attempts = costs.failed + tries.tried().attempts
    const asked = askedToWait(error) ?? Duration.zero
    if (attempts >= policy.maxAttempts || Duration.greaterThan(asked, policy.maxRetryAfter)) {
      return yield* Effect.fail(error)
    }
    const cost = error._tag === "TimedOut" ? policy.budget.timeoutCost : policy.budget.retryCost
    if (spending.spent + cost > policy.budget.capacity) {
      yield* Effect.logDebug("The retry budget is spent", { error: error._tag })
      return yield* Effect.fail(error)
    }
    spending.spent = spending.spent + cost
    costs.last = cost
    yield* Effect.logDebug("Trying DIDWW again", { error: error._tag, attempts })
    costs.wait = costs.wait ?? (yield* waiting(scheduleOf(policy)))
    if (!(yield* tries.inTime(costs.wait(error, asked)))) return yield* Effect.fail(error)
    yield* metrics.countRetry
  })

/** A success gives back what its own attempt took, or the little that a success at the first attempt gives. */
const refund = ({ policy, spending }: Options, cost: number): void => {
  spending.spent = Math.max(0, spending.spent - (cost > 0 ? cost : policy.budget.successRefund))
}

const start = (clock: Clock.Clock, policy: Policy): Tries => {
  const startedAt = monotonic.millisOf(clock)
  const deadline = startedAt + Duration.toMillis(policy.totalTimeout)
  let attempts = 0
  const tried = (): Tried => ({
    attempts,
    elapsed: Duration.millis(Math.round(monotonic.millisOf(clock) - startedAt))
  })
  const timedOut = (limit: "attemptTimeout" | "totalTimeout") =>
    Effect.fail(new DidwwError.TimedOut({ ...tried(), limit, timeout: policy[limit] }))
  const within = (timeout: Duration.Duration): InTime => (effect) =>
    Effect.suspend(() => {
      const left = Duration.millis(Math.ceil(deadline - monotonic.millisOf(clock)))
      return Duration.lessThan(left, timeout)
        ? timeLimit.within(effect, left, () => timedOut("totalTimeout"))
        : timeLimit.within(effect, timeout, () => timedOut("attemptTimeout"))
    })
  return {
    tried,
    begin: Effect.suspend(() => {
      if (monotonic.millisOf(clock) >= deadline) return timedOut("totalTimeout")
      attempts = attempts + 1
      return Effect.void
    }),
    inTime: within(Duration.infinity),
    attemptInTime: within(policy.attemptTimeout)
  }
}

const scheduleOf = ({ baseDelay, maxDelay, schedule }: Policy): Schedule.Schedule<unknown, DidwwError.DidwwError> =>
  schedule ?? growing({
    first: Duration.toMillis(baseDelay),
    factor: 2,
    most: Duration.toMillis(maxDelay),
    // full jitter
    jitter: [0, 1]
  })

/** Waits that grow by a factor up to `most` milliseconds, each multiplied with a random number. */
export const growing = ({ factor, first, jitter: [from, to], most }: {
  readonly first: number
  readonly factor: number
  readonly most: number
  readonly jitter: readonly [from: number, to: number]
}): Schedule.Schedule<number> =>
  Schedule.addDelayEffect(Schedule.forever, (count) =>
    // whole milliseconds, because a TestClock takes no others
    Effect.map(Random.nextRange(from, to), (random) => Math.round(random * Math.min(first * factor ** count, most))))

/** Waits for at least the given time. False when there is no further wait. */
export type Wait<In> = (input: In, floor: Duration.Duration) => Effect.Effect<boolean>

/** The waits of a schedule, which is fed with the inputs. */
export const waiting = <In>(schedule: Schedule.Schedule<unknown, In>): Effect.Effect<Wait<In>> =>
  Effect.map(Schedule.driver(schedule), (driver) => (input, floor) => {
    const next = driver.next(input)
    return Effect.isSuccess(
      Duration.equals(floor, Duration.zero)
        ? next
        : Effect.all([next, Effect.sleep(floor)], { concurrency: "unbounded", discard: true })
    )
  })

/** How long the server asked to wait. */
export const askedToWait = (error: DidwwError.DidwwError): Duration.Duration | undefined => {
  switch (error._tag) {
    case "RateLimited":
    case "ServerError":
    case "UnexpectedStatus":
      return error.retryAfter
    default:
      return undefined
  }
}

/** The codes of failures before a connection is made. */
const unconnected: ReadonlySet<string | undefined> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT"
])

/** Whether the server has certainly not done what it was asked for. */
export const isUndone = (error: DidwwError.DidwwError): boolean =>
  error._tag === "RateLimited" ||
  (error._tag === "TransportError" && error.reason === "request" && unconnected.has(error.code))
