import { ExportRequest } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Pull } from "@effect-didww/sync"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import { NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { Config, Console, DateTime, Effect } from "effect"

const program = Effect.gen(function*() {
  const database = yield* SqlDestination.make()
  const month = ExportRequest.lastMonth(yield* DateTime.now)
  const externalReferenceId = `inbound-${DateTime.formatIsoDateUtc(month.from)}`
  const { records } = yield* Pull.run(ExportRequest.cdrIn({ ...month, externalReferenceId }), database)
  yield* Console.log(`${records} records in ${database.place}`)
})

program.pipe(
  Effect.provide(PgClient.layerConfig({ url: Config.redacted("DIDWW_DATABASE_URL") })),
  Effect.provide([ExportsClient.layerConfig(), NodeGunzip.layer]),
  Effect.provide(NodeHttpClient.layerUndici),
  NodeRuntime.runMain
)
