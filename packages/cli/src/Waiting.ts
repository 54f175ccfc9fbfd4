/** Waits for an export, and shows its status on the terminal meanwhile. */
import type { Export } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { clock } from "./internal/text.js"
import * as Progress from "./Progress.js"

/** Waits until the export is completed. */
export const completed = <A extends Export.Export>(self: A, options: { readonly timeout: Duration.Duration }) =>
  Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    let status = self.status
    // the last element is the completed export, so `awaitCompleted` sends no request
    const watched = client.watch(self, options).pipe(
      Stream.tap((now) =>
        Effect.sync(() => {
          status = now.status
        })
      ),
      Stream.runFold<Export.Export, Export.Export>(self, (_, now) => now)
    )
    const last = yield* Progress.during(({ elapsed, spinner }) =>
      `${spinner} Export ${self.id} is ${status}  ${clock(elapsed)}`
    )(watched)
    return yield* client.awaitCompleted(last, options)
  })
