// A program that writes the records of one export to calls.ndjson, slowly and with many checkpoints.
import { ExportRequest } from "@effect-didww/core"
import { ExportsClient, RecordFile } from "@effect-didww/http"
import * as NodeFiles from "@effect-didww/http/NodeFiles"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { NodeContext, NodeHttpClient } from "@effect/platform-node"
import { DateTime, Effect } from "effect"

const program = Effect.gen(function*() {
  const client = yield* ExportsClient.ExportsClient
  const month = ExportRequest.lastMonth(yield* DateTime.now)
  const requested = yield* client.ensure(ExportRequest.cdrIn({ ...month, externalReferenceId: "calls" }))
  const completed = yield* client.awaitCompleted(requested)
  yield* RecordFile.write(completed, {
    path: "calls.ndjson",
    checkpointEvery: 300,
    onProgress: () => Effect.sleep("30 millis")
  })
  return "done"
})

program.pipe(
  Effect.catchTag("RecordFileConflict", ({ reason }) => Effect.succeed(reason)),
  Effect.provide([ExportsClient.layerConfig(), NodeGunzip.layer]),
  Effect.provide(NodeFiles.layer),
  Effect.provide([NodeHttpClient.layerUndici, NodeContext.layer]),
  Effect.runPromise
).then((line) => process.stdout.write(`${line}\n`))
