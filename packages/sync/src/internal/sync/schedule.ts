/** Runs at the times of a cron. */
import * as Cron from "effect/Cron"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Event, Options } from "../../Sync.js"
import * as events from "./events.js"

export const of = (options: Options, cron: Cron.Cron): Stream.Stream<Event> =>
  Stream.forever(Stream.unwrap(Effect.as(
    untilNext(cron),
    Stream.catchAll(events.of(options), (error) => Stream.drain(Stream.fromEffect(Effect.logError(error.message))))
  )))

const untilNext = (cron: Cron.Cron): Effect.Effect<void> =>
  Effect.flatMap(DateTime.now, (now) => {
    const next = Cron.next(cron, DateTime.toDate(now))
    return Effect.sleep(Math.max(0, next.getTime() - DateTime.toEpochMillis(now)))
  })
