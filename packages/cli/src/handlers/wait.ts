/** Waits for an export. */
import type { Export } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Client from "../Client.js"
import * as ExportRow from "../ExportRow.js"
import * as Output from "../Output.js"
import { interruptible } from "../Session.js"
import * as Waiting from "../Waiting.js"

export interface Input extends Output.Options, Client.Account {
  readonly id: Export.ExportId
  readonly timeout: Duration.Duration
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const client = yield* ExportsClient.ExportsClient
  const completed = yield* Waiting.completed(yield* client.get(input.id), input).pipe(
    interruptible("DIDWW keeps processing the export. Run the same command to wait again.")
  )
  yield* Output.one(input, completed, ExportRow.details)
}, (self, input) => Client.provide(self, input))
