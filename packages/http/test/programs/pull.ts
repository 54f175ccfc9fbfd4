import { ExportRequest } from "@effect-didww/core"
import { ExportsClient, RecordFile } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { NodeContext, NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { DateTime, Effect } from "effect"

const program = Effect.gen(function*() {
  const client = yield* ExportsClient.ExportsClient
  const month = ExportRequest.lastMonth(yield* DateTime.now)
  const externalReferenceId = `inbound-${DateTime.formatIsoDateUtc(month.from)}`
  const ordered = yield* client.ensure(ExportRequest.cdrIn({ ...month, externalReferenceId }))
  const completed = yield* client.awaitCompleted(ordered)
  return yield* RecordFile.write(completed, { path: `${externalReferenceId}.ndjson` })
})

program.pipe(
  Effect.provide([ExportsClient.layerConfig(), NodeGunzip.layer]),
  Effect.provide([NodeHttpClient.layerUndici, NodeContext.layer]),
  NodeRuntime.runMain
)
