/**
 * The simulator on a port. Needs `@effect/platform-node`, and is not in the package's index.
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
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { createServer, type ServerResponse } from "node:http"
import * as Simulator from "./Simulator.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The API's base, such as `http://127.0.0.1:4010/v3`. */
  readonly url: string
  /** Sockets that are open now. */
  readonly connections: Effect.Effect<number>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class SimulatorServer
  extends Context.Tag("@effect-didww/simulator/SimulatorServer")<SimulatorServer, Service>()
{}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends Simulator.Options {
  /** Default: any that is free. */
  readonly port?: number | undefined
  /** Default: `127.0.0.1`. */
  readonly host?: string | undefined
}

const app = Effect.gen(function*() {
  const simulator = yield* Simulator.Simulator
  const request = yield* HttpServerRequest.HttpServerRequest
  const outcome = yield* simulator.handle({
    method: request.method,
    url: new URL(request.originalUrl, `http://${request.headers.host ?? "127.0.0.1"}`).href,
    headers: { ...request.headers },
    body: yield* request.text
  })
  switch (outcome._tag) {
    case "Answer": {
      const { body, headers, status } = outcome
      return HttpServerResponse.text(body, { status, headers, contentType: headers["content-type"] })
    }
    case "Streamed": {
      yield* send(NodeHttpServerRequest.toServerResponse(request), outcome)
      return HttpServerResponse.empty()
    }
    case "Cut":
      return yield* cut(NodeHttpServerRequest.toServerResponse(request))
  }
})

/** By itself: platform ends an answer whose stream fails as if it were whole. */
const send = (
  response: ServerResponse,
  { body, headers, status }: Extract<Simulator.Outcome, { readonly _tag: "Streamed" }>
): Effect.Effect<void> =>
  Effect.sync(() => response.writeHead(status, headers).flushHeaders()).pipe(
    Effect.zipRight(Stream.runForEach(body, (bytes) => write(response, bytes))),
    Effect.zipRight(Effect.async<void>((resume) => {
      response.end(() => resume(Effect.void))
    })),
    Effect.catchAll(() => cut(response))
  )

/** The closed connection interrupts it; there is nothing left to answer. */
const cut = (response: ServerResponse): Effect.Effect<never> =>
  Effect.zipRight(Effect.sync(() => response.destroy()), Effect.never)

/** Done when the bytes have left. */
const write = (response: ServerResponse, bytes: Uint8Array): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    response.write(bytes, () => resume(Effect.void))
  })

/**
 * Serves until the scope closes; the simulator comes with it, to ask it what it saw.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options = {}
): Layer.Layer<SimulatorServer | Simulator.Simulator, HttpServerError.ServeError> =>
  Layer.suspend(() => {
    const server = createServer()
    const connections = Effect.async<number>((resume) => {
      server.getConnections((_, count) => resume(Effect.succeed(count)))
    })
    return HttpServer.serve(app).pipe(
      Layer.provideMerge(Layer.effect(
        SimulatorServer,
        HttpServer.addressWith((address) =>
          Effect.succeed({
            url: address._tag === "TcpAddress" ? `http://${address.hostname}:${address.port}/v3` : address.path,
            connections
          })
        )
      )),
      Layer.provide(NodeHttpServer.layer(() => server, { port: options.port ?? 0, host: options.host ?? "127.0.0.1" })),
      Layer.provideMerge(Simulator.layer(options))
    )
  })
