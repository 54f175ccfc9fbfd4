import { ExportsClient } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { FileDestination, Sync } from "@effect-didww/sync"
import * as NodeSdk from "@effect/opentelemetry/NodeSdk"
import { NodeContext, NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http"
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http"
import { PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics"
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base"
import { Effect } from "effect"

// OTEL_EXPORTER_OTLP_ENDPOINT is the address of the collector
const Telemetry = NodeSdk.layer(() => ({
  resource: { serviceName: "didww-sync" },
  metricReader: new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() }),
  spanProcessor: new BatchSpanProcessor(new OTLPTraceExporter())
}))

const program = Effect.gen(function*() {
  const accounts = { acme: yield* ExportsClient.ExportsClient }
  const destination = yield* FileDestination.directory("calls", { format: "ndjson.gz" })
  return yield* Sync.run({ accounts, destination })
})

program.pipe(
  Effect.provide([ExportsClient.layerConfig(), NodeGunzip.layer, Telemetry]),
  Effect.provide([NodeHttpClient.layerUndici, NodeContext.layer]),
  NodeRuntime.runMain
)
