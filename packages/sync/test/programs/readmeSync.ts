import { ExportsClient } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { FileDestination, Sync } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import { NodeContext, NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"

const program = Effect.gen(function*() {
  const accounts = { acme: yield* ExportsClient.ExportsClient }
  const destination = yield* FileDestination.directory("calls", { format: Parquet.format })
  const { committed, created, failed } = yield* Sync.run({ accounts, destination })
  yield* Console.log(`${committed.length} windows loaded, ${created} exports requested, ${failed.length} failed`)
})

program.pipe(
  Effect.provide([ExportsClient.layerConfig(), NodeGunzip.layer]),
  Effect.provide([NodeHttpClient.layerUndici, NodeContext.layer]),
  NodeRuntime.runMain
)
