/**
 * The simulator on a port. This module needs `@effect/platform-node`, so the package's index does not export it.
 *
 * @example
 * ```ts
 * import { SimulatorServer } from "@effect-didww/simulator/SimulatorServer"
 * import * as SimulatorServerModule from "@effect-didww/simulator/SimulatorServer"
 * import * as Effect from "effect/Effect"
 *
 * const url = SimulatorServer.pipe(
 *   Effect.map((server) => server.url),
 *   Effect.provide(SimulatorServerModule.layer({ rateLimit: "none" }))
 * )
 * ```
 *
 * @since 0.1.0
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as HttpServer from "@effect/platform/HttpServer"
import type * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { createServer, type ServerResponse } from "node:http"
import { blockedPorts } from "./internal/blockedPorts.js"
import * as Simulator from "./Simulator.js"

/**
 * A simulator on a port.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The API's base URL, such as `http://127.0.0.1:4010/v3`. */
  readonly url: string
  /** How many sockets are open now. */
  readonly connections: Effect.Effect<number>
}

/**
 * The server as a service.
 *
 * @since 0.1.0
 * @category tags
 */
export class SimulatorServer
  extends Context.Tag("@effect-didww/simulator/SimulatorServer")<SimulatorServer, Service>()
{}

/**
 * `fetch` refuses to connect to the port, so that no client could use the simulator there.
 *
 * @since 0.1.0
 * @category errors
 */
export class BlockedPort extends Data.TaggedError("BlockedPort")<{
  readonly port: number
}> {
  override get message(): string {
    return `fetch refuses to connect to port ${this.port}. Use another port, or 0 for a free one.`
  }
}

/**
 * How the simulator behaves, and where it listens.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Simulator.Options {
  /** Not one that `fetch` blocks, such as 6000. Default: 0, a free port. */
  readonly port?: number | undefined
  /** Default: `127.0.0.1`. */
  readonly host?: string | undefined
}

const app = Effect.gen(function*() {
  const simulator = yield* Simulator.Simulator
  const request = yield* HttpServerRequest.HttpServerRequest
  const reply = yield* simulator.handle({
    method: request.method,
    url: new URL(request.originalUrl, `http://${request.headers.host ?? "127.0.0.1"}`).href,
    headers: { ...request.headers },
    body: yield* request.text
  })
  switch (reply._tag) {
    case "Answer": {
      const { body, headers, status } = reply
      return HttpServerResponse.text(body, { status, headers, contentType: headers["content-type"] })
    }
    case "Streamed": {
      yield* send(NodeHttpServerRequest.toServerResponse(request), reply)
      return HttpServerResponse.empty()
    }
    case "Cut":
      return yield* cut(NodeHttpServerRequest.toServerResponse(request))
  }
})

/** Writes to Node's response, because platform ends an answer as if it were whole when its stream fails. */
const send = (
  response: ServerResponse,
  { body, headers, status }: Extract<Simulator.Reply, { readonly _tag: "Streamed" }>
): Effect.Effect<void> =>
  Effect.sync(() => response.writeHead(status, headers).flushHeaders()).pipe(
    Effect.andThen(Stream.runForEach(body, (bytes) => write(response, bytes))),
    Effect.andThen(Effect.async<void>((resume) => {
      response.end(() => resume(Effect.void))
    })),
    Effect.catchAll(() => cut(response))
  )

/** Closes the connection. Platform interrupts the handler then, so no answer follows. */
const cut = (response: ServerResponse): Effect.Effect<never> =>
  Effect.andThen(Effect.sync(() => response.destroy()), Effect.never)

/** Waits until the bytes are sent. */
const write = (response: ServerResponse, bytes: Uint8Array): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    response.write(bytes, () => resume(Effect.void))
  })

const urlOf = (address: HttpServer.Address): Effect.Effect<string, BlockedPort> => {
  if (address._tag === "UnixAddress") return Effect.succeed(address.path)
  const { hostname, port } = address
  return blockedPorts.has(port)
    ? new BlockedPort({ port })
    : Effect.succeed(`http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/v3`)
}

/**
 * Serves until the scope closes. Provides the simulator too, so that a test can read what it received.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options = {}
): Layer.Layer<SimulatorServer | Simulator.Simulator, HttpServerError.ServeError | BlockedPort> => {
  const { host = "127.0.0.1", port = 0 } = options
  return Layer.suspend(() => {
    const server = createServer()
    const connections = Effect.async<number>((resume) => {
      server.getConnections((_, count) => resume(Effect.succeed(count)))
    })
    return HttpServer.serve(app).pipe(
      Layer.provideMerge(Layer.effect(
        SimulatorServer,
        HttpServer.addressWith((address) => Effect.map(urlOf(address), (url) => ({ url, connections })))
      )),
      Layer.provide(NodeHttpServer.layer(() => server, { port, host }))
    )
  }).pipe(
    // a system may give a blocked port as a free one
    Layer.retry(Schedule.recurWhile((error) => error._tag === "BlockedPort" && port === 0)),
    Layer.provideMerge(Simulator.layer(options))
  )
}
