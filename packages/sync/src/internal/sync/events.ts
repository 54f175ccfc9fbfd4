/** A run as a stream of what happens. */
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Stream from "effect/Stream"
import type { Event, Options, SyncError } from "../../Sync.js"
import { run } from "./run.js"

/** Events that a slow reader has not taken. Then the run waits. */
const most = 64

export const of = (options: Options): Stream.Stream<Event, SyncError> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    const mailbox = yield* Mailbox.make<Event, SyncError>(most)
    yield* Effect.forkScoped(Mailbox.into(run(options, (event) => mailbox.offer(event)), mailbox))
    return Mailbox.toStream(mailbox)
  }))
