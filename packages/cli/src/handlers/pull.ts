/** Pulls an export: request, wait, records to a file, a folder, a database or stdout. */
import { ExportsClient } from "@effect-didww/http"
import { Pull } from "@effect-didww/sync"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Archived from "../Archived.js"
import * as Client from "../Client.js"
import { plural } from "../internal/text.js"
import * as Progress from "../Progress.js"
import * as PullTarget from "../PullTarget.js"
import * as RecordOutput from "../RecordOutput.js"
import * as Rejected from "../Rejected.js"
import * as Request from "../Request.js"
import { interruptible } from "../Session.js"
import { Stdio } from "../Stdio.js"
import * as Waiting from "../Waiting.js"

export interface Input extends Request.Input, PullTarget.Options, Client.Account {
  readonly reference: string
  readonly timeout: Duration.Duration
  readonly strict: boolean
}

/** Follows a pull from its request to its last row. */
const following = (client: ExportsClient.Service, input: Input) => {
  const { line, onProgress } = Archived.progress()
  let shown = ({ spinner }: Progress.Moment): string => `${spinner} Looking for ${input.reference}`
  const watching: ExportsClient.Service = {
    ...client,
    awaitCompleted: (self, options) => {
      let status = self.status
      shown = Waiting.line(self.id, () => status)
      return Effect.tap(
        Waiting.watched(client, self, { ...options, timeout: input.timeout }, (now) => {
          status = now
        }),
        () =>
          Effect.sync(() => {
            shown = line
          })
      )
    }
  }
  return { client: watching, onProgress, line: (moment: Progress.Moment): string => shown(moment) }
}

/** Brings the records to a destination, which goes on where an earlier run stopped. */
const resumed = Effect.fnUntraced(
  function*(input: Input, request: Request.Repeatable, { destination, rejected }: PullTarget.Resumable) {
    const stdio = yield* Stdio
    const { client, line, onProgress } = following(yield* ExportsClient.ExportsClient, input)
    const manifest = yield* Pull.run(request, destination, {
      onProgress,
      account: yield* Client.AccountName
    }).pipe(
      Effect.provideService(ExportsClient.ExportsClient, client),
      Progress.during(line)
    )
    yield* stdio.note(`${plural(manifest.records, "record")} of export ${manifest.exportId} in ${input.output}`)
    yield* Rejected.report({
      count: manifest.rejected,
      lines: manifest.rejectedLines,
      detail: `see ${rejected}`
    }, input)
  },
  interruptible("Run the same command again to continue where it stopped.")
)

/** Writes the records as they arrive. */
const streamed = Effect.fnUntraced(
  function*(input: Input, request: Request.Repeatable, { chosen }: PullTarget.Streamed) {
    const stdio = yield* Stdio
    const { client, line, onProgress } = following(yield* ExportsClient.ExportsClient, input)
    const completed = yield* Progress.during(line)(
      Effect.flatMap(client.ensure(request), (requested) => client.awaitCompleted(requested))
    )
    const { records, rejected } = yield* RecordOutput.write(chosen, {
      sources: [{ _tag: "Export" as const, id: completed.id }],
      rows: () => client.records(completed, { exportType: Archived.exportTypeOf(completed), onProgress }),
      line
    })
    yield* stdio.note(`${plural(records, "record")} of export ${completed.id}`)
    yield* Rejected.report(rejected, input)
  },
  interruptible("The output is incomplete. Run the same command again.")
)

export const run = (input: Input) =>
  Effect.gen(function*() {
    const target = yield* PullTarget.choose(input)
    const request = yield* Request.repeatable(input)
    if (target._tag === "Streamed") return yield* Client.provide(streamed(input, request, target), input)
    yield* Client.provide(resumed(input, request, target), input)
  }).pipe(Effect.scoped)
