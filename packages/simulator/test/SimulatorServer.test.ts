import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { createServer } from "node:net"
import { blockedPorts } from "../src/internal/blockedPorts.js"

const isBlocked = async (port: number): Promise<boolean> => {
  // with a dispatcher that cannot connect, `fetch` fails at once where it does not block the port
  const init: object = { dispatcher: {} }
  const error: unknown = await fetch(`http://127.0.0.1:${port}/`, init).catch(({ cause }) => cause)
  return error instanceof Error && error.message === "bad port"
}

const url = (options: SimulatorServer.Options) =>
  Effect.map(
    Effect.flatMap(Layer.build(SimulatorServer.layer(options)), (context) =>
      Effect.provide(SimulatorServer.SimulatorServer, context)),
    ({ url }) =>
      url
  )

describe("SimulatorServer", () => {
  it("knows every port that fetch blocks, and no other", async () => {
    const blocked: Array<number> = []
    // 80 and 443 are not in a URL
    for (let port = 1; port <= 11_000; port++) if (port !== 80 && (await isBlocked(port))) blocked.push(port)
    assert.deepStrictEqual(blocked, Array.from(blockedPorts).toSorted((one, other) => one - other))
  })

  it.scopedLive("fails with BlockedPort for a port that fetch blocks", () =>
    Effect.gen(function*() {
      for (const port of [5060, 6000, 10080]) {
        const error = yield* Effect.flip(url({ port }))
        assert.strictEqual(error._tag, "BlockedPort")
        assert.include(error._tag === "BlockedPort" ? error.message : "", `port ${port}`)
      }
    }))

  it.scopedLive("fails with ServeError for a port that another program uses", () =>
    Effect.gen(function*() {
      const other = yield* Effect.acquireRelease(
        Effect.async<ReturnType<typeof createServer>>((resume) => {
          const server = createServer().listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
        }),
        (server) => Effect.sync(() => server.close())
      )
      const address = other.address()
      const port = typeof address === "object" ? address?.port : undefined
      assert.strictEqual((yield* Effect.flip(url({ port })))._tag, "ServeError")
    }))

  it.scopedLive("gives a URL that a client can use, for an IPv6 address too", () =>
    Effect.gen(function*() {
      for (const host of ["127.0.0.1", "::1"]) {
        const { hostname, pathname } = new URL(yield* url({ host }))
        assert.deepStrictEqual([hostname, pathname], [host === "::1" ? "[::1]" : host, "/v3"])
      }
    }))
})
