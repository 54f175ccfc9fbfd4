import { Callback, ExportRequest } from "@effect-didww/core"
import { CallbackApp, ExportsClient } from "@effect-didww/http"
import { Callback as SimulatorCallback, SimulatorClient } from "@effect-didww/simulator"
import { FetchHttpClient, HttpApp, HttpRouter, HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Context, Data, DateTime, Effect, Layer, Queue, Redacted } from "effect"
import { createServer, request as nodeRequest } from "node:http"
import { connect } from "node:net"
import { entriesTo, type Entry, silent } from "./logging.js"
import { credentials } from "./setup.js"

const publicUrl = "https://customer.example/didww"
const key = Redacted.make("c4llback-s3cret")
const payload = { id: "e-1", type: "exports", status: "completed", url: "https://api.didww.com/v3/exports/1.csv.gz" }
const form = new URLSearchParams(payload).toString()

class Full extends Data.TaggedError("Full")<{}> {}

class Receiver extends Context.Tag("test/Receiver")<Receiver, {
  readonly received: Array<unknown>
  readonly save: Effect.Effect<void, Full>
}>() {}

const app = (options: Partial<CallbackApp.Options> = {}) =>
  CallbackApp.make(
    { publicUrl, secrets: [key], ...options },
    (callback) =>
      Effect.flatMap(Receiver, ({ received, save }) => Effect.andThen(save, Effect.sync(() => received.push(callback))))
  )

const headersFor = (url: string, members: Callback.Payload = payload) =>
  Effect.map(Callback.sign({ url, payload: members, secret: key }), (signature) => ({ "x-didww-signature": signature }))

/** Sends a request to the app, and gives the answer, the callbacks of the handler and the log. */
const asked = (
  request: Request,
  options: {
    readonly app?: HttpApp.Default<never, Receiver>
    readonly save?: Effect.Effect<void, Full>
  } = {}
) =>
  Effect.gen(function*() {
    const received: Array<unknown> = []
    const log: Array<Entry> = []
    const handler = HttpApp.toWebHandlerLayer(
      options.app ?? app(),
      Layer.merge(
        Layer.succeed(Receiver, { received, save: options.save ?? Effect.void }),
        entriesTo((entry) => log.push(entry))
      )
    )
    const response = yield* Effect.promise(() => handler.handler(request))
    const text = yield* Effect.promise(() => response.text())
    yield* Effect.promise(handler.dispose)
    return { status: response.status, headers: response.headers, text, received, log }
  })

const formType = { "content-type": "application/x-www-form-urlencoded" }

const post = (body: BodyInit, headers: Record<string, string>, path = "/didww") =>
  new Request(`http://127.0.0.1:8080${path}`, { method: "POST", body, headers: { ...formType, ...headers } })

describe("CallbackApp", () => {
  it.effect("hands a signed POST to the handler, and answers 204", () =>
    Effect.gen(function*() {
      const { log, received, status, text } = yield* asked(post(form, yield* headersFor(publicUrl)))
      assert.deepStrictEqual({ status, text, received, log }, { status: 204, text: "", received: [payload], log: [] })
    }))

  it.effect("hands a signed GET to the handler, wherever a proxy or a router mounts the app", () =>
    Effect.gen(function*() {
      const own = `${publicUrl}?tenant=7`
      const headers = yield* headersFor(`${own}&${form}`)
      const request = () => new Request(`http://127.0.0.1:8080/inner/hook?tenant=7&${form}`, { headers })
      const mounted = HttpRouter.empty.pipe(
        HttpRouter.mountApp("/inner", app({ publicUrl: own })),
        Effect.catchTag("RouteNotFound", () => Effect.dieMessage("not mounted"))
      )
      for (const one of [app({ publicUrl: own }), mounted]) {
        const { received, status } = yield* asked(request(), { app: one })
        assert.deepStrictEqual({ status, received }, { status: 204, received: [payload] })
      }
    }))

  it.effect("takes the old secret and the new one", () =>
    Effect.gen(function*() {
      const request = post(form, yield* headersFor(publicUrl))
      const secrets = [Redacted.make("new"), key] as const
      assert.strictEqual((yield* asked(request, { app: app({ secrets }) })).status, 204)
    }))

  const refusals = Effect.gen(function*() {
    const right = yield* headersFor(publicUrl)
    const large = `${form}&more=${"x".repeat(70_000)}`
    const other = { ...payload, type: "orders" }
    return {
      "without a signature": [401, "missing signature", post(form, {})],
      "with another's signature": [401, "wrong signature", post(form, yield* headersFor("https://other.example/"))],
      "with a broken signature": [401, "wrong signature", post(form, { "x-didww-signature": "zz" })],
      "with another payload": [401, "wrong signature", post(form.replace("e-1", "e-2"), right)],
      "by GET, signed for a POST": [401, "wrong signature", new Request(`${publicUrl}?${form}`, { headers: right })],
      "by GET, with nothing": [401, "missing signature", new Request(publicUrl)],
      "with no body": [
        400,
        "malformed payload",
        new Request(publicUrl, { method: "POST", headers: { ...formType, ...(yield* headersFor(publicUrl, {})) } })
      ],
      "with a member that nobody named": [
        400,
        "furtherMembers",
        post(`${form}&attempt=2`, yield* headersFor(publicUrl, { ...payload, attempt: "2" }))
      ],
      "with a member twice": [400, "malformed payload", post(`${form}&id=e-1`, right)],
      "of another type": [
        400,
        "malformed payload",
        post(new URLSearchParams(other).toString(), yield* headersFor(publicUrl, other))
      ],
      "as JSON": [
        415,
        "unsupported content type",
        post(JSON.stringify(payload), { ...right, "content-type": "application/json" })
      ],
      "too large": [413, "too large", post(large, right)],
      "too large, and saying so": [413, "too large", post(large, { ...right, "content-length": String(large.length) })]
    } as const
  })

  it.effect("refuses a request with a status alone, and a warning without any of the request", () =>
    Effect.gen(function*() {
      for (const [name, [expected, reason, request]] of Object.entries(yield* refusals)) {
        const { log, received, status, text } = yield* asked(request)
        assert.deepStrictEqual({ name, status, text, received }, { name, status: expected, text: "", received: [] })
        assert.deepStrictEqual(log.map(({ level }) => level), ["WARN"])
        assert.include(log[0]?.text, reason)
        for (const secret of [Redacted.value(key), "e-1", "customer.example"]) {
          assert.notInclude(JSON.stringify(log), secret)
        }
      }
    }))

  it.effect("takes members that furtherMembers names", () =>
    Effect.gen(function*() {
      const request = post(`${form}&attempt=2`, yield* headersFor(publicUrl, { ...payload, attempt: "2" }))
      const { received, status } = yield* asked(request, { app: app({ furtherMembers: ["attempt"] }) })
      assert.deepStrictEqual([status, received], [204, [payload]])
    }))

  const contentTypes: Record<string, number> = {
    "application/x-www-form-urlencoded": 204,
    "application/x-www-form-urlencoded; charset=utf-8": 204,
    "Application/X-WWW-Form-URLEncoded ;charset=UTF-8": 204,
    "application/x-www-form-urlencoded-not": 415,
    "application/json": 415,
    "multipart/form-data; boundary=a": 415,
    "text/plain": 415,
    "text/plain; application/x-www-form-urlencoded": 415,
    "": 415
  }
  for (const [type, expected] of Object.entries(contentTypes)) {
    it.effect(`answers ${expected} to the content type "${type}"`, () =>
      Effect.gen(function*() {
        const request = post(form, { ...(yield* headersFor(publicUrl)), "content-type": type })
        const { received, status } = yield* asked(request)
        assert.deepStrictEqual([status, received], [expected, expected === 204 ? [payload] : []])
      }))
  }

  it.live("answers 408 when the body does not arrive within bodyTimeout", () =>
    Effect.gen(function*() {
      const body = new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode(form)) })
      const request = new Request(publicUrl, {
        method: "POST",
        body,
        headers: { ...formType, ...(yield* headersFor(publicUrl)) },
        // only a body that is sent at once needs no duplex
        ...{ duplex: "half" }
      })
      const { headers, log, received, status } = yield* asked(request, { app: app({ bodyTimeout: "50 millis" }) })
      assert.deepStrictEqual([status, headers.get("connection"), received], [408, "close", []])
      assert.deepStrictEqual(log.map(({ level }) => level), ["WARN"])
      assert.include(log[0]?.text, "timed out")
    }))

  for (const method of ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]) {
    it.effect(`answers ${method} with 405`, () =>
      Effect.gen(function*() {
        const { headers, received, status } = yield* asked(new Request(publicUrl, { method }))
        assert.deepStrictEqual([status, headers.get("allow"), received], [405, "GET, POST", []])
      }))
  }

  for (
    const [name, save] of [
      ["fails", Effect.fail(new Full())],
      ["dies", Effect.die(new Error("no space left"))]
    ] as const
  ) {
    it.effect(`answers 500 when the handler ${name}, so that DIDWW calls again`, () =>
      Effect.gen(function*() {
        const { log, received, status, text } = yield* asked(post(form, yield* headersFor(publicUrl)), { save })
        assert.deepStrictEqual({ status, text, received }, { status: 500, text: "", received: [] })
        assert.deepStrictEqual(log.map(({ level }) => level), ["ERROR"])
      }))
  }

  it.effect("does not answer 204 when the handler is interrupted", () =>
    Effect.gen(function*() {
      const request = post(form, yield* headersFor(publicUrl))
      const { received, status } = yield* asked(request, { save: Effect.interrupt })
      assert.deepStrictEqual([status, received], [503, []])
    }))

  for (
    const [name, options] of [
      ["an invalid public URL", { publicUrl: "/didww" }],
      ["an empty secret", { secrets: [Redacted.make("")] }]
    ] as const
  ) {
    it.effect(`answers 500 to each request with ${name}, and logs an error`, () =>
      Effect.gen(function*() {
        const request = post(form, yield* headersFor(publicUrl))
        const { log, received, status } = yield* asked(request, { app: app(options) })
        assert.deepStrictEqual([status, received], [500, []])
        assert.deepStrictEqual(log.map(({ level }) => level), ["ERROR"])
      }))
  }

  it.effect("limits the body to maxBodySize", () =>
    Effect.gen(function*() {
      const request = (body: string) =>
        Effect.map(
          headersFor(publicUrl, Object.fromEntries(new URLSearchParams(body))),
          (headers) => post(body, headers)
        )
      const status = (body: string) =>
        Effect.flatMap(
          request(body),
          (request) => Effect.map(asked(request, { app: app({ maxBodySize: form.length }) }), ({ status }) => status)
        )
      assert.strictEqual(yield* status(form), 204)
      assert.strictEqual(yield* status(`${form}&a=`), 413)
    }))
})

/** Sends these chunks over a socket, and gives the status. */
const sent = (options: {
  readonly port: number
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly chunks?: ReadonlyArray<string | Uint8Array>
}) =>
  Effect.async<number | undefined, Error>((resume) => {
    const { chunks = [], ...rest } = options
    const client = nodeRequest({ host: "127.0.0.1", agent: false, ...rest }, (response) => {
      response.resume()
      response.on("end", () => resume(Effect.succeed(response.statusCode)))
    })
    client.on("error", (error) => resume(Effect.fail(error)))
    for (const chunk of chunks) client.write(chunk)
    client.end()
  })

describe("CallbackApp over a socket", () => {
  it.scopedLive("takes both methods, refuses requests, and answers a body that is too large", () =>
    Effect.gen(function*() {
      const received: Array<unknown> = []
      const server = yield* HttpServer.HttpServer
      yield* HttpServer.serveEffect(app()).pipe(
        Effect.provideService(Receiver, { received, save: Effect.void })
      )
      assert.strictEqual(server.address._tag, "TcpAddress")
      const port = server.address._tag === "TcpAddress" ? server.address.port : 0
      const right = {
        port,
        method: "POST",
        path: "/didww",
        headers: { ...formType, ...(yield* headersFor(publicUrl)) }
      }
      const half = form.length / 2
      assert.strictEqual(yield* sent({ ...right, chunks: [form.slice(0, half), form.slice(half)] }), 204)
      // the signature is of this encoding, which `URL` would not write
      const query = form.replaceAll("%2F", "/").replaceAll("-", "%2d")
      const get = { port, method: "GET", path: `/didww?${query}`, headers: yield* headersFor(`${publicUrl}?${query}`) }
      assert.strictEqual(yield* sent(get), 204)
      assert.strictEqual(yield* sent({ ...get, path: `/didww?${form}` }), 401)
      assert.strictEqual(yield* sent({ ...right, chunks: [form, "&id=2"] }), 400)
      // a letter cut in two
      const odd = Buffer.from("id=ü&type=exports&status=completed")
      const headersOfOdd = {
        ...formType,
        ...(yield* headersFor(publicUrl, { id: "ü", type: "exports", status: "completed" }))
      }
      const cut = { ...right, headers: headersOfOdd, chunks: [odd.subarray(0, 4), odd.subarray(4)] }
      assert.strictEqual(yield* sent(cut), 204)
      const chunks = Array.from({ length: 20 }, () => "x".repeat(10_000))
      assert.strictEqual(yield* sent({ ...right, chunks }), 413)
      const headers = { ...right.headers, "content-length": "200000" }
      assert.strictEqual(yield* sent({ ...right, headers, chunks }), 413)
      assert.strictEqual(yield* sent({ ...right, method: "PUT" }), 405)
      assert.deepStrictEqual(received, [payload, payload, { id: "ü", type: "exports", status: "completed" }])
    }).pipe(
      Effect.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })),
      Effect.provide(silent)
    ))

  const slow = {
    "a body that stops": { status: 408, head: "POST /didww HTTP/1.1\r\ncontent-length: 500\r\n" },
    "a body that stops, chunked": { status: 408, head: "POST /didww HTTP/1.1\r\ntransfer-encoding: chunked\r\n" },
    "a body that is announced too large, and stops": {
      status: 413,
      head: "POST /didww HTTP/1.1\r\ncontent-length: 99999999\r\n"
    },
    "a body by another method, which stops": { status: 405, head: "PUT /didww HTTP/1.1\r\ncontent-length: 500\r\n" }
  }
  for (const [name, { head, status }] of Object.entries(slow)) {
    it.scopedLive(`answers ${status} to ${name}, and closes the connection`, () =>
      Effect.gen(function*() {
        const server = yield* HttpServer.HttpServer
        yield* HttpServer.serveEffect(app({ bodyTimeout: "100 millis" })).pipe(
          Effect.provideService(Receiver, { received: [], save: Effect.void })
        )
        const port = server.address._tag === "TcpAddress" ? server.address.port : 0
        const answer = yield* Effect.async<string>((resume) => {
          let text = ""
          const socket = connect(port, "127.0.0.1", () =>
            socket.write(`${head}host: a\r\ncontent-type: ${formType["content-type"]}\r\n\r\n`))
          socket.on("data", (data) => (text += data.toString()))
          socket.on("close", () =>
            resume(Effect.succeed(text)))
          socket.on("error", () => {})
        })
        assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
      }).pipe(
        Effect.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })),
        Effect.provide(silent)
      ))
  }
})

describe("CallbackApp and the simulator", () => {
  for (const method of ["get", "post"] as const) {
    it.scopedLive(`agree on callbacks by ${method}`, () =>
      Effect.gen(function*() {
        const received = yield* Queue.unbounded<Callback.Callback>()
        const server = yield* HttpServer.HttpServer
        const port = server.address._tag === "TcpAddress" ? server.address.port : 0
        const url = `http://127.0.0.1:${port}/didww?tenant=a%20b`
        yield* HttpServer.serveEffect(
          CallbackApp.make({ publicUrl: url, secrets: [Redacted.make("old"), key] }, (callback) =>
            received.offer(callback))
        )
        const client = yield* ExportsClient.make({ credentials })
        const month = ExportRequest.lastMonth(yield* DateTime.now)
        const requested = yield* client.create(ExportRequest.cdrIn({ ...month, callback: { url, method } }))
        const callback = yield* received.take
        assert.strictEqual(callback.id, requested.id)
        assert.strictEqual(callback.url, (yield* client.get(requested.id)).url)
      }).pipe(
        Effect.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })),
        Effect.provide(Layer.provide(SimulatorCallback.layer, FetchHttpClient.layer)),
        Effect.provide(SimulatorClient.layer({
          callbackSecret: key,
          processing: { pending: 0, processing: "100 millis" }
        }))
      ))
  }
})
