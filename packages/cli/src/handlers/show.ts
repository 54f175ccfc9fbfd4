/** Gets an export. */
import type { Export } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import * as Effect from "effect/Effect"
import * as Client from "../Client.js"
import * as ExportOutput from "../ExportOutput.js"

export interface Input extends ExportOutput.Options, Client.Account {
  readonly id: Export.ExportId
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const chosen = yield* ExportOutput.choose(input)
  const found = yield* Effect.flatMap(ExportsClient.ExportsClient, (client) => client.get(input.id)).pipe(
    (self) => Client.provide(self, input)
  )
  yield* ExportOutput.one(chosen, found)
})
