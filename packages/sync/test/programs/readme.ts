import { ExportRequest } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { FileDestination, Pull } from "@effect-didww/sync"
import { NodeContext, NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { Console, DateTime, Effect } from "effect"

const program = Effect.gen(function*() {
  const calls = yield* FileDestination.directory("calls", { format: "csv.gz" })
  const month = ExportRequest.lastMonth(yield* DateTime.now)
  const externalReferenceId = `inbound-${DateTime.formatIsoDateUtc(month.from)}`
  const { file, records } = yield* Pull.run(ExportRequest.cdrIn({ ...month, externalReferenceId }), calls)
  yield* Console.log(`${records} records in calls/${file?.path}`)
})

program.pipe(
  Effect.provide([ExportsClient.layerConfig(), NodeGunzip.layer]),
  Effect.provide([NodeHttpClient.layerUndici, NodeContext.layer]),
  NodeRuntime.runMain
)
