/** A stranger's program: exports and records of the simulator on a port, with nothing installed but the packages. */
import { Export, ExportFilter } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Account } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Option, Redacted, Stream } from "effect"

const Client = Layer.unwrapEffect(
  Effect.map(
    SimulatorServer.SimulatorServer,
    ({ url }) => ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("any")), apiUrl: url })
  )
)

const program = Effect.gen(function*() {
  const client = yield* ExportsClient.ExportsClient
  const exports = yield* Stream.runCount(client.stream({ pageSize: 100 }))
  const inbound = yield* client.stream({
    filter: ExportFilter.and(ExportFilter.exportType("cdr_in"), ExportFilter.completed)
  }).pipe(Stream.runHead, Effect.map(Option.getOrThrow))
  const type: "cdr_in" = inbound.exportType
  const records = yield* client.records(inbound).pipe(
    Stream.filter((row) => row._tag === "CdrInRecord" && Option.isSome(row.startedAt)),
    Stream.runCount
  )
  yield* Console.log(JSON.stringify({ exports, type, isCompleted: Export.isCompleted(inbound), records }))
})

program.pipe(
  Effect.provide([Client, NodeGunzip.layer, RetryPolicy.layer({ maxAttempts: 2 }), RateLimit.layer({ limit: 10 })]),
  Effect.provide([
    SimulatorServer.layer({ account: Account.generate({ size: 250, seed: 1 }), archives: { rows: 5000 } }),
    NodeHttpClient.layerUndici
  ]),
  NodeRuntime.runMain
)
