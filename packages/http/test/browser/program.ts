/** What runs in a browser: an account's exports over `fetch`, and the records of one archive, posted to `/result`. */
import { type CallRecord, Export } from "@effect-didww/core"
import { Credentials, ExportsClient } from "@effect-didww/http"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"

const isRecord = (row: CallRecord.Row): boolean => row._tag !== "RejectedRow"

const program = Effect.gen(function*() {
  const client = yield* ExportsClient.ExportsClient
  const exports = yield* Stream.runCount(client.stream({ pageSize: 100 }))
  const completed = yield* client.stream().pipe(
    Stream.filter(Export.isCompleted),
    Stream.runHead,
    Effect.map(Option.getOrThrow)
  )
  const records = yield* client.records(completed).pipe(Stream.filter(isRecord), Stream.runCount)
  return { exports, records }
}).pipe(
  Effect.provide(ExportsClient.layer({
    credentials: Credentials.apiKey(Redacted.make("any")),
    apiUrl: `${location.origin}/v3`
  })),
  Effect.provide(FetchHttpClient.layer)
)

Effect.runPromise(program)
  .catch((error: unknown) => ({ failed: String(error) }))
  .then((result) => fetch("/result", { method: "POST", body: JSON.stringify(result) }))
