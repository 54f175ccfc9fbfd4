import { ExportsClient, RecordFile } from "@effect-didww/http"
import * as Effect from "effect/Effect"
import * as Archived from "../Archived.js"
import * as Client from "../Client.js"
import type { Input } from "../commands/pull.js"
import { plain, plural } from "../internal/text.js"
import * as Order from "../Order.js"
import * as Progress from "../Progress.js"
import { interruptible } from "../Session.js"
import { Stdio } from "../Stdio.js"
import * as Waiting from "../Waiting.js"

const pulled = Effect.fnUntraced(function*(input: Input, request: Order.Repeatable) {
  const stdio = yield* Stdio
  const client = yield* ExportsClient.ExportsClient
  const ordered = yield* Progress.during(({ spinner }) => `${spinner} Looking for ${plain(input.reference)}`)(
    client.ensure(request)
  )
  const completed = yield* Waiting.completed(ordered, input)
  const { line, onProgress } = Archived.progress()
  const { records, rejected } = yield* Progress.during(line)(
    RecordFile.write(completed, { path: input.output, onProgress })
  )
  yield* stdio.note(
    `${plural(records, "record")} of export ${completed.id} in ${plain(input.output)}${
      rejected === 0 ? "" : `, and ${plural(rejected, "row")} that could not be read, as RejectedRow`
    }`
  )
})

export const run = (input: Input) =>
  Effect.flatMap(Order.repeatableRequest(input), (request) =>
    pulled(input, request).pipe(
      interruptible("Run the same command again: it goes on where it stopped."),
      Effect.provide(Client.layer(input))
    ))
