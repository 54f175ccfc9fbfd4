import { Account, Archive, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Either, Fiber, Layer, Stream } from "effect"
import { gunzipSync } from "node:zlib"
import { bearer } from "./setup.js"

const [stored] = Account.generate({ size: 10, types: ["cdr_in"] }).exports.filter(({ url }) => url !== null)
const account = Account.make([stored!])
const layer = (options: Simulator.Options = {}) => SimulatorClient.layer({ account, rateLimit: "none", ...options })

/** Downloads an archive. Tells the bytes that arrived, and whether the end arrived. */
const download = Effect.fnUntraced(function*(
  headers: Readonly<Record<string, string>> = {},
  url = `https://api.didww.com/v3${stored!.url}`
) {
  const client = yield* HttpClient.HttpClient
  const response = yield* client.get(url, {
    headers: "authorization" in headers ? headers : { "api-key": "key", ...headers }
  })
  const parts: Array<Uint8Array> = []
  const end = yield* Effect.either(Stream.runForEach(response.stream, (part) => Effect.sync(() => parts.push(part))))
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.concat(parts),
    isWhole: Either.isRight(end)
  }
})

const text = Effect.map(
  Simulator.Simulator,
  (simulator) => Array.from(Archive.csv(simulator.archive(stored!))).join("")
)

describe("downloading", () => {
  it.effect("a download is the gzip of the archive's CSV", () =>
    Effect.gen(function*() {
      const { bytes, headers, isWhole, status } = yield* download()
      assert.isTrue(isWhole)
      assert.strictEqual(status, 200)
      assert.strictEqual(gunzipSync(bytes).toString(), yield* text)
      assert.deepInclude(headers, {
        "content-type": "application/octet-stream",
        "accept-ranges": "bytes",
        "content-length": String(bytes.length)
      })
      assert.match(headers.etag ?? "", /^"[^"]+"$/)
      assert.notProperty(headers, "content-encoding")
      assert.deepStrictEqual((yield* download()).bytes, bytes)
    }).pipe(Effect.provide(layer({ archives: { rows: 3000, badRows: 0.01 } }))))

  it.effect("a download accepts a key or a bearer token in every version, and else answers 401 or 404 without a body", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* download({ "x-didww-api-version": "2026-11-19" })).status, 200)
      assert.strictEqual((yield* download(yield* bearer({ api_version: "2026-11-19", scope: "read" }))).status, 200)
      for (const headers of [{ "api-key": "wrong" }, { authorization: "Bearer wrong" }, { authorization: "" }]) {
        const { bytes, status } = yield* download(headers)
        assert.deepStrictEqual([status, bytes.length], [401, 0])
      }
      const missing = yield* download({}, "https://api.didww.com/v3/exports/nothing.csv.gz")
      assert.deepStrictEqual([missing.status, missing.bytes.length], [404, 0])
    }).pipe(Effect.provide(layer({ apiKeys: ["key"] }))))

  it.effect("a download resumes at any byte", () =>
    Effect.gen(function*() {
      const { bytes, headers } = yield* download()
      for (const from of [0, 1, 1000, bytes.length - 1]) {
        const part = yield* download({ range: `bytes=${from}-`, "if-range": headers.etag ?? "" })
        assert.deepStrictEqual([part.status, part.headers["content-range"], part.headers.etag], [
          206,
          `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
          headers.etag
        ])
        assert.deepStrictEqual(part.bytes, bytes.subarray(from))
      }
      const middle = yield* download({ range: "bytes=10-19" })
      assert.deepStrictEqual([middle.headers["content-length"], middle.bytes], ["10", bytes.subarray(10, 20)])
    }).pipe(Effect.provide(layer())))

  it.effect("a download refuses a range past the end, and ignores a range of another archive or one that it cannot read", () =>
    Effect.gen(function*() {
      const { bytes } = yield* download()
      const behind = yield* download({ range: `bytes=${bytes.length}-` })
      assert.deepStrictEqual([behind.status, behind.headers["content-range"]], [416, `bytes */${bytes.length}`])
      for (const headers of [{ range: "bytes=5-", "if-range": "\"another\"" }, { range: "lines=5-" }]) {
        const whole = yield* download(headers)
        assert.deepStrictEqual([whole.status, whole.bytes], [200, bytes])
      }
    }).pipe(Effect.provide(layer())))

  it.effect("an archive of 10,000,000 rows is generated only as far as it is read", () =>
    Effect.gen(function*() {
      const client = yield* HttpClient.HttpClient
      const response = yield* client.get(`https://api.didww.com/v3${stored!.url}`, { headers: { "api-key": "key" } })
      assert.notProperty(response.headers, "content-length")
      assert.notProperty(response.headers, "accept-ranges")
      const parts = yield* Stream.runCollect(Stream.take(response.stream, 3))
      assert.deepStrictEqual(Array.from(Chunk.unsafeHead(parts).subarray(0, 2)), [0x1f, 0x8b])
    }).pipe(Effect.provide(layer({ archives: { rows: () => 10_000_000 } }))))

  it.effect("the type and the API version of an export decide the layout of its archive", () =>
    Effect.gen(function*() {
      const simulator = yield* Simulator.Simulator
      const header = (more: Partial<Account.StoredExport>) => simulator.archive({ ...stored!, ...more }).columns.length
      assert.deepStrictEqual(
        [
          header({}),
          header({ exportType: "cdr_out" }),
          header({ apiVersion: "2026-11-19" }),
          header({ exportType: "sms_in" })
        ],
        [22, 19, 10, 5]
      )
    }).pipe(Effect.provide(layer())))
})

describe("archives that are broken on demand", () => {
  const broken = (fault: Fault.Fault, headers?: Readonly<Record<string, string>>) =>
    Effect.provide(
      Effect.zip(download(), download(headers)),
      layer({ faults: ({ number }) => number === 2 ? fault : undefined })
    )

  const gunzips = (bytes: Buffer): string | undefined => {
    try {
      return gunzipSync(bytes).toString()
    } catch (error) {
      return error instanceof Error ? error.message : undefined
    }
  }

  it.effect("an archive can be cut, short, truncated or empty", () =>
    Effect.gen(function*() {
      const cases: ReadonlyArray<
        [fault: Fault.Fault, length: number, isWhole: boolean, announced: number | undefined]
      > = [
        [Fault.cut(70_000), 70_000, false, 0],
        [Fault.short(70_000), 70_000, true, undefined],
        [Fault.truncated(70_000), 70_000, true, 70_000],
        [Fault.truncated(), 0, true, 0]
      ]
      for (const [fault, length, isWhole, announced] of cases) {
        const [good, bad] = yield* Effect.provide(
          Effect.zip(download(), download()),
          layer({ archives: { rows: 5000 }, faults: ({ number }) => number === 2 ? fault : undefined })
        )
        assert.deepStrictEqual(bad.bytes, good.bytes.subarray(0, length))
        assert.strictEqual(bad.isWhole, isWhole)
        assert.strictEqual(
          bad.headers["content-length"],
          isWhole ? announced === undefined ? undefined : String(announced) : good.headers["content-length"]
        )
      }
    }))

  it.effect("an archive can have a wrong checksum, a wrong size, a flipped bit or garbage behind its end", () =>
    Effect.gen(function*() {
      const reasons = yield* Effect.forEach(
        [Fault.wrongChecksum, Fault.wrongSize, Fault.trailing([1, 2, 3])],
        (fault) => Effect.map(broken(fault), ([, { bytes }]) => gunzips(bytes))
      )
      assert.deepStrictEqual(reasons, ["incorrect data check", "incorrect length check", "incorrect header check"])
      const [good, { bytes }] = yield* broken(Fault.flippedBit(8 * 500 + 3))
      assert.strictEqual(bytes[500], good.bytes[500]! ^ 8)
      assert.deepStrictEqual(bytes.subarray(501), good.bytes.subarray(501))
    }))

  it.effect("zeros behind the end and several members leave the content as it is", () =>
    Effect.gen(function*() {
      for (const fault of [Fault.trailing([0, 0, 0, 0]), Fault.members(3)]) {
        const [good, other] = yield* broken(fault)
        assert.notDeepEqual(other.bytes, good.bytes)
        assert.strictEqual(gunzips(other.bytes), gunzips(good.bytes))
      }
    }))

  it.effect("a reply can have another ETag, ignore or shift the range, or claim an encoding", () =>
    Effect.gen(function*() {
      const range = { range: "bytes=100-" }
      const [, changed] = yield* broken(Fault.headers({ etag: "\"another\"" }), range)
      assert.deepStrictEqual([changed.status, changed.headers.etag], [206, "\"another\""])
      const [good, ignored] = yield* broken(Fault.rangeIgnored, range)
      assert.deepStrictEqual([ignored.status, ignored.bytes], [200, good.bytes])
      const [, shifted] = yield* broken(Fault.rangeShifted(7), range)
      assert.match(shifted.headers["content-range"] ?? "", /^bytes 107-/)
      assert.deepStrictEqual(shifted.bytes, good.bytes.subarray(107))
      const [, encoded] = yield* broken(Fault.headers({ "content-encoding": "gzip" }))
      assert.strictEqual(encoded.headers["content-encoding"], "gzip")
    }))

  it.effect("a stalled download sends so many bytes and never ends", () =>
    Effect.gen(function*() {
      const client = yield* HttpClient.HttpClient
      const response = yield* client.get(`https://api.didww.com/v3${stored!.url}`, { headers: { "api-key": "key" } })
      let count = 0
      const fiber = yield* Effect.fork(Stream.runForEach(response.stream, (part) =>
        Effect.sync(() => {
          count = count + part.length
        })))
      while (count < 1000) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      assert.strictEqual(yield* Effect.map(Fiber.poll(fiber), ({ _tag }) => _tag), "None")
      assert.strictEqual(count, 1000)
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(layer({ faults: () => Fault.stall(1000) }))))
})

describe("over a socket", () => {
  const faults: ReadonlyArray<Fault.Fault | undefined> = [
    undefined,
    Fault.cut(70_000),
    Fault.short(70_000),
    Fault.stall(70_000)
  ]

  it.scopedLive("an archive over a socket arrives whole, cut, short or never", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.SimulatorServer
      const get = download({}, url.replace(/\/v3$/, `/v3${stored!.url}`))
      const good = yield* get
      assert.strictEqual(gunzipSync(good.bytes).toString(), yield* text)
      assert.strictEqual(good.headers["content-length"], String(good.bytes.length))
      const cut = yield* get
      assert.deepStrictEqual([cut.isWhole, cut.headers["content-length"]], [false, good.headers["content-length"]])
      assert.deepStrictEqual(cut.bytes, good.bytes.subarray(0, cut.bytes.length))
      const short = yield* get
      assert.deepStrictEqual([short.isWhole, short.headers["transfer-encoding"]], [true, "chunked"])
      assert.deepStrictEqual(short.bytes, good.bytes.subarray(0, 70_000))
      assert.strictEqual((yield* Effect.either(Effect.timeout(get, "300 millis")))._tag, "Left")
      const part = yield* download({ range: "bytes=100-" }, url.replace(/\/v3$/, `/v3${stored!.url}`))
      assert.deepStrictEqual([part.status, part.bytes], [206, good.bytes.subarray(100)])
    }).pipe(Effect.provide(Layer.merge(
      FetchHttpClient.layer,
      SimulatorServer.layer({
        account,
        archives: { rows: 5000 },
        faults: ({ number }) => faults[number - 1]
      })
    ))))
})
