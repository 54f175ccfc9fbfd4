// Serves call records over HTTP at GET /exports/:id/records. Streams one line of JSON for each record while the archive
// downloads. The download stops when the caller disconnects. With --once, the program calls its own endpoint, prints a
// summary, and exits.
//
//     npx tsx examples/endpoint.ts [--once]
import { CallRecord, Export, ExportFilter } from "@effect-didww/core"
import { Credentials, ExportsClient } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Account, SimulatorClient } from "@effect-didww/simulator"
import { FetchHttpClient, HttpClient, HttpRouter, HttpServer, HttpServerResponse } from "@effect/platform"
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { Chunk, Console, Effect, Layer, Redacted, Schema, Stream } from "effect"
import { createServer } from "node:http"

const line = (value: unknown): string => `${JSON.stringify(value)}\n`

const records = Effect.gen(function*() {
  const client = yield* ExportsClient.ExportsClient
  const { id } = yield* HttpRouter.schemaPathParams(Schema.Struct({ id: Export.ExportId }))
  const found = yield* client.get(id)
  if (!Export.isCompleted(found)) return HttpServerResponse.empty({ status: 409 })
  const lines = client.records(found).pipe(
    // One piece of text for each chunk of rows is much faster than one for each row.
    Stream.mapChunks((rows) => Chunk.of(Array.from(rows, (row) => line(CallRecord.encode(row))).join(""))),
    // The status is already sent. Without this last line, a damaged archive would look complete.
    Stream.catchAll(({ _tag, message }) => Stream.succeed(line({ _tag, message }))),
    Stream.encodeText
  )
  return HttpServerResponse.stream(lines, { contentType: "application/x-ndjson" })
})

const router = HttpRouter.empty.pipe(
  HttpRouter.get("/exports/:id/records", records),
  HttpRouter.catchTag("NotFound", () => HttpServerResponse.empty({ status: 404 }))
)

/** Finds the newest export that has an archive. */
const newest = Effect.flatMap(
  ExportsClient.ExportsClient,
  (client) => client.stream({ filter: ExportFilter.completed }).pipe(Stream.runHead, Effect.flatten)
)

const ask = Effect.gen(function*() {
  const { id } = yield* newest
  const url = yield* HttpServer.addressFormattedWith((address) => Effect.succeed(`${address}/exports/${id}/records`))
  const response = yield* HttpClient.get(url)
  const lines = yield* response.stream.pipe(Stream.decodeText(), Stream.splitLines, Stream.runCollect)
  yield* Console.log(`${response.status} ${response.headers["content-type"]}: ${lines.length} lines`)
  yield* Console.log(Chunk.unsafeHead(lines))
}).pipe(Effect.provide(FetchHttpClient.layer))

const address = Effect.flatMap(
  newest,
  ({ id }) => HttpServer.addressFormattedWith((address) => Console.log(`curl ${address}/exports/${id}/records`))
)

// For your own account: Layer.provide(ExportsClient.layerConfig(), NodeHttpClient.layerUndici)
const Client = Layer.provide(
  ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("any")) }),
  SimulatorClient.layer({ account: Account.generate({ size: 20, types: ["cdr_in"] }), archives: { rows: 20_000 } })
)

const once = process.argv.includes("--once")

HttpServer.serve(router).pipe(
  Layer.provideMerge(NodeHttpServer.layer(createServer, { port: once ? 0 : 3000, host: "127.0.0.1" })),
  Layer.provideMerge(Layer.merge(Client, NodeGunzip.layer)),
  (Server) => Effect.provide(once ? ask : Effect.zipRight(address, Effect.never), Server),
  NodeRuntime.runMain
)
