import { ExportsClient } from "@effect-didww/http"
import * as Effect from "effect/Effect"
import * as Client from "../Client.js"
import type { Input } from "../commands/ensure.js"
import * as ExportRow from "../ExportRow.js"
import * as Order from "../Order.js"
import * as Output from "../Output.js"

export const run = Effect.fnUntraced(function*(input: Input) {
  const request = yield* Order.repeatableRequest(input)
  const ordered = yield* Effect.flatMap(ExportsClient.ExportsClient, (client) => client.ensure(request)).pipe(
    Effect.provide(Client.layer(input))
  )
  yield* Output.one(input, ordered, ExportRow.details)
})
