/** Keeps two accounts in a directory of Parquet, or in a database: node sync.ts TARGET */
import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { type Destination, FileDestination, Sync } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import { NodeContext, NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { Config, DateTime, Effect, Layer, Redacted } from "effect"
import { clientOf } from "../sql/databases.js"

const [, , target = ""] = process.argv

const client = (variable: string, apiVersion: "2026-04-16" | "2026-11-19") =>
  Effect.flatMap(
    Config.string(variable),
    (apiUrl) => ExportsClient.make({ apiUrl, apiVersion, credentials: Credentials.apiKey(Redacted.make("key")) })
  )

const program = (destination: Destination.SyncDestination) =>
  Effect.gen(function*() {
    const accounts = {
      acme: yield* client("ACME_URL", "2026-11-19"),
      globex: yield* client("GLOBEX_URL", "2026-11-19")
    }
    const days = yield* Config.integer("DAYS")
    const report = yield* Sync.run({
      accounts,
      since: DateTime.subtract(yield* DateTime.now, { days }),
      destination,
      types: ["cdr_in", "cdr_out", "sms_in", "sms_out"],
      listLag: "1 second"
    })
    const failures = [...report.failed, ...report.failedAccounts].map(({ error }) => error.message)
    // what failed is tried again by the next run
    process.stdout.write(JSON.stringify({ created: report.created, adopted: report.adopted, failures }) + "\n")
  })

const main = target.startsWith("/")
  ? Effect.flatMap(FileDestination.directory(target, { format: Parquet.format, checkpointEvery: 2000 }), program)
  : Effect.provide(Effect.flatMap(SqlDestination.make({ lease: "2 seconds" }), program), clientOf(target))

main.pipe(
  Effect.provide([NodeGunzip.layer, RateLimit.none]),
  Effect.provide(Layer.mergeAll(NodeHttpClient.layerUndici, NodeContext.layer)),
  NodeRuntime.runMain
)
