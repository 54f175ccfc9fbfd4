import { Account, Simulator, Traffic } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FileDestination, Sync } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { program } from "./processes.js"

const serving = SimulatorServer.layer({
  account: Account.make([]),
  rateLimit: "none",
  archives: { traffic: Traffic.make({ seed: 1, callsPerDay: 20 }) },
  processing: { pending: 0, processing: 0 }
})

const key = "6d1c0f6e-not-to-be-seen"

/** Starts a program in an empty folder. */
const started = Effect.fnUntraced(function*(name: string, folder: string, env: Readonly<Record<string, string>> = {}) {
  const { url } = yield* SimulatorServer.SimulatorServer
  const { ended } = yield* program(name, [], { DIDWW_API_KEY: key, DIDWW_API_URL: url, ...env }, folder)
  return yield* ended
})

const emptyFolder = Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())

/** A collector that keeps what it is sent. */
const collector = Effect.gen(function*() {
  const bodies = new Map<string, string>()
  const server = yield* Effect.acquireRelease(
    Effect.async<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((request, response) => {
        request.on("data", (chunk) => bodies.set(request.url ?? "", `${bodies.get(request.url ?? "") ?? ""}${chunk}`))
        request.on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"))
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  )
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
})

describe("The README's program for Sync", () => {
  it.scopedLive("keeps three months, and requests nothing the second time", () =>
    Effect.gen(function*() {
      const folder = yield* emptyFolder
      const first = yield* started("readmeSync", folder)
      const exports = yield* Effect.flatMap(Simulator.Simulator, ({ exports }) => exports)
      const destination = yield* FileDestination.directory(`${folder}/calls`, { format: Parquet.format })
      const windows = (yield* destination.manifests).length
      assert.deepStrictEqual(first, {
        code: 0,
        output: `${windows} windows loaded, ${exports.length} exports requested, 0 failed\n`
      })
      assert.deepStrictEqual((yield* Sync.status({ destination })).plan.pulls, [])
      assert.deepStrictEqual(yield* started("readmeSync", folder), {
        code: 0,
        output: "0 windows loaded, 0 exports requested, 0 failed\n"
      })
    }).pipe(Effect.provide(serving), Effect.provide(NodeContext.layer)), { timeout: 300_000 })
})

describe("The program of the guide to OpenTelemetry", () => {
  it.scopedLive("sends the metrics of Sync and the spans of the client, without the key", () =>
    Effect.gen(function*() {
      const { bodies, url } = yield* collector
      const { code, output } = yield* started("telemetry", yield* emptyFolder, { OTEL_EXPORTER_OTLP_ENDPOINT: url })
      assert.deepStrictEqual({ code, output }, { code: 0, output: "" })
      const metrics = bodies.get("/v1/metrics") ?? ""
      for (const name of ["exports", "rows", "windows", "complete_until", "next_loss", "last_success"]) {
        assert.match(metrics, new RegExp(`"didww_sync_${name}(_seconds)?"`))
      }
      assert.include(bodies.get("/v1/traces") ?? "", "ExportsClient.create")
      assert.notInclude([...bodies.values()].join(), key)
    }).pipe(Effect.provide(serving), Effect.provide(NodeContext.layer)), { timeout: 300_000 })
})
