/** Pulls an export: request, wait, records to a file. */
import { ExportsClient, RecordFile } from "@effect-didww/http"
import { isPlatformError, type PlatformError } from "@effect/platform/Error"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Archived from "../Archived.js"
import * as Client from "../Client.js"
import { plural } from "../internal/text.js"
import * as Progress from "../Progress.js"
import * as Request from "../Request.js"
import { interruptible } from "../Session.js"
import { Stdio } from "../Stdio.js"
import * as SystemFailure from "../SystemFailure.js"
import * as Target from "../Target.js"
import * as Waiting from "../Waiting.js"

export interface Input extends Request.Input, Client.Account {
  readonly reference: string
  readonly timeout: Duration.Duration
  readonly output: string
}

const isCheckpoint = (error: PlatformError, path: string): boolean =>
  error._tag === "SystemError" && error.pathOrDescriptor === `${path}.checkpoint`

const pulled = Effect.fnUntraced(function*(input: Input, request: Request.Repeatable) {
  const stdio = yield* Stdio
  const client = yield* ExportsClient.ExportsClient
  const ensured = yield* Progress.during(({ spinner }) => `${spinner} Looking for ${input.reference}`)(
    client.ensure(request)
  )
  const completed = yield* Waiting.completed(ensured, input)
  const { line, onProgress } = Archived.progress()
  const path = yield* Target.resolve(input.output)
  const { records, rejected } = yield* Progress.during(line)(
    Effect.mapError(
      RecordFile.write(completed, { path, exportType: Archived.exportTypeOf(completed), onProgress }),
      // the user does not know the names of the files that take the checkpoint's place
      (error) => isPlatformError(error) && !isCheckpoint(error, path) ? SystemFailure.about(input.output)(error) : error
    )
  )
  yield* stdio.note(
    `${plural(records, "record")} of export ${completed.id} in ${input.output}${
      rejected === 0 ? "" : `, and ${plural(rejected, "unreadable row")} as RejectedRow`
    }`
  )
})

export const run = (input: Input) =>
  Effect.flatMap(Request.repeatable(input), (request) =>
    pulled(input, request).pipe(
      interruptible("Run the same command again to continue where it stopped."),
      (self) => Client.provide(self, input)
    ))
