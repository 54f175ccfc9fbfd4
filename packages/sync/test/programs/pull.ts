/** Pulls yesterday into a directory: node pull.ts ROOT FORMAT */
import { ExportRequest } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { FileDestination, Pull } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import { NodeContext, NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { DateTime, Effect, Schedule } from "effect"

const [, , root = "", format = ""] = process.argv

const program = Effect.gen(function*() {
  const destination = yield* FileDestination.directory(root, {
    format: format === "parquet" ? Parquet.format : format as FileDestination.TextFormat,
    keepArchive: true,
    checkpointEvery: 500
  })
  const to = DateTime.startOf(yield* DateTime.now, "day")
  const request = ExportRequest.cdrIn({ from: DateTime.subtract(to, { days: 1 }), to, externalReferenceId: "calls" })
  return yield* Pull.run(request, destination, { await: { schedule: Schedule.spaced("50 millis") } })
})

program.pipe(
  Effect.provide([ExportsClient.layerConfig(), NodeGunzip.layer]),
  Effect.provide([NodeHttpClient.layerUndici, NodeContext.layer]),
  NodeRuntime.runMain
)
