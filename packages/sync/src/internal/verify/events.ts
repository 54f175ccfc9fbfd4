/** A verification as a stream of what happens. */
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Stream from "effect/Stream"
import type { DestinationError } from "../../Destination.js"
import type { Event, Options } from "../../Verification.js"
import { run } from "./run.js"

/** Events that a slow reader has not taken. Then the verification waits. */
const most = 64

export const of = (options: Options): Stream.Stream<Event, DestinationError> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    const mailbox = yield* Mailbox.make<Event, DestinationError>(most)
    yield* Effect.forkScoped(Mailbox.into(run(options, (event) => mailbox.offer(event)), mailbox))
    return Mailbox.toStream(mailbox)
  }))
