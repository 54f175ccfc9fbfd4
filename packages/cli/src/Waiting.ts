/** Waits for an export, and shows its status on the terminal meanwhile. */
import { Export } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { clock } from "./internal/text.js"
import * as Progress from "./Progress.js"

export interface Options {
  readonly timeout: Duration.Duration
}

/** Waits until the export is completed. `onStatus` sees each status. */
export const watched = <A extends Export.Export>(
  client: ExportsClient.Service,
  self: A,
  options: Options,
  onStatus: (status: Export.ExportStatus) => void
) =>
  lastOf(
    Stream.tap(client.watch(self, options), ({ status }) => Effect.sync(() => onStatus(status))),
    () => client.awaitCompleted(self, options)
  )

/** The last export that is watched is the completed one. */
const lastOf = <A extends Export.Export, E, E2>(
  watched: Stream.Stream<A, E>,
  otherwise: () => Effect.Effect<A & Export.Completed, E2>
): Effect.Effect<A & Export.Completed, E | E2> =>
  Effect.flatMap(
    Stream.runLast(watched),
    (last) => Option.isSome(last) && Export.isCompleted(last.value) ? Effect.succeed(last.value) : otherwise()
  )

/** The line of progress. */
export const line =
  (id: Export.ExportId, status: () => Export.ExportStatus) => ({ elapsed, spinner }: Progress.Moment): string =>
    `${spinner} Export ${id} is ${status()}  ${clock(elapsed)}`

/** Waits until the export is completed. */
export const completed = <A extends Export.Export>(self: A, options: Options) =>
  Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    let status = self.status
    return yield* Progress.during(line(self.id, () => status))(
      watched(client, self, options, (now) => {
        status = now
      })
    )
  })
