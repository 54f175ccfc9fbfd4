/** Receives callbacks, and prints those that DIDWW signed. */
import { CallbackApp } from "@effect-didww/http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as HttpServer from "@effect/platform/HttpServer"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import * as CallbackSecret from "../CallbackSecret.js"
import { toJson } from "../internal/text.js"
import * as Serving from "../Serving.js"
import { type Closed, type NotWritten, Stdio } from "../Stdio.js"

export interface Input {
  readonly url: string
  readonly port: number
  readonly host: string
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const stdio = yield* Stdio
  const secret = yield* CallbackSecret.required
  const ended = yield* Deferred.make<never, Closed | NotWritten>()
  const app = CallbackApp.make(
    { publicUrl: input.url, secrets: [secret] },
    (callback) => Effect.tapError(stdio.out(`${toJson(callback)}\n`), (error) => Deferred.fail(ended, error))
  )
  yield* HttpServer.addressWith((address) =>
    Effect.andThen(stdio.note(`Receiving at ${Serving.urlOf(address)} until Ctrl-C.`), Deferred.await(ended))
  ).pipe(
    Effect.provide(
      HttpServer.serve(app).pipe(
        Layer.provideMerge(NodeHttpServer.layer(() => createServer(), { port: input.port, host: input.host }))
      )
    ),
    Effect.catchTag("ServeError", Serving.notListening(input))
  )
})
