/** Gets an export. */
import type { Export } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import * as Effect from "effect/Effect"
import * as Client from "../Client.js"
import * as ExportRow from "../ExportRow.js"
import * as Output from "../Output.js"

export interface Input extends Output.Options, Client.Account {
  readonly id: Export.ExportId
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const client = yield* ExportsClient.ExportsClient
  yield* Output.one(input, yield* client.get(input.id), ExportRow.details)
}, (self, input) => Client.provide(self, input))
