import { Export } from "@effect-didww/core"
import { ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import { Account, Fault, Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Option, Stream } from "effect"
import { createServer, type Server, type Socket } from "node:net"
import { credentials, idsOf, newestFirst, requestCount, secret, seen } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

/** The port of a server that handles each connection in this way, while the scope is open. */
const listening = (onConnection: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.async<{ readonly server: Server; readonly port: number }>((resume) => {
      const server = createServer(onConnection)
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed({ server, port: typeof address === "object" && address !== null ? address.port : 0 }))
      })
    }),
    ({ server }) => Effect.sync(() => server.close())
  ).pipe(Effect.map(({ port }) => port))

/** A client over real sockets, to a simulator on a port of its own. */
const connected = (simulator: Simulator.Options = {}) =>
  Layer.unwrapEffect(
    Effect.map(SimulatorServer.SimulatorServer, ({ url }) => ExportsClient.layer({ credentials, apiUrl: url }))
  ).pipe(
    Layer.provideMerge(SimulatorServer.layer({ rateLimit: "none", ...simulator })),
    Layer.provideMerge(RateLimit.none)
  )

const quick = RetryPolicy.layer({ baseDelay: 1 })

const ids = Effect.fnUntraced(function*(pageSize: number) {
  const client = yield* Client
  return yield* idsOf(client.stream({ pageSize }))
})

const transports = {
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  "node:http": NodeHttpClient.layer
}

describe("a client over sockets", () => {
  for (const size of [0, 1, 99, 100, 101]) {
    const account = Account.generate({ size, seed: size })
    it.scopedLive(`emits all of ${size} exports once, in order`, () =>
      Effect.gen(function*() {
        for (const pageSize of [10, 100, 1000]) {
          assert.deepStrictEqual(yield* ids(pageSize), newestFirst(account.exports))
        }
      }).pipe(Effect.provide(connected({ account })), Effect.provide(FetchHttpClient.layer)))
  }

  const large = Account.generate({ size: 10_000, seed: 1 })
  for (const pageSize of [10, 100, 1000]) {
    it.scopedLive(`emits all of 10,000 exports once, in order, with ${pageSize} a page`, () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* ids(pageSize), newestFirst(large.exports))
        assert.strictEqual(yield* requestCount, 10_000 / pageSize)
      }).pipe(Effect.provide(connected({ account: large })), Effect.provide(FetchHttpClient.layer)))
  }

  it.scopedLive("emits all exports of a server whose pages have 37 exports at most", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* ids(100), newestFirst(large.exports))
    }).pipe(
      Effect.provide(connected({ account: large, maxPageSize: 37, oversize: "clamp" })),
      Effect.provide(FetchHttpClient.layer)
    ))

  for (const [name, transport] of Object.entries(transports)) {
    it.scopedLive(`recovers from cuts and failures on ${name}`, () =>
      Effect.gen(function*() {
        const { account } = yield* Simulator.Simulator
        assert.deepStrictEqual(yield* ids(40), newestFirst(account.exports))
        assert.strictEqual(yield* requestCount, 6)
      }).pipe(
        Effect.provide(connected({
          faults: ({ number }) =>
            number === 1 ? Fault.cut() : number === 3 ? Fault.cut(2000) : number === 5 ? Fault.status(503) : undefined
        })),
        Effect.provide(quick),
        Effect.provide(transport)
      ))

    it.scopedLive(`does not follow a redirect on ${name}, and sends the key nowhere else`, () =>
      Effect.gen(function*() {
        const elsewhere = yield* Layer.build(SimulatorServer.layer({ rateLimit: "none" }))
        const { url } = yield* Effect.provide(SimulatorServer.SimulatorServer, elsewhere)
        yield* Effect.gen(function*() {
          const client = yield* Client
          for (const ask of [Effect.asVoid(client.list()), Effect.asVoid(client.get(Export.ExportId.make("e-1")))]) {
            const error = yield* Effect.flip(ask)
            assert.deepInclude(error, { _tag: "UnexpectedStatus", status: 307, attempts: 1 })
            assert.include(error.message, "not followed")
          }
          assert.deepStrictEqual((yield* seen).map(({ headers }) => headers["api-key"]), [secret, secret])
        }).pipe(
          Effect.provide(connected({ faults: () => Fault.status(307, { location: `${url}/exports` }) })),
          Effect.provide(transport)
        )
        assert.deepStrictEqual(yield* Effect.provide(seen, elsewhere), [])
      }))
  }

  it.scopedLive("keeps the fetch options of the application", () =>
    Effect.gen(function*() {
      yield* Effect.flatMap(Client, (client) => client.list())
      assert.strictEqual((yield* seen)[0]?.headers["x-app"], "1")
    }).pipe(
      Effect.provide(connected()),
      Effect.provide(FetchHttpClient.layer),
      Effect.provide(Layer.succeed(FetchHttpClient.RequestInit, { headers: { "x-app": "1" }, redirect: "follow" }))
    ))

  it.scopedLive("fails with TransportError and ECONNREFUSED when nobody listens", () =>
    Effect.gen(function*() {
      const port = yield* Effect.scoped(listening(() => {}))
      const client = yield* ExportsClient.make({ credentials, apiUrl: `http://127.0.0.1:${port}/v3` })
      const error = yield* Effect.flip(client.list())
      assert.deepInclude(error, { _tag: "TransportError", code: "ECONNREFUSED", attempts: 5 })
    }).pipe(Effect.provide(quick), Effect.provide(FetchHttpClient.layer)))

  for (const apiUrl of ["not an address", "ftp://127.0.0.1/v3", "http://a:b@127.0.0.1/v3", "http://127.0.0.1/v3?x=1"]) {
    it.scopedLive(`sends nothing to ${apiUrl}`, () =>
      Effect.gen(function*() {
        const client = yield* ExportsClient.make({ credentials, apiUrl })
        const error = yield* Effect.flip(client.list())
        assert.deepInclude(error, { _tag: "TransportError", reason: "url", attempts: 0 })
      }).pipe(Effect.provide(FetchHttpClient.layer)))
  }

  const budget = { capacity: 50 }
  const dead = {
    // accepts, and never answers
    "hangs": {
      port: listening((socket) => socket.on("error", () => {})),
      attemptTimeout: "500 millis",
      further: 5,
      tags: ["TimedOut"]
    },
    "is not there": {
      port: Effect.scoped(listening(() => {})),
      attemptTimeout: "1 minute",
      further: 10,
      tags: ["TransportError"]
    },
    "answers 503 for ever": {
      port: listening((socket) => {
        socket.on("data", () => socket.end("HTTP/1.1 503 Gone\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"))
        socket.on("error", () => {})
      }),
      attemptTimeout: "1 minute",
      further: 10,
      tags: ["ServerError"]
    }
  } as const
  for (const [name, { attemptTimeout, further, port, tags }] of Object.entries(dead)) {
    it.scopedLive(`sends no more than the budget allows for 64 fibers to a server that ${name}, and fails typed`, () =>
      Effect.gen(function*() {
        let sent = 0
        const counting = HttpClient.tapRequest(yield* HttpClient.HttpClient, () => Effect.sync(() => sent++))
        const client = yield* Effect.provideService(
          ExportsClient.make({ credentials, apiUrl: `http://127.0.0.1:${yield* port}/v3` }),
          HttpClient.HttpClient,
          counting
        )
        const errors = yield* Effect.forEach(Array.from({ length: 64 }), () => Effect.flip(client.list()), {
          concurrency: "unbounded"
        })
        assert.deepStrictEqual<ReadonlyArray<string>>(Array.from(new Set(errors.map(({ _tag }) => _tag))), tags)
        assert.strictEqual(sent, 64 + further)
      }).pipe(
        Effect.provide(RetryPolicy.layer({ baseDelay: 1, attemptTimeout, budget })),
        Effect.provide(RateLimit.none),
        Effect.provide(FetchHttpClient.layer)
      ))
  }

  it.scopedLive("fails within totalTimeout when the server hangs, whatever an attempt may take", () =>
    Effect.gen(function*() {
      const port = yield* listening((socket) => socket.on("error", () => {}))
      const client = yield* ExportsClient.make({ credentials, apiUrl: `http://127.0.0.1:${port}/v3` })
      const errors = yield* Effect.forEach(Array.from({ length: 64 }), () => Effect.flip(client.list()), {
        concurrency: "unbounded"
      })
      for (const error of errors) assert.deepInclude(error, { _tag: "TimedOut", limit: "totalTimeout" })
    }).pipe(
      Effect.provide(RetryPolicy.layer({ totalTimeout: "1 second" })),
      Effect.provide(RateLimit.none),
      Effect.provide(FetchHttpClient.layer)
    ))

  it.scopedLive("closes the connection of an interrupted request", () =>
    Effect.gen(function*() {
      const asked = yield* Deferred.make<void>()
      const closed = yield* Deferred.make<void>()
      // accepts, and never answers
      const port = yield* listening((socket) => {
        socket.on("data", () => Deferred.unsafeDone(asked, Effect.void))
        socket.on("close", () => Deferred.unsafeDone(closed, Effect.void))
        socket.on("error", () => {})
      })
      const client = yield* ExportsClient.make({ credentials, apiUrl: `http://127.0.0.1:${port}/v3` })
      const fiber = yield* Effect.fork(Stream.runDrain(client.stream()))
      yield* Deferred.await(asked)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* Effect.timeoutOption(Deferred.await(closed), "5 seconds"), Option.some(undefined))
    }).pipe(Effect.provide(FetchHttpClient.layer)))
})
