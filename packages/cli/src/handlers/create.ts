/** Creates an export. */
import { ExportsClient } from "@effect-didww/http"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Client from "../Client.js"
import * as ExportOutput from "../ExportOutput.js"
import * as Request from "../Request.js"

export interface Input extends Request.Input, ExportOutput.Options, Client.Account {
  readonly reference: Option.Option<string>
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const chosen = yield* ExportOutput.choose(input)
  const request = yield* Request.make(input, input.reference)
  const created = yield* Effect.flatMap(ExportsClient.ExportsClient, (client) => client.create(request)).pipe(
    (self) => Client.provide(self, input)
  )
  yield* ExportOutput.one(chosen, created)
})
