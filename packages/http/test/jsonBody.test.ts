import { ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import { FetchHttpClient, HttpClient, HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer, Option } from "effect"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib"
import * as jsonBody from "../src/internal/request/jsonBody.js"
import { FastCheck, propertyLive } from "./property.js"
import { credentials, secret } from "./setup.js"

const mebibyte = 2 ** 20
const empty = JSON.stringify({ data: [], meta: { total_records: 0 } })

/** A page with a reference that is as long as the bytes need. */
const pageOf = (bytes: number): string => {
  const page = (reference: string) =>
    JSON.stringify({
      data: [{
        id: "e-1",
        type: "exports",
        attributes: { export_type: "cdr_in", status: "completed", external_reference_id: reference }
      }],
      meta: { total_records: 1 }
    })
  return page("x".repeat(bytes - page("").length))
}

const transports = {
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  "node:http": NodeHttpClient.layer
}

/** The port of a server, while the scope is open. */
const listening = (answer: (response: ServerResponse, request: IncomingMessage) => void) =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer((request, response) => answer(response, request))
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  ).pipe(Effect.map((server) => {
    const address = server.address()
    return { server, port: typeof address === "object" && address !== null ? address.port : 0 }
  }))

const clientOf = (port: number) => ExportsClient.make({ credentials, apiUrl: `http://127.0.0.1:${port}/v3` })

const quick = Layer.merge(RetryPolicy.layer({ baseDelay: 1 }), RateLimit.none)

const json = { "content-type": "application/vnd.api+json" }

describe("a JSON body", () => {
  const gzipped = gzipSync(empty)
  const bodies: Record<string, (response: ServerResponse) => void> = {
    "plain, with its length": (response) =>
      response.writeHead(200, { ...json, "content-length": empty.length }).end(empty),
    "plain and chunked": (response) => response.writeHead(200, json).write(empty, () => response.end()),
    "with a byte-order mark and its length": (response) =>
      response.writeHead(200, { ...json, "content-length": empty.length + 3 }).end(`\ufeff${empty}`),
    "with a byte-order mark, chunked": (response) =>
      response.writeHead(200, json).write(`\ufeff${empty}`, () => response.end()),
    "gzipped": (response) =>
      response.writeHead(200, { ...json, "content-encoding": "gzip", "content-length": gzipped.length }).end(gzipped),
    "gzipped and chunked": (response) =>
      response.writeHead(200, { ...json, "content-encoding": "gzip" }).write(gzipped, () => response.end()),
    "gzipped, which says x-gzip": (response) =>
      response.writeHead(200, { ...json, "content-encoding": "x-gzip" }).end(gzipped),
    "gzipped, which no header says, chunked": (response) =>
      response.writeHead(200, json).write(gzipped, () => response.end()),
    "with the encoding identity": (response) =>
      response.writeHead(200, { ...json, "content-encoding": "identity" }).end(empty),
    "with the encoding none": (response) => response.writeHead(200, { ...json, "content-encoding": "none" }).end(empty),
    "with an encoding that is blank": (response) =>
      response.writeHead(200, { ...json, "content-encoding": "" }).end(empty)
  }
  for (const [transport, layer] of Object.entries(transports)) {
    for (const [name, answer] of Object.entries(bodies)) {
      it.scopedLive(`is read on ${transport} ${name}`, () =>
        Effect.gen(function*() {
          const client = yield* clientOf((yield* listening(answer)).port)
          assert.deepStrictEqual((yield* client.list()).totalRecords, Option.some(0))
        }).pipe(Effect.provide(quick), Effect.provide(layer)))
    }

    it.scopedLive(`comes over no more connections on ${transport} if it is chunked`, () =>
      Effect.gen(function*() {
        const connectionsFor = (answer: (response: ServerResponse) => void) =>
          Effect.gen(function*() {
            const { port, server } = yield* listening(answer)
            let connections = 0
            server.on("connection", () => connections++)
            const client = yield* clientOf(port)
            yield* Effect.repeatN(client.list(), 49)
            return connections
          })
        const known = yield* connectionsFor(bodies["plain, with its length"]!)
        // a pool may open one more at its start
        assert.isAtMost(yield* connectionsFor(bodies["plain and chunked"]!), known + 1)
      }).pipe(Effect.provide(quick), Effect.provide(layer)))
  }

  const encodings = {
    br: brotliCompressSync(empty),
    deflate: deflateSync(empty),
    "gzip, br": brotliCompressSync(gzipped)
  }
  for (const [encoding, body] of Object.entries(encodings)) {
    const answer = (response: ServerResponse) =>
      response.writeHead(200, { ...json, "content-encoding": encoding }).end(body)

    it.scopedLive(`encoded with ${encoding} is read on fetch, which decodes it`, () =>
      Effect.gen(function*() {
        const client = yield* clientOf((yield* listening(answer)).port)
        assert.deepStrictEqual((yield* client.list()).totalRecords, Option.some(0))
      }).pipe(Effect.provide(quick), Effect.provide(FetchHttpClient.layer)))

    for (const transport of ["undici", "node:http"] as const) {
      it.scopedLive(`encoded with ${encoding} fails on ${transport} with the name of the encoding, at once`, () =>
        Effect.gen(function*() {
          const client = yield* clientOf((yield* listening(answer)).port)
          const error = yield* Effect.flip(client.list())
          assert.deepInclude(error, {
            _tag: "MalformedResponse",
            path: "headers.content-encoding",
            expected: `gzip or no encoding, but not ${encoding}`,
            attempts: 1
          })
        }).pipe(Effect.provide(quick), Effect.provide(transports[transport])))
    }
  }

  it.scopedLive("gzipped with a length that no header explains fails, and says so", () =>
    Effect.gen(function*() {
      const answer = (response: ServerResponse) =>
        response.writeHead(200, { ...json, "content-length": gzipped.length }).end(gzipped)
      const client = yield* clientOf((yield* listening(answer)).port)
      const error = yield* Effect.flip(client.list())
      assert.deepInclude(error, { _tag: "MalformedResponse", path: "headers.content-encoding" })
      assert.include(error.message, "gzip, because the body is gzipped")
    }).pipe(Effect.provide(quick), Effect.provide(NodeHttpClient.layerUndici)))

  it.scopedLive("with an encoding that repeats the key fails without the key", () =>
    Effect.gen(function*() {
      const answer = (response: ServerResponse) =>
        response.writeHead(200, { ...json, "content-encoding": secret }).end("x")
      const client = yield* clientOf((yield* listening(answer)).port)
      const error = yield* Effect.flip(client.list())
      assert.include(error.message, "not <redacted>")
    }).pipe(Effect.provide(quick), Effect.provide(NodeHttpClient.layerUndici)))

  for (const [transport, layer] of Object.entries(transports)) {
    it.scopedLive(`is a cut answer on ${transport} if its gzip is cut or corrupt, and the request is sent again`, () =>
      Effect.gen(function*() {
        let requests = 0
        const corrupt = Buffer.from(gzipped).fill(7, 12, 20)
        // fetch takes the half of a gzip for the whole
        const broken = [transport === "fetch" ? corrupt : gzipped.subarray(0, 25), corrupt, gzipped]
        const { port } = yield* listening((response) => {
          response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(broken[requests++])
        })
        const client = yield* clientOf(port)
        yield* client.list()
        assert.strictEqual(requests, 3)
      }).pipe(Effect.provide(quick), Effect.provide(layer)))
  }
})

describe("a JSON body that is too large", () => {
  const block = Buffer.alloc(mebibyte, " ")

  /** Writes without end, or up to a number of blocks, and counts the bytes that the connection took. */
  const flood = (response: ServerResponse, headers: Record<string, string | number>, status = 200) => {
    const sent = { blocks: 0 }
    response.writeHead(status, { ...json, ...headers })
    const write = () => {
      while (response.write(block)) sent.blocks++
    }
    response.on("drain", write)
    response.on("error", () => {})
    write()
    return sent
  }

  const bomb = gzipSync(Buffer.alloc(200 * mebibyte, " "))
  const floods: Record<string, (response: ServerResponse) => { readonly blocks: number }> = {
    "without an end": (response) => flood(response, {}),
    "of 10 GB": (response) => flood(response, { "content-length": 10 * 1024 * mebibyte }),
    "decompressed": (response) => {
      response.writeHead(200, { ...json, "content-encoding": "gzip", "content-length": bomb.length }).end(bomb)
      return { blocks: 0 }
    }
  }
  for (const [transport, layer] of Object.entries(transports)) {
    for (const [name, answer] of Object.entries(floods)) {
      it.scopedLive(`${name} fails at 64 MiB on ${transport}, at once, and the connection is closed`, () =>
        Effect.gen(function*() {
          const closed = yield* Deferred.make<number>()
          const { port } = yield* listening((response, request) => {
            const sent = answer(response)
            request.socket.on("close", () => Deferred.unsafeDone(closed, Effect.succeed(sent.blocks)))
          })
          const client = yield* clientOf(port)
          const error = yield* Effect.flip(client.list())
          assert.deepInclude(error, {
            _tag: "MalformedResponse",
            expected: "a document of at most 64 MiB",
            attempts: 1
          })
          // a connection whose answer was whole may stay
          if (name !== "decompressed") assert.isBelow(yield* Deferred.await(closed), 64 + 32)
        }).pipe(Effect.provide(quick), Effect.provide(layer)))
    }

    it.scopedLive(`is dropped at 1 MiB on ${transport} if it is a refusal's, whose status counts`, () =>
      Effect.gen(function*() {
        const closed = yield* Deferred.make<number>()
        const { port } = yield* listening((response, request) => {
          const sent = flood(response, {}, 403)
          request.socket.on("close", () => Deferred.unsafeDone(closed, Effect.succeed(sent.blocks)))
        })
        const client = yield* clientOf(port)
        assert.deepInclude(yield* Effect.flip(client.list()), { _tag: "Forbidden", attempts: 1, errors: [] })
        assert.isBelow(yield* Deferred.await(closed), 1 + 32)
      }).pipe(Effect.provide(quick), Effect.provide(layer)))
  }
})

describe("the bound of a JSON body", () => {
  const request = HttpClientRequest.get("http://a.example/")
  const streamOf = (chunks: Iterable<Uint8Array>) => {
    const iterator = chunks[Symbol.iterator]()
    return new ReadableStream<Uint8Array>({
      pull: (body) => {
        const { done, value } = iterator.next()
        if (done === true) body.close()
        else body.enqueue(value)
      }
    }, { highWaterMark: 0 })
  }
  const responseOf = (chunks: Iterable<Uint8Array>, headers: Record<string, string> = {}) =>
    HttpClientResponse.fromWeb(request, new Response(streamOf(chunks), { headers }))

  const readAll = (response: HttpClientResponse.HttpClientResponse, bound: number = jsonBody.bounds.success) =>
    Effect.flatMap(Effect.makeSemaphore(1), (turn) => jsonBody.read(response, bound, turn))

  function* blocks(bytes: number, size = 65_536) {
    const block = new Uint8Array(size).fill(32)
    for (let left = bytes; left > 0; left -= size) yield block.subarray(0, Math.min(left, size))
  }

  for (const bound of [1, 1000, 2 * mebibyte, 3 * mebibyte, jsonBody.bounds.success]) {
    it.effect(`is exact: ${bound} bytes are read, and one more is too large`, () =>
      Effect.gen(function*() {
        assert.strictEqual((yield* readAll(responseOf(blocks(bound)), bound)).length, bound)
        const { _tag } = yield* Effect.flip(readAll(responseOf(blocks(bound + 1)), bound))
        assert.strictEqual(_tag, "GunzipError")
        const length = { "content-length": String(bound + 1) }
        assert.strictEqual(
          (yield* Effect.flip(readAll(responseOf(blocks(bound + 1), length), bound)))._tag,
          "GunzipError"
        )
      }))
  }

  it.effect("holds for what a gzip decompresses to", () =>
    Effect.gen(function*() {
      const gzip = (bytes: number) => [gzipSync(Buffer.alloc(bytes, " "))]
      assert.strictEqual((yield* readAll(responseOf(gzip(mebibyte)), mebibyte)).length, mebibyte)
      assert.strictEqual((yield* Effect.flip(readAll(responseOf(gzip(mebibyte + 1)), mebibyte)))._tag, "GunzipError")
    }))

  it.effect("is read by one body at a time behind its first 2 MiB", () =>
    Effect.gen(function*() {
      const turn = yield* Effect.makeSemaphore(1)
      let long = 0
      let longest = 0
      function* watched() {
        let given = 0
        for (const block of blocks(8 * mebibyte)) {
          // this many were taken from this body so far
          if (given === 3 * mebibyte) longest = Math.max(longest, ++long)
          given += block.length
          yield block
        }
        long--
      }
      const texts = yield* Effect.forEach(
        Array.from({ length: 16 }),
        () => jsonBody.read(responseOf(watched()), jsonBody.bounds.success, turn),
        { concurrency: "unbounded" }
      )
      assert.isTrue(texts.every(({ length }) => length === 8 * mebibyte))
      assert.strictEqual(longest, 1)
    }))

  const bytesOf = (text: string) => new TextEncoder().encode(text)
  const cut = (bytes: Uint8Array, sizes: ReadonlyArray<number>) => {
    const chunks: Array<Uint8Array> = []
    for (let at = 0, index = 0; at < bytes.length; index++) {
      const size = sizes[index % sizes.length] ?? bytes.length
      chunks.push(bytes.subarray(at, at + size))
      at += size
    }
    return chunks
  }

  propertyLive(
    "changes nothing of a shorter text, however it is cut, gzipped or marked",
    [
      FastCheck.string({ unit: "grapheme", maxLength: 200 }),
      FastCheck.array(FastCheck.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 9 }).filter((sizes) =>
        sizes.some((size) => size > 0)
      ),
      FastCheck.boolean(),
      FastCheck.boolean(),
      FastCheck.constantFrom<Record<string, string>>({}, { "content-encoding": "gzip" }, { "content-encoding": "none" })
    ],
    (text, sizes, isGzipped, isMarked, headers) =>
      Effect.gen(function*() {
        const plain = bytesOf((isMarked ? "\ufeff" : "") + text.replaceAll("\ufeff", ""))
        const body = isGzipped ? gzipSync(plain) : plain
        const read = yield* readAll(responseOf(cut(body, sizes), headers))
        assert.strictEqual(read, text.replaceAll("\ufeff", ""))
      })
  )

  it.effect("changes nothing of an answer without a body", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* readAll(HttpClientResponse.fromWeb(request, new Response(null, { status: 204 }))), "")
    }))

  it.live("lets long pages through, one after the other", () =>
    Effect.gen(function*() {
      const page = bytesOf(pageOf(5 * mebibyte))
      const client = yield* Effect.provideService(
        ExportsClient.make({ credentials }),
        HttpClient.HttpClient,
        HttpClient.make((request) =>
          Effect.succeed(HttpClientResponse.fromWeb(request, new Response(streamOf(cut(page, [65_536])))))
        )
      )
      const pages = yield* Effect.all(Array.from({ length: 8 }, () => client.list()), { concurrency: "unbounded" })
      assert.isTrue(pages.every(({ exports }) => exports.length === 1))
    }).pipe(Effect.provide(quick)))
})
