/** Finds an export by its reference, or creates it. */
import { ExportsClient } from "@effect-didww/http"
import * as Effect from "effect/Effect"
import * as Client from "../Client.js"
import * as ExportOutput from "../ExportOutput.js"
import * as Request from "../Request.js"

export interface Input extends Request.Input, ExportOutput.Options, Client.Account {
  readonly reference: string
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const chosen = yield* ExportOutput.choose(input)
  const request = yield* Request.repeatable(input)
  const ensured = yield* Effect.flatMap(ExportsClient.ExportsClient, (client) => client.ensure(request)).pipe(
    (self) => Client.provide(self, input)
  )
  yield* ExportOutput.one(chosen, ensured)
})
