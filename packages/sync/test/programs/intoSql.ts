import { ExportRequest } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Pull } from "@effect-didww/sync"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import { NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { Config, DateTime, Effect, Layer, Schedule } from "effect"
import { clientOf } from "../sql/databases.js"

// loads last month's calls into a database, as often as it is run
const program = Effect.gen(function*() {
  const destination = yield* SqlDestination.make({ lease: "2 seconds" })
  if (yield* Config.withDefault(Config.boolean("MIGRATE_ONLY"), false)) return
  const month = ExportRequest.lastMonth(yield* DateTime.now)
  yield* Pull.run(ExportRequest.cdrIn({ ...month, externalReferenceId: "calls" }), destination, {
    generation: yield* Config.withDefault(Config.integer("GENERATION"), 1),
    await: { schedule: Schedule.spaced("50 millis") }
  })
}).pipe(
  Effect.provide(Layer.unwrapEffect(Effect.map(Config.string("DATABASE_URL"), clientOf))),
  Effect.provide(ExportsClient.layerConfig()),
  Effect.provide([NodeHttpClient.layer, NodeGunzip.layer])
)

NodeRuntime.runMain(program)
