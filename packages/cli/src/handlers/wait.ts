/** Waits for an export. */
import type { Export } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Client from "../Client.js"
import * as ExportOutput from "../ExportOutput.js"
import { interruptible } from "../Session.js"
import * as Waiting from "../Waiting.js"

export interface Input extends ExportOutput.Options, Client.Account {
  readonly id: Export.ExportId
  readonly timeout: Duration.Duration
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const chosen = yield* ExportOutput.choose(input)
  const completed = yield* Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    return yield* Waiting.completed(yield* client.get(input.id), input)
  }).pipe(
    interruptible("DIDWW keeps processing the export. Run the same command to wait again."),
    (self) => Client.provide(self, input)
  )
  yield* ExportOutput.one(chosen, completed)
})
