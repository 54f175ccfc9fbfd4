/** Follows an export until its archive exists. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Export from "@effect-didww/core/Export"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { AwaitOptions, OfType } from "../../ExportsClient.js"
import type { Api } from "../request/api.js"
import * as monotonic from "../request/monotonic.js"
import * as retry from "../request/retry.js"
import * as resource from "./resource.js"

/** Soon at first, for small exports. Later twice a minute at most. */
const defaultSchedule = retry.growing({ first: 2000, factor: 1.5, most: 30_000, jitter: [0.8, 1.2] })

/** The export with each new status, up to the completed one. */
export const watch = <A extends Export.Export>(
  api: Api,
  self: A,
  { schedule = defaultSchedule, timeout = "30 minutes" }: AwaitOptions
): Stream.Stream<OfType<A>, DidwwError.AwaitError> =>
  Stream.unwrap(Effect.gen(function*() {
    const limit = Duration.decode(timeout)
    const deadline = (yield* monotonic.now) + Duration.toMillis(limit)
    const polling: Polling<A> = { api, self, wait: yield* retry.waiting(schedule), deadline, limit }
    const first = yield* resource.ofType(self, self)
    const later = Stream.unfoldEffect(first, (before) =>
      Export.isCompleted(before)
        ? Effect.succeedNone
        : Effect.map(poll(polling, before), (now) => Option.some([now, now] as const)))
    return Stream.succeed(first).pipe(
      Stream.concat(later),
      Stream.changesWith((before, after) => before.status === after.status && before.url === after.url)
    )
  }))

interface Polling<A extends Export.Export> {
  readonly api: Api
  readonly self: A
  readonly wait: retry.Wait<Export.Export>
  /** In milliseconds of the monotonic clock. */
  readonly deadline: number
  readonly limit: Duration.Duration
}

/** Asks after each wait, until an answer comes. `failure` is the last one that may pass. */
const poll = <A extends Export.Export>(
  polling: Polling<A>,
  before: OfType<A>,
  failure?: DidwwError.GetError
): Effect.Effect<OfType<A>, DidwwError.AwaitError> =>
  Effect.gen(function*() {
    const { api, deadline, limit, self, wait } = polling
    const late = failure ?? new DidwwError.AwaitTimedOut({ export: before, timeout: limit })
    const left = Effect.map(monotonic.now, (now) => Math.max(0, deadline - now))
    // the waits of the schedule may come to an end too
    const goesOn = yield* Effect.timeoutOption(wait(before, Duration.zero), yield* left)
    if (!Option.contains(goesOn, true)) return yield* late
    const answer = yield* Effect.timeoutOption(Effect.either(resource.get(api, before.id)), yield* left)
    if (Option.isNone(answer)) return yield* late
    const found = answer.value
    if (Either.isRight(found)) return yield* resource.ofType(self, found.right)
    if (!DidwwError.isRetryable(found.left)) return yield* found.left
    // DIDWW goes on with the export, whether it answers or not
    yield* Effect.logWarning(`The status of export ${before.id} is unknown: ${found.left.message}`)
    return yield* poll(polling, before, found.left)
  })

/** The last export of `watch`. */
export const completed = <A extends Export.Export, E>(
  watched: Stream.Stream<A, E>
): Effect.Effect<A & Export.Completed, E> =>
  Effect.flatMap(
    Stream.runLast(watched),
    Option.match({
      onSome: (last) => Export.isCompleted(last) ? Effect.succeed(last) : neverEnds,
      onNone: () => neverEnds
    })
  )

const neverEnds = Effect.dieMessage("the statuses of an export end with the completed one")
