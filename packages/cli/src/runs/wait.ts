import { ExportsClient } from "@effect-didww/http"
import * as Effect from "effect/Effect"
import * as Client from "../Client.js"
import type { Input } from "../commands/wait.js"
import * as ExportRow from "../ExportRow.js"
import * as Output from "../Output.js"
import { interruptible } from "../Session.js"
import * as Waiting from "../Waiting.js"

export const run = Effect.fnUntraced(function*(input: Input) {
  const client = yield* ExportsClient.ExportsClient
  const completed = yield* Waiting.completed(yield* client.get(input.id), input).pipe(
    interruptible("The export goes on; run the same command to wait again.")
  )
  yield* Output.one(input, completed, ExportRow.details)
}, (self, input) => Effect.provide(self, Client.layer(input)))
