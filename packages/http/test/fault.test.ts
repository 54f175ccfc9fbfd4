import type { DidwwError } from "@effect-didww/core"
import { ExportsClient, RetryPolicy } from "@effect-didww/http"
import { FetchHttpClient, HttpClient, HttpClientError } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { createServer as createHttpServer } from "node:http"
import { createServer, type Server } from "node:https"
import type { AddressInfo } from "node:net"
import * as certificates from "./certificates.js"
import { credentials } from "./setup.js"

/** An error as a runtime makes it: with a code, or with a cause. */
const error = (message: string, code?: string, cause?: Error): Error =>
  Object.assign(new Error(message, cause && { cause }), code !== undefined && { code })

const failed = (cause: Error): Error => new TypeError("fetch failed", { cause })

const deno = (words: string): Error => failed(error(`error sending request for url (https://api.didww.com/): ${words}`))

type Reason = DidwwError.TransportError["reason"]

/** The errors that runtimes were seen to give: Node 20.20 with undici 7, Bun 1.1 and 1.4, Deno 2.9. */
const seen: ReadonlyArray<
  readonly [runtime: string, what: string, cause: Error, reason: Reason, code: string | undefined]
> = [
  [
    "Node's fetch",
    "a self-signed certificate",
    failed(error("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT")),
    "certificate",
    "DEPTH_ZERO_SELF_SIGNED_CERT"
  ],
  [
    "undici, node:http",
    "an expired certificate",
    error("certificate has expired", "CERT_HAS_EXPIRED"),
    "certificate",
    "CERT_HAS_EXPIRED"
  ],
  [
    "node:http",
    "another host's certificate",
    error("Hostname/IP does not match certificate's altnames: ", "ERR_TLS_CERT_ALTNAME_INVALID"),
    "certificate",
    "ERR_TLS_CERT_ALTNAME_INVALID"
  ],
  [
    "Bun",
    "a self-signed certificate",
    error("self signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"),
    "certificate",
    "DEPTH_ZERO_SELF_SIGNED_CERT"
  ],
  [
    "Bun",
    "an unknown issuer",
    error("unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    "certificate",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
  ],
  [
    "Deno",
    "an expired certificate",
    deno("client error (Connect): invalid peer certificate: certificate expired: verification time 1795844231 (UNIX)"),
    "certificate",
    "CERT_HAS_EXPIRED"
  ],
  [
    "Deno",
    "a certificate of the future",
    deno("client error (Connect): invalid peer certificate: certificate not valid yet: verification time 1"),
    "certificate",
    "CERT_NOT_YET_VALID"
  ],
  [
    "Deno",
    "another host's certificate",
    deno("client error (Connect): invalid peer certificate: certificate not valid for name \"127.0.0.1\""),
    "certificate",
    "ERR_TLS_CERT_ALTNAME_INVALID"
  ],
  [
    "Deno",
    "an unknown issuer",
    deno("client error (Connect): invalid peer certificate: UnknownIssuer"),
    "certificate",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"
  ],
  [
    "Deno",
    "a certificate that is wrong in another way",
    deno("client error (Connect): invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))"),
    "certificate",
    undefined
  ],
  [
    "Node's fetch, undici",
    "https to an http server",
    failed(
      error(
        "80CC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl.c:350:\n",
        "ERR_SSL_WRONG_VERSION_NUMBER"
      )
    ),
    "protocol",
    "ERR_SSL_WRONG_VERSION_NUMBER"
  ],
  [
    "node:http",
    "https to an http server",
    error(
      "write EPROTO 806C:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl.c:350:\n",
      "EPROTO"
    ),
    "protocol",
    "ERR_SSL_WRONG_VERSION_NUMBER"
  ],
  [
    "Bun",
    "https to an http server",
    error("EPROTO: The TLS handshake failed. Does the server speak TLS on this port?", "EPROTO"),
    "protocol",
    "EPROTO"
  ],
  [
    "Deno",
    "https to an http server",
    deno("client error (Connect): received corrupt message of type InvalidContentType"),
    "protocol",
    "ERR_SSL_WRONG_VERSION_NUMBER"
  ],
  [
    "Node's fetch, undici",
    "an old version of TLS",
    failed(
      error(
        "80CC:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../deps/openssl.c:1601:",
        "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"
      )
    ),
    "protocol",
    "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"
  ],
  [
    "node:http",
    "an old version of TLS",
    error(
      "write EPROTO 806C:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../deps/openssl.c:1601:",
      "EPROTO"
    ),
    "protocol",
    "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"
  ],
  [
    "Deno",
    "an old version of TLS",
    deno("client error (Connect): received fatal alert: ProtocolVersion"),
    "protocol",
    "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"
  ],
  ["Node's fetch", "a blocked port", failed(error("bad port")), "port", undefined],
  ["Deno", "a blocked port", new TypeError("Fetch failed: Requests to port 6000 are blocked"), "port", undefined],
  [
    "Deno",
    "a missing permission",
    error("Requires net access to \"api.didww.com:443\", run again with the --allow-net flag"),
    "permission",
    undefined
  ],
  [
    "Node",
    "a missing permission",
    failed(error("Access to this API has been restricted", "ERR_ACCESS_DENIED")),
    "permission",
    "ERR_ACCESS_DENIED"
  ],
  [
    "Node's fetch",
    "a URL that is none",
    new TypeError("Failed to parse URL from http://a:99999/", { cause: error("Invalid URL", "ERR_INVALID_URL") }),
    "url",
    "ERR_INVALID_URL"
  ],
  [
    "node:http",
    "another scheme",
    error("Protocol \"gopher:\" not supported. Expected \"http:\"", "ERR_INVALID_PROTOCOL"),
    "url",
    "ERR_INVALID_PROTOCOL"
  ],
  ["Node's fetch", "another scheme", failed(error("unknown scheme")), "url", undefined],
  ["Deno", "another scheme", new TypeError("Url scheme 'gopher' not supported"), "url", undefined],
  [
    "Node's fetch",
    "a refused connection",
    failed(error("connect ECONNREFUSED 127.0.0.1:1", "ECONNREFUSED")),
    "request",
    "ECONNREFUSED"
  ],
  [
    "Bun",
    "a refused connection",
    error("ECONNREFUSED: Unable to connect. Is the computer able to access the url?", "ECONNREFUSED"),
    "request",
    "ECONNREFUSED"
  ],
  [
    "Bun 1.1",
    "a refused connection",
    error("Unable to connect. Is the computer able to access the url?", "ConnectionRefused"),
    "request",
    "ECONNREFUSED"
  ],
  [
    "Deno",
    "a refused connection",
    deno("client error (Connect): tcp connect error: Connection refused (os error 111)"),
    "request",
    "ECONNREFUSED"
  ],
  [
    "Deno",
    "a host that does not exist",
    deno("client error (Connect): dns error: failed to lookup address information: Name or service not known"),
    "request",
    "ENOTFOUND"
  ],
  [
    "Bun 1.1",
    "a host that does not exist",
    error("Was there a typo in the url or port?", "FailedToOpenSocket"),
    "request",
    "EHOSTUNREACH"
  ],
  ["undici", "a closed connection", error("other side closed", "UND_ERR_SOCKET"), "request", "UND_ERR_SOCKET"],
  [
    "Bun 1.1",
    "a closed connection",
    error("The socket connection was closed unexpectedly.", "ConnectionClosed"),
    "request",
    "ECONNRESET"
  ],
  ["Deno", "a closed connection", failed(error("Connection reset by peer (os error 104)")), "request", "ECONNRESET"],
  [
    "Node's fetch",
    "no HTTP",
    failed(error("Response does not match the HTTP/1.1 protocol (Expected HTTP/)", "HPE_INVALID_CONSTANT")),
    "request",
    "HPE_INVALID_CONSTANT"
  ],
  [
    "node:http",
    "a TLS failure that may pass",
    error("write EPROTO 806C:error:0A000119:SSL routines::decryption failed or bad record mac", "EPROTO"),
    "request",
    "EPROTO"
  ],
  ["any", "words that nobody knows", new Error("the key k3y is wrong"), "request", undefined],
  ["any", "a code that is a sentence", error("", "the key k3y is wrong"), "request", undefined]
]

const list = Effect.flatMap(ExportsClient.ExportsClient, (client) => client.list())

const quick = RetryPolicy.layer({ baseDelay: 0 })

describe("a transport failure", () => {
  for (const [runtime, what, cause, reason, code] of seen) {
    const attempts = reason === "request" ? 5 : 1
    it.effect(`is ${reason}${code === undefined ? "" : ` (${code})`} after ${attempts} attempts for ${what} on ${runtime}`, () =>
      Effect.gen(function*() {
        const failure = yield* Effect.flip(list)
        assert.strictEqual(failure._tag, "TransportError")
        assert.deepInclude(failure, { reason, attempts })
        assert.strictEqual(failure._tag === "TransportError" ? failure.code : "", code)
      }).pipe(
        Effect.provide(ExportsClient.layer({ credentials })),
        Effect.provide(Layer.succeed(
          HttpClient.HttpClient,
          HttpClient.make((request) =>
            Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause }))
          )
        )),
        Effect.provide(quick)
      ))
  }
})

const listening = <S extends Server | ReturnType<typeof createHttpServer>>(make: () => S) =>
  Effect.acquireRelease(
    Effect.async<S>((resume) => {
      const server = make()
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  ).pipe(Effect.map((server) => (server.address() as AddressInfo).port))

const transports = {
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  "node:http": NodeHttpClient.layer
}

describe("a server that no attempt can reach", () => {
  const secure = (pair: { readonly key: string; readonly cert: string }) => () => createServer(pair)
  const servers = {
    "has a self-signed certificate": {
      url: Effect.map(listening(secure(certificates.selfSigned)), (port) => `https://127.0.0.1:${port}/v3`),
      expected: { reason: "certificate" as const, code: "DEPTH_ZERO_SELF_SIGNED_CERT" }
    },
    "speaks http under an https URL": {
      url: Effect.map(listening(() => createHttpServer()), (port) => `https://127.0.0.1:${port}/v3`),
      expected: { reason: "protocol" as const, code: "ERR_SSL_WRONG_VERSION_NUMBER" }
    }
  }
  for (const [transport, layer] of Object.entries(transports)) {
    for (const [name, { expected, url }] of Object.entries(servers)) {
      it.scopedLive(`fails at once and names its cause when it ${name}, on ${transport}`, () =>
        Effect.gen(function*() {
          const client = yield* ExportsClient.make({ credentials, apiUrl: yield* url })
          const error = yield* Effect.flip(client.list())
          assert.deepInclude(error, { _tag: "TransportError", attempts: 1, ...expected })
          assert.include(error.message, expected.code)
        }).pipe(Effect.provide(quick), Effect.provide(layer)))
    }
  }

  it.scopedLive("fails at once when its port is one that fetch blocks", () =>
    Effect.gen(function*() {
      const client = yield* ExportsClient.make({ credentials, apiUrl: "http://127.0.0.1:6000/v3" })
      const error = yield* Effect.flip(client.list())
      assert.deepInclude(error, { _tag: "TransportError", reason: "port", attempts: 1 })
    }).pipe(Effect.provide(quick), Effect.provide(FetchHttpClient.layer)))
})
