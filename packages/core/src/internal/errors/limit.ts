/** Failures at a limit: of time, of rate, of an API version. */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { ApiVersion } from "../../ApiVersion.js"
import { Export } from "../../Export.js"
import { after, tried } from "./words.js"

/**
 * The client's own rate limit would have held the request back for longer than the longest wait allowed.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimitWaitExceeded
  extends Schema.TaggedError<RateLimitWaitExceeded>("@effect-didww/core/RateLimitWaitExceeded")(
    "RateLimitWaitExceeded",
    { ...tried, maxWait: Schema.DurationFromMillis }
  )
{
  override get message(): string {
    return `The client's rate limit has no place within ${Duration.format(this.maxWait)}. ` +
      "Run fewer requests at once, or allow a longer wait."
  }
}

/**
 * One attempt, or all of them together, took longer than the client allows; or no byte of an archive came for too long.
 *
 * @since 0.1.0
 * @category errors
 */
export class TimedOut extends Schema.TaggedError<TimedOut>("@effect-didww/core/TimedOut")("TimedOut", {
  ...tried,
  limit: Schema.Literal("attemptTimeout", "totalTimeout", "idleTimeout"),
  timeout: Schema.DurationFromMillis
}) {
  override get message(): string {
    const timeout = Duration.format(this.timeout)
    switch (this.limit) {
      case "attemptTimeout":
        return `DIDWW did not answer within ${timeout}, the limit of one attempt, ${after(this)}.`
      case "totalTimeout":
        return `DIDWW did not answer within ${timeout}, the limit of all attempts, ${after(this)}.`
      case "idleTimeout":
        return `No byte of the archive came for ${timeout}, ${after(this)}. Try later.`
    }
  }
}

/**
 * The export did not complete in time. It may still complete: wait for it again.
 *
 * @since 0.1.0
 * @category errors
 */
export class AwaitTimedOut extends Schema.TaggedError<AwaitTimedOut>("@effect-didww/core/AwaitTimedOut")(
  "AwaitTimedOut",
  { export: Export, timeout: Schema.DurationFromMillis }
) {
  override get message(): string {
    return `Export ${this.export.id} is still ${this.export.status} after ${
      Duration.format(this.timeout)
    }. Wait again later.`
  }
}

/**
 * The API version in use lacks a feature.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnsupportedByVersion
  extends Schema.TaggedError<UnsupportedByVersion>("@effect-didww/core/UnsupportedByVersion")("UnsupportedByVersion", {
    feature: Schema.String,
    version: ApiVersion
  })
{
  override get message(): string {
    return `${this.feature} is not in API version ${this.version}. Use a later version (DIDWW_API_VERSION).`
  }
}
