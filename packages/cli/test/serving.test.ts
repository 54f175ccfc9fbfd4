import { Callback as Signing } from "@effect-didww/core"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { createServer, type Server } from "node:net"
import { collect, run } from "./terminal.js"

const url = "https://example.com/didww?account=7"
const env = { DIDWW_CALLBACK_SECRET: "the secret of callbacks" }
const payload = { id: "e-1", type: "exports", status: "completed" }
const body = "id=e-1&type=exports&status=completed"
const signed = Signing.sign({ url, payload, secret: Redacted.make(env.DIDWW_CALLBACK_SECRET) })

describe("callback", () => {
  it.live("verify accepts DIDWW's signature and refuses another one", () =>
    Effect.gen(function*() {
      const verify = ["callback", "verify", "--url", url, body, "--signature"]
      const good = yield* run([...verify, yield* signed], { env })
      assert.deepStrictEqual(good, { code: 0, out: `${JSON.stringify(payload)}\n`, err: "" })
      const bad = yield* run([...verify, "0".repeat(40)], { env })
      assert.deepStrictEqual([bad.code, bad.out], [1, ""])
      assert.match(bad.err, /wrong signature/)
      assert.notInclude(bad.err, env.DIDWW_CALLBACK_SECRET)
      assert.strictEqual((yield* run([...verify, yield* signed])).code, 3)
    }))

  it.live("serve prints signed callbacks and refuses the others, until it is interrupted", () =>
    Effect.gen(function*() {
      const { ended, printed } = yield* collect(["callback", "serve", "--url", url, "--port", "0"], { env })
      const address = yield* printed(({ err }) => /http:\/\/\S+/.exec(err)?.[0])
      const post = (signature: string) =>
        HttpClientRequest.post(address).pipe(
          HttpClientRequest.bodyText(body, "application/x-www-form-urlencoded"),
          HttpClientRequest.setHeader("x-didww-signature", signature),
          HttpClient.execute,
          Effect.map(({ status }) => status)
        )
      assert.strictEqual(yield* post("0".repeat(40)), 401)
      assert.strictEqual(yield* post(yield* signed), 204)
      assert.strictEqual(yield* printed(({ out }) => out === "" ? undefined : out), `${JSON.stringify(payload)}\n`)
      assert.strictEqual(yield* ended, 130)
    }).pipe(Effect.scoped, Effect.provide(FetchHttpClient.layer)))
})

/** A port that another program uses. */
const taken = Effect.map(
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer().listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  ),
  (server) => {
    const address = server.address()
    return typeof address === "object" ? String(address?.port) : ""
  }
)

describe("a server that cannot listen", () => {
  it.scopedLive("a taken port is named with its host and what to do", () =>
    Effect.gen(function*() {
      const port = yield* taken
      for (const command of [["simulator"], ["callback", "serve", "--url", url]]) {
        const { code, err, out } = yield* run([...command, "--port", port], { env })
        assert.deepStrictEqual([code, out], [1, ""])
        assert.strictEqual(
          err,
          `didww-exports: Cannot listen on 127.0.0.1:${port}: another program uses the port. ` +
            "Use another --port, or 0 for a free one.\n"
        )
      }
    }))

  it.live("a host that this machine does not have is named", () =>
    Effect.gen(function*() {
      for (const [host, shown] of [["203.0.113.7", "203.0.113.7"], ["2001:db8::7", "[2001:db8::7]"]] as const) {
        const { code, err } = yield* run(["simulator", "--port", "0", "--host", host])
        assert.strictEqual(code, 1)
        assert.include(err, `Cannot listen on ${shown}:0: `)
      }
    }))

  it.live("a port that fetch blocks is refused", () =>
    Effect.gen(function*() {
      const { code, err, out } = yield* run(["simulator", "--port", "6000"])
      assert.deepStrictEqual([code, out], [1, ""])
      assert.match(err, /^didww-exports: fetch refuses to connect to port 6000\. Use another port/)
    }))
})

describe("simulator", () => {
  it.live("simulator serves an account of the given size and faults to the other commands", () =>
    Effect.gen(function*() {
      const serve = ["simulator", "--port", "0", "--size", "30", "--rows", "5", "--faults", "20"]
      const { ended, printed } = yield* collect(serve)
      const address = yield* printed(({ out }) => out === "" ? undefined : out.trim())
      const account = { env: { DIDWW_API_KEY: "any", DIDWW_API_URL: address, DIDWW_RETRY_BASE_DELAY: "10 millis" } }
      const { out } = yield* run(["list"], account)
      assert.strictEqual(out.split("\n").length, 31)
      const id = out.split("\n").find((line) => line.includes("completed"))!.split("\t")[0]!
      assert.strictEqual((yield* run(["records", id], account)).out.split("\n").length, 6)
      assert.strictEqual(yield* ended, 130)
    }).pipe(Effect.scoped))
})
