import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Either, Option, Redacted } from "effect"
import { execFileSync, spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { createServer as createSecureServer } from "node:https"
import { type AddressInfo, connect, type Server } from "node:net"
import { fileURLToPath } from "node:url"
import * as Proxy from "../src/Proxy.js"
import { directory, run } from "./terminal.js"

const secret = "k3y-that-nobody-may-see"

const password = "passw0rd-of-the-proxy"

type Env = Readonly<Record<string, string>>

const reading = (env: Env) =>
  Effect.withConfigProvider(Proxy.variables, ConfigProvider.fromMap(new Map(Object.entries(env))))

const selected = (env: Env, url: string) =>
  Effect.map(
    reading(env),
    (variables) => Option.getOrUndefined(Option.map(Proxy.selected(variables, new URL(url)), ({ name }) => name))
  )

const api = "https://api.didww.com/v3"

/** Which variable a request uses, by curl's and undici's rules. */
const selections: ReadonlyArray<readonly [env: Env, url: string, variable: string | undefined]> = [
  [{}, api, undefined],
  [{ HTTPS_PROXY: "http://p" }, api, "HTTPS_PROXY"],
  [{ https_proxy: "http://p" }, api, "https_proxy"],
  [{ https_proxy: "http://p", HTTPS_PROXY: "http://q" }, api, "https_proxy"],
  [{ HTTPS_PROXY: "" }, api, undefined],
  [{ HTTPS_PROXY: "  " }, api, undefined],
  [{ https_proxy: "", HTTPS_PROXY: "http://q" }, api, "HTTPS_PROXY"],
  [{ HTTP_PROXY: "http://p" }, api, "HTTP_PROXY"],
  [{ HTTP_PROXY: "http://p", HTTPS_PROXY: "http://q" }, api, "HTTPS_PROXY"],
  [{ HTTP_PROXY: "http://p" }, "http://example.com", "HTTP_PROXY"],
  [{ HTTPS_PROXY: "http://p" }, "http://example.com", undefined],
  [{ ALL_PROXY: "http://p" }, api, undefined],
  ...[
    "localhost",
    "localhost:4010",
    "api.localhost",
    "127.0.0.1",
    "127.1.2.3:80",
    "[::1]",
    "[::1]:8080",
    "[::ffff:127.0.0.1]",
    "[::]",
    "0.0.0.0"
  ].flatMap((host) =>
    ["http", "https"].map((scheme): typeof selections[number] => [
      { HTTPS_PROXY: "http://p", HTTP_PROXY: "http://p" },
      `${scheme}://${host}/v3`,
      undefined
    ])
  ),
  ...([
    ["*", true],
    ["api.didww.com", true],
    ["API.DIDWW.COM", true],
    ["didww.com", true],
    [".didww.com", true],
    ["*.didww.com", true],
    ["example.com,didww.com", true],
    ["example.com didww.com", true],
    [", ,", false],
    ["", false],
    ["didww.com:443", true],
    ["didww.com:8443", false],
    ["ww.com", false],
    ["sandbox-api.didww.com", false],
    ["com.didww", false],
    ["127.0.0.1", false]
  ] as const).map(([list, isExempt]): typeof selections[number] => [
    { HTTPS_PROXY: "http://p", NO_PROXY: list },
    api,
    isExempt ? undefined : "HTTPS_PROXY"
  ]),
  [{ HTTPS_PROXY: "http://p", no_proxy: "didww.com", NO_PROXY: "example.com" }, api, undefined],
  [{ HTTPS_PROXY: "http://p", NO_PROXY: "[2001:db8::1]" }, "https://[2001:db8::1]/", undefined],
  [{ HTTPS_PROXY: "http://p", NO_PROXY: "2001:db8::1" }, "https://[2001:db8::1]/", undefined],
  [{ HTTPS_PROXY: "http://p", NO_PROXY: "[2001:db8::1]:8443" }, "https://[2001:db8::1]/", "HTTPS_PROXY"]
]

const portOf = (server: Server): number => (server.address() as AddressInfo).port

const listening = <S extends Server>(server: S) =>
  Effect.acquireRelease(
    Effect.async<S>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  )

/** A proxy that notes what it is asked for, and connects to a port of this machine or refuses. */
const proxy = (target?: number) =>
  Effect.gen(function*() {
    const asked: Array<string> = []
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.end()
    })
    server.on("connect", ({ headers, url }, socket) => {
      asked.push(`CONNECT ${url} ${headers["proxy-authorization"] ?? ""}`.trim())
      if (target === undefined) {
        socket.end("HTTP/1.1 403 Forbidden\r\n\r\n")
        return
      }
      const inner = connect(target, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
        inner.pipe(socket).pipe(inner)
      })
      for (const end of [inner, socket]) end.on("error", () => {})
    })
    return { asked, host: `127.0.0.1:${portOf(yield* listening(server))}` }
  })

const list = (env: Env) =>
  run(["list", "--limit", "1"], { env: { DIDWW_API_KEY: secret, DIDWW_RETRY_MAX_ATTEMPTS: "1", ...env } })

describe("Proxy", () => {
  it.effect("selected takes the variable that curl and undici take, and none for a loopback address", () =>
    Effect.gen(function*() {
      for (const [env, url, variable] of selections) {
        assert.strictEqual(yield* selected(env, url), variable, JSON.stringify([env, url]))
      }
    }))

  it("addressOf reads an address without a scheme as http, and refuses other proxies without showing them", () => {
    const read = (text: string) =>
      Proxy.addressOf({ name: "HTTPS_PROXY", value: Redacted.make(text) }).pipe(
        Either.map((url) => Redacted.value(url).href),
        Either.mapLeft(String)
      )
    assert.deepStrictEqual(["proxy:3128", "http://u:p@proxy", "https://proxy"].map(read), [
      Either.right("http://proxy:3128/"),
      Either.right("http://u:p@proxy/"),
      Either.right("https://proxy/")
    ])
    for (const text of [`socks5://u:${password}@proxy`, `http://u:${password}@`, `http://${password} x`]) {
      const error = read(text)
      assert.isTrue(Either.isLeft(error))
      assert.notInclude(String(error), password)
    }
  })
})

describe("a command behind a proxy", () => {
  it.scopedLive("requests go through the proxy in HTTPS_PROXY, with its password, and a failure names the variable", () =>
    Effect.gen(function*() {
      const { asked, host } = yield* proxy()
      const { code, err } = yield* list({ HTTPS_PROXY: `http://user:${password}@${host}` })
      assert.strictEqual(code, 1)
      assert.deepStrictEqual(asked, [
        `CONNECT api.didww.com:443 Basic ${Buffer.from(`user:${password}`).toString("base64")}`
      ])
      assert.match(err, /^didww-exports: .*Requests go through the proxy in HTTPS_PROXY\.\n$/)
      for (const hidden of [password, secret, host]) assert.notInclude(err, hidden)
    }))

  it.scopedLive("a late proxy keeps the exit code of a timeout", () =>
    Effect.gen(function*() {
      const silent = yield* listening(createServer().on("connect", () => {}))
      const { code, err } = yield* list({
        HTTPS_PROXY: `127.0.0.1:${portOf(silent)}`,
        DIDWW_RETRY_ATTEMPT_TIMEOUT: "200 millis"
      })
      assert.strictEqual(code, 6)
      assert.include(err, "Requests go through the proxy in HTTPS_PROXY.")
    }))

  it.scopedLive("a key never goes over http to a proxy", () =>
    Effect.gen(function*() {
      const { asked, host } = yield* proxy()
      const http = { HTTP_PROXY: `http://${host}` }
      for (
        const env of [
          { DIDWW_API_URL: "http://api.example/v3" },
          { DIDWW_TOKEN_URL: "http://api.example/token", DIDWW_API_VERSION: "2026-11-19" }
        ]
      ) {
        const { code, err } = yield* list({ ...http, ...env })
        assert.strictEqual(code, 1)
        assert.match(
          err,
          /^didww-exports: Refusing to send the API key to api\.example through the proxy in HTTP_PROXY/
        )
        assert.notInclude(err, secret)
      }
      assert.deepStrictEqual(asked, [])
    }))

  it.scopedLive("a loopback address and a host in NO_PROXY never go through a proxy, and a failure says so", () =>
    Effect.gen(function*() {
      const { asked, host } = yield* proxy()
      const proxies = { HTTPS_PROXY: `http://${host}`, HTTP_PROXY: `http://${host}` }
      const free = yield* listening(createServer())
      const url = `127.0.0.1:${portOf(free)}/v3`
      yield* Effect.sync(() => free.close())
      const cases = [
        [{ ...proxies, DIDWW_API_URL: `http://${url}` }, "HTTP_PROXY is set but not used: a loopback address"],
        [{ ...proxies, DIDWW_API_URL: `https://${url}` }, "HTTPS_PROXY is set but not used: a loopback address"],
        [
          { ...proxies, DIDWW_API_URL: "https://api.invalid/v3", no_proxy: "invalid" },
          "HTTPS_PROXY is set but not used: no_proxy exempts the host."
        ],
        [
          { ALL_PROXY: `http://${host}`, DIDWW_API_URL: "https://api.invalid/v3" },
          "ALL_PROXY is set but not used: set HTTPS_PROXY instead."
        ],
        [
          { HTTPS_PROXY: `http://${host}`, DIDWW_API_URL: "http://api.invalid/v3" },
          "HTTPS_PROXY is set but not used: set HTTP_PROXY instead."
        ]
      ] as const
      for (const [env, says] of cases) {
        const { code, err } = yield* list(env)
        assert.strictEqual(code, 1)
        assert.include(err, says)
      }
      assert.deepStrictEqual(asked, [])
    }))

  it.live("a proxy that cannot be used is named by its variable", () =>
    Effect.gen(function*() {
      const { code, err } = yield* list({ HTTPS_PROXY: `socks5://user:${password}@127.0.0.1:1080` })
      assert.strictEqual(code, 1)
      assert.match(err, /^didww-exports: Cannot use the variable HTTPS_PROXY: Expected the address of an http or https/)
      assert.notInclude(err, password)
    }))

  it.scopedLive("an answer arrives through the proxy, in a process of its own that ends by itself", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      const [key, cert] = [`${folder}/key.pem`, `${folder}/cert.pem`]
      execFileSync("openssl", [
        ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert],
        ...["-subj", "/CN=api.example", "-addext", "subjectAltName=DNS:api.example"]
      ], { stdio: "ignore" })
      const keys: Array<unknown> = []
      const api = yield* listening(
        createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, ({ headers }, response) => {
          keys.push(headers["api-key"])
          response.setHeader("content-type", "application/vnd.api+json")
          response.end(JSON.stringify({
            data: [{ id: "e-1", type: "exports", attributes: { export_type: "cdr_in", status: "Pending" } }],
            meta: { total_records: 1, api_version: "2026-04-16" }
          }))
        })
      )
      const { asked, host } = yield* proxy(portOf(api))
      const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))
      const out = yield* Effect.async<string>((resume) => {
        const child = spawn(process.execPath, ["--import", "tsx", main, "list", "--limit", "1"], {
          env: {
            PATH: process.env.PATH,
            NODE_EXTRA_CA_CERTS: cert,
            DIDWW_API_KEY: secret,
            DIDWW_API_URL: "https://api.example/v3",
            HTTPS_PROXY: `http://${host}`
          }
        })
        let out = ""
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => out += String(bytes))
        child.on("close", (code) => resume(Effect.succeed(`${code} ${out}`)))
        return Effect.sync(() => child.kill())
      })
      assert.match(out, /^0 e-1\tcdr_in\tpending/)
      assert.deepStrictEqual([asked, keys], [["CONNECT api.example:443"], [secret]])
    }))
})
