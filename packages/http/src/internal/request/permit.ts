/** Gets what an attempt needs before it is sent: credentials, and a permit of the rate limit. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as RateLimit from "../../RateLimit.js"
import type { Authorization, Grant, MintError } from "./authorization.js"
import * as metrics from "./metrics.js"
import * as monotonic from "./monotonic.js"
import type { Tries } from "./retry.js"

/** Who asks, and how fast. */
export interface Access {
  readonly authorization: Authorization
  readonly limiter: RateLimit.Limiter
}

/** A permit, and the credentials that it is for. */
export interface Permitted extends RateLimit.Permit {
  readonly grant: Grant
}

/** Mostly both are there at once: then no fiber watches the time. */
export const take = ({ authorization, limiter }: Access, tries: Tries): Effect.Effect<Permitted, MintError> =>
  Clock.clockWith((clock) => {
    const grant = authorization.ready(monotonic.millisOf(clock))
    const waits = () => tries.inTime(wait(authorization, limiter, tries))
    return grant === undefined || limiter.tryTake === undefined
      ? waits()
      : Effect.flatMap(
        limiter.tryTake(grant.key),
        Option.match({ onNone: waits, onSome: ({ arrived }) => Effect.succeed(used(grant, arrived)) })
      )
  })

const used = (grant: Grant, arrived: Effect.Effect<void>): Permitted => {
  grant.isUsed = true
  return { grant, arrived }
}

/** Starts over where the permit came so late that the credentials expired before it. */
const wait = (
  authorization: Authorization,
  limiter: RateLimit.Limiter,
  tries: Tries
): Effect.Effect<Permitted, MintError> =>
  Effect.gen(function*() {
    const grant = yield* authorization.current
    const [waited, { arrived }] = yield* Effect.timed(
      Effect.mapError(
        limiter.take(grant.key),
        ({ maxWait }) => new DidwwError.RateLimitWaitExceeded({ ...tries.tried(), maxWait })
      )
    )
    if (Duration.greaterThanOrEqualTo(waited, Duration.millis(1))) {
      yield* metrics.recordWait(Duration.toSeconds(waited))
    }
    return !grant.isUsed || (yield* monotonic.now) < grant.expiresAt
      ? used(grant, arrived)
      : yield* wait(authorization, limiter, tries)
  })
