/** Finds an export by its reference, or creates it. */
import { ExportsClient } from "@effect-didww/http"
import * as Effect from "effect/Effect"
import * as Client from "../Client.js"
import * as ExportRow from "../ExportRow.js"
import * as Output from "../Output.js"
import * as Request from "../Request.js"

export interface Input extends Request.Input, Output.Options, Client.Account {
  readonly reference: string
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const request = yield* Request.repeatable(input)
  const ensured = yield* Effect.flatMap(ExportsClient.ExportsClient, (client) => client.ensure(request)).pipe(
    (self) => Client.provide(self, input)
  )
  yield* Output.one(input, ensured, ExportRow.details)
})
