import { Export } from "@effect-didww/core"
import { ExportsClient, Metrics, RateLimit, RetryPolicy } from "@effect-didww/http"
import { Account, Archive, Fault, Simulator } from "@effect-didww/simulator"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Either, Layer, Metric, Option, Ref, Schedule, Stream } from "effect"
import { gunzipSync } from "node:zlib"
import { inTime } from "./clock.js"
import { FastCheck, propertyLive } from "./property.js"
import { connected, credentials, secret, seen } from "./setup.js"

// a switch for long runs: RUNS=2000
const runs = { numRuns: Number(process.env.RUNS ?? 10) }

const { ExportsClient: Client } = ExportsClient

const apiUrl = "https://api.didww.com/v3"
const archived: ExportsClient.Archived = {
  id: Export.ExportId.make("e-1"),
  url: `${apiUrl}/exports/e-1.csv.gz`
}

/** The bytes of a stream, and the failure behind them. */
const run = <E>(stream: Stream.Stream<Uint8Array, E>) =>
  Effect.gen(function*() {
    const out: Array<Uint8Array> = []
    const exit = yield* Effect.either(Stream.runForEachChunk(stream, (chunk) => Effect.sync(() => out.push(...chunk))))
    return {
      bytes: new Uint8Array(Buffer.concat(out)),
      failure: Either.match(exit, { onLeft: (error) => error, onRight: () => undefined })
    }
  })

const download = (self: ExportsClient.Archived, options?: ExportsClient.DownloadOptions) =>
  Effect.flatMap(Client, (client) => run(client.download(self, options)))

/** A completed export of the simulator. */
const completed = Effect.gen(function*() {
  const client = yield* Client
  const page = yield* client.list()
  return Option.getOrThrow(Option.fromNullable(page.exports.find(Export.isCompleted)))
})

const account = Account.generate({ size: 20, seed: 3 })
const archives = { rows: 200, seed: 1 }
const quick = RetryPolicy.layer({ baseDelay: 0 })

const isDownload = ({ url }: Simulator.ReceivedRequest): boolean => url.endsWith(".csv.gz")

/** Faults of downloads only. The first download is 1. */
const onDownloads = (faultOf: (number: number) => Fault.Fault | undefined) => {
  let number = 0
  return (request: Simulator.ReceivedRequest) => isDownload(request) ? faultOf(++number) : undefined
}

const simulated = (faultOf: (number: number) => Fault.Fault | undefined) =>
  connected({ account, archives, faults: onDownloads(faultOf) })

const downloads = Effect.map(seen, (requests) => requests.filter(isDownload))

const whole = await Effect.runPromise(
  Effect.flatMap(completed, (self) => download(self)).pipe(
    Effect.map(({ bytes }) => bytes),
    Effect.provide(simulated(() => undefined))
  )
)

const isPrefix = (bytes: Uint8Array): boolean => Buffer.compare(bytes, whole.subarray(0, bytes.length)) === 0
const isWhole = (bytes: Uint8Array): boolean => Buffer.compare(bytes, whole) === 0

const anyByte = FastCheck.integer({ min: 0, max: whole.length - 1 })

/** An answer of a scripted server. */
interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** The parts of the body that arrive. `null` means no body. */
  readonly chunks?: ReadonlyArray<string> | null
  readonly end?: "cut" | "stall"
}

/** A server that gives one answer after the other, and the requests that it got. */
const scripted = (answers: ReadonlyArray<Answer>, options: Partial<ExportsClient.Options> = {}) => {
  const requests: Array<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }> = []
  const open = { count: 0 }
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      const { chunks = [], end, headers = {}, status = 200 } = answers[requests.length] ?? { status: 500 }
      requests.push({ url: request.url, headers: { ...request.headers } })
      if (chunks === null) return HttpClientResponse.fromWeb(request, new Response(null, { status, headers }))
      open.count = open.count + 1
      const left = [...chunks]
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          const next = left.shift()
          if (next !== undefined) return controller.enqueue(new TextEncoder().encode(next))
          if (end === "stall") return new Promise(() => {})
          open.count = open.count - 1
          if (end === "cut") controller.error({ code: "ECONNRESET" })
          else controller.close()
        },
        cancel: () => {
          open.count = open.count - 1
        }
      }, { highWaterMark: 0 })
      return HttpClientResponse.fromWeb(request, new Response(body, { status, headers }))
    })
  )
  const layer = ExportsClient.layer({ credentials, ...options }).pipe(
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client)),
    Layer.provideMerge(Layer.mergeAll(RateLimit.none, quick))
  )
  return { requests, open, layer }
}

const etag = "\"a\""
const text = ({ bytes }: { readonly bytes: Uint8Array }): string => new TextDecoder().decode(bytes)

// in real time: while a simulator compresses, simulated time would run far ahead of it
describe("download", () => {
  it.live("delivers the archive as it is, by one request that accepts no encoding", () =>
    Effect.gen(function*() {
      const { archive, exports } = yield* Simulator.Simulator
      const self = yield* completed
      const { bytes, failure } = yield* download(self)
      assert.isUndefined(failure)
      const record = (yield* exports).find(({ id }) => id === self.id)
      const csv = gunzipSync(bytes).toString()
      assert.strictEqual(csv, Array.from(Archive.csv(archive(Option.getOrThrow(Option.fromNullable(record))))).join(""))
      const [request, ...others] = yield* downloads
      assert.deepStrictEqual(others, [])
      assert.deepInclude(request?.headers, { "accept": "*/*", "accept-encoding": "identity", "api-key": secret })
      assert.notProperty(request?.headers, "range")
    }).pipe(Effect.provide(simulated(() => undefined))))

  const cuts = {
    "continues from the missing byte, wherever it was cut": FastCheck.array(anyByte, { minLength: 1, maxLength: 4 }),
    "continues from the missing byte, however often it was cut behind 1 KiB": FastCheck.array(
      FastCheck.integer({ min: 1024, max: 2048 }),
      {
        minLength: 5,
        maxLength: 12
      }
    )
  }
  for (const [name, places] of Object.entries(cuts)) {
    propertyLive(name, [places], (cuts) =>
      Effect.gen(function*() {
        const { bytes, failure } = yield* Effect.flatMap(completed, (self) => download(self))
        assert.isUndefined(failure)
        assert.isTrue(isWhole(bytes))
        const requests = yield* downloads
        for (const { headers } of requests.slice(1)) {
          if (headers.range === undefined) {
            continue
          }
          assert.match(headers.range, /^bytes=\d+-$/)
          assert.match(headers["if-range"] ?? "", /^"/)
        }
      }).pipe(
        Effect.provide(quick),
        Effect.provide(simulated((number) => {
          const after = cuts[number - 1]
          return after === undefined ? undefined : Fault.cut(after)
        }))
      ), runs)
  }

  propertyLive(
    "skips the bytes that it has when the server ignores the range",
    [anyByte],
    (after) =>
      Effect.gen(function*() {
        const { bytes, failure } = yield* Effect.flatMap(completed, (self) => download(self))
        assert.isUndefined(failure)
        assert.isTrue(isWhole(bytes))
      }).pipe(
        Effect.provide(quick),
        Effect.provide(simulated((number) => number === 1 ? Fault.cut(after) : Fault.rangeIgnored))
      ),
    runs
  )

  const later = FastCheck.integer({ min: 1, max: whole.length - 2 })
  const resumedWrongly = {
    "another ETag": [Fault.headers({ etag: "\"another\"" }), "ArchiveChanged"],
    "a part that begins at 0": [Fault.headers({ "content-range": "bytes 0-2/3" }), "MalformedResponse"],
    "no Content-Range": [Fault.headers({ "content-range": "" }), "MalformedResponse"],
    "bytes from somewhere else": [Fault.rangeShifted(1), "MalformedResponse"],
    "a status 416": [Fault.status(416), "UnexpectedStatus"],
    "a status 404": [Fault.status(404), "NotFound"],
    "a Content-Encoding": [Fault.headers({ "content-encoding": "gzip" }), "MalformedResponse"]
  } as const
  for (const [name, [fault, tag]] of Object.entries(resumedWrongly)) {
    propertyLive(
      `delivers a true prefix and fails with ${tag} when the answer to its second request has ${name}`,
      [later],
      (after) =>
        Effect.gen(function*() {
          const { bytes, failure } = yield* Effect.flatMap(completed, (self) => download(self))
          assert.deepInclude(failure, { _tag: tag })
          assert.strictEqual(bytes.length, after)
          assert.isTrue(isPrefix(bytes))
          assert.strictEqual((yield* downloads).length, 2)
        }).pipe(
          Effect.provide(quick),
          Effect.provide(simulated((number) => number === 1 ? Fault.cut(after) : fault))
        ),
      runs
    )
  }

  propertyLive("continues after an idle connection", [anyByte], (after) =>
    Effect.gen(function*() {
      const { bytes, failure } = yield* Effect.flatMap(
        completed,
        (self) => download(self, { idleTimeout: "50 millis" })
      )
      assert.isUndefined(failure)
      assert.isTrue(isWhole(bytes))
    }).pipe(
      Effect.provide(quick),
      Effect.provide(simulated((number) => number === 1 ? Fault.stall(after) : undefined))
    ), runs)

  it.live("fails after a cut when the policy has no retries", () =>
    Effect.gen(function*() {
      const { bytes, failure } = yield* Effect.flatMap(completed, (self) => download(self))
      assert.deepInclude(failure, { _tag: "TransportError", reason: "response", attempts: 1, code: "ECONNRESET" })
      assert.strictEqual(bytes.length, 100)
    }).pipe(Effect.provide(RetryPolicy.none), Effect.provide(simulated(() => Fault.cut(100)))))

  it.live("fails when the budget is spent, and gives back what it took when bytes come", () =>
    Effect.gen(function*() {
      const spent = yield* Effect.flatMap(completed, (self) => download(self))
      assert.deepInclude(spent.failure, { _tag: "TransportError", attempts: 3 })
      assert.strictEqual(spent.bytes.length, 0)
      const again = yield* Effect.flatMap(completed, (self) => download(self))
      assert.isUndefined(again.failure)
    }).pipe(
      Effect.provide(RetryPolicy.layer({ baseDelay: 0, budget: { capacity: 12, successRefund: 1 } })),
      Effect.provide(simulated((number) => number <= 3 ? Fault.cut(0) : number <= 9 ? Fault.cut(1500) : undefined))
    ))

  it.live("asks again without a range after failures before the first byte", () =>
    Effect.gen(function*() {
      const { bytes, failure } = yield* Effect.flatMap(completed, (self) => download(self))
      assert.isUndefined(failure)
      assert.isTrue(isWhole(bytes))
      assert.deepStrictEqual((yield* downloads).map(({ headers }) => headers.range), [undefined, undefined, undefined])
    }).pipe(
      Effect.provide(quick),
      Effect.provide(simulated((number) => number === 1 ? Fault.status(503) : number === 2 ? Fault.cut(0) : undefined))
    ))

  it.live("reports its progress", () =>
    Effect.gen(function*() {
      const progress = yield* Ref.make<ReadonlyArray<ExportsClient.Progress>>([])
      const { bytes } = yield* Effect.flatMap(completed, (self) =>
        download(self, {
          onProgress: (now) => Ref.update(progress, (before) => [...before, now])
        }))
      const told = yield* progress
      assert.isAtLeast(told.length, 2)
      assert.strictEqual(told.at(-1)?.bytes, bytes.length)
      for (const { rows, total } of told) {
        assert.deepStrictEqual(total, Option.some(whole.length))
        assert.strictEqual(rows, 0)
      }
      assert.deepStrictEqual(
        told.map(({ bytes }) => bytes),
        told.map(({ bytes }) => bytes).toSorted((a, b) => a - b)
      )
    }).pipe(Effect.provide(quick), Effect.provide(simulated((number) => number === 1 ? Fault.cut(100) : undefined))))

  it.live("needs only the id and the url of an export", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const found = yield* client.list({ fields: ["status", "url"] })
      const self = found.exports.find((one) => one.status === "completed")
      const url = self?.url ?? ""
      assert.isTrue(isWhole((yield* download({ id: Export.ExportId.make(self?.id ?? ""), url })).bytes))
    }).pipe(Effect.provide(simulated(() => undefined))))

  it.live("counts each further request as a retry", () =>
    Effect.gen(function*() {
      const before = (yield* Metric.value(Metrics.retries)).count
      yield* Effect.flatMap(completed, (self) => download(self))
      assert.strictEqual((yield* Metric.value(Metrics.retries)).count, before + 1)
    }).pipe(Effect.provide(quick), Effect.provide(simulated((number) => number === 1 ? Fault.cut(10) : undefined))))
})

describe("download, from a scripted server", () => {
  const cases: Record<string, {
    readonly answers: ReadonlyArray<Answer>
    readonly bytes: string
    readonly failure?: Readonly<Record<string, unknown>>
    readonly requests?: number
  }> = {
    "starts over after a cut without an ETag, and skips what it delivered": {
      answers: [
        { headers: { "content-length": "4" }, chunks: ["ab"], end: "cut" },
        { headers: { "content-length": "4" }, chunks: ["a", "bc"], end: "cut" },
        { chunks: ["abc", "d"] }
      ],
      bytes: "abcd"
    },
    "starts over after a cut with a weak ETag": {
      answers: [
        { headers: { etag: "W/\"a\"", "content-length": "4" }, chunks: ["ab"], end: "cut" },
        { headers: { etag: "W/\"a\"", "content-length": "4" }, chunks: ["abcd"] }
      ],
      bytes: "abcd"
    },
    "starts over when another server of the same archive gives a strong ETag or no ETag": {
      answers: [
        { headers: { etag: "W/\"a\"" }, chunks: ["a"], end: "cut" },
        { headers: { etag }, chunks: ["ab"], end: "cut" },
        { headers: { etag: "" }, chunks: ["abc"], end: "cut" },
        { chunks: ["abcd"] }
      ],
      bytes: "abcd"
    },
    "starts over when the body ends before the announced length": {
      answers: [{ headers: { "content-length": "4" }, chunks: ["ab"] }, { chunks: ["abcd"] }],
      bytes: "abcd"
    },
    "fails when each body ends before the announced length": {
      answers: Array.from({ length: 5 }, () => ({ headers: { "content-length": "4" }, chunks: ["ab"] })),
      bytes: "ab",
      failure: { _tag: "TransportError", reason: "response", attempts: 5 }
    },
    "fails when the policy's attempts are over, although each attempt brings more": {
      answers: [1, 2, 3, 4, 5].map((kilobytes) => ({ chunks: ["x".repeat(kilobytes * 1024)], end: "cut" })),
      bytes: "x".repeat(5 * 1024),
      failure: { _tag: "TransportError", code: "ECONNRESET", attempts: 5 }
    },
    "fails with ArchiveChanged when it starts over, and the bytes that it skips are others": {
      answers: [{ chunks: ["ab"], end: "cut" }, { chunks: ["xbcd"] }],
      bytes: "ab",
      failure: { _tag: "ArchiveChanged", exportId: "e-1" }
    },
    "fails with ArchiveChanged when it starts over, and the ETag is another": {
      answers: [
        { headers: { etag: "W/\"a\"" }, chunks: ["ab"], end: "cut" },
        { headers: { etag: "W/\"b\"" }, chunks: ["abcd"] }
      ],
      bytes: "ab",
      failure: { _tag: "ArchiveChanged" }
    },
    "fails with ArchiveChanged when it starts over, and the length is another": {
      answers: [
        { headers: { "content-length": "4" }, chunks: ["ab"], end: "cut" },
        { headers: { "content-length": "5" }, chunks: ["abcde"] }
      ],
      bytes: "ab",
      failure: { _tag: "ArchiveChanged" }
    },
    "does not take the end of the bytes that it skips as the end": {
      answers: [
        { headers: { etag }, chunks: ["abc"], end: "cut" },
        { headers: { etag }, chunks: ["ab"] },
        { headers: { etag }, chunks: ["abcd"] }
      ],
      bytes: "abcd"
    },
    "fails with UnexpectedStatus when a part comes that it did not ask for": {
      answers: [
        { chunks: ["ab"], end: "cut" },
        { status: 206, headers: { "content-range": "bytes 2-3/4" }, chunks: ["cd"] }
      ],
      bytes: "ab",
      failure: { _tag: "UnexpectedStatus", status: 206 }
    },
    "takes the end of the body as the end when no length was announced": {
      answers: [{ chunks: ["ab", "cd"] }],
      bytes: "abcd"
    },
    "delivers an empty body": { answers: [{}], bytes: "" },
    "delivers nothing when there is no body": { answers: [{ chunks: null }], bytes: "" },
    "fails with MalformedResponse when more bytes come than announced": {
      answers: [{ headers: { "content-length": "3" }, chunks: ["ab", "cd"] }],
      bytes: "ab",
      failure: { _tag: "MalformedResponse", path: "headers.content-length" }
    },
    "continues when the server answers one part at a time": {
      answers: [
        { headers: { etag, "content-length": "6" }, chunks: ["ab"], end: "cut" },
        { status: 206, headers: { etag, "content-range": "bytes 2-3/6" }, chunks: ["cd"] },
        { status: 206, headers: { etag, "content-range": "bytes 4-5/6" }, chunks: ["ef"] }
      ],
      bytes: "abcdef"
    },
    "continues when the length of the archive is unknown": {
      answers: [
        { headers: { etag }, chunks: ["ab"], end: "cut" },
        { status: 206, headers: { etag, "content-range": "bytes 2-3/*" }, chunks: ["cd"] }
      ],
      bytes: "abcd"
    },
    "continues when only a later part says the length": {
      answers: [
        { headers: { etag }, chunks: ["ab"], end: "cut" },
        { status: 206, headers: { etag, "content-range": "bytes 2-3/6" }, chunks: ["cd"] },
        { status: 206, headers: { etag, "content-range": "bytes 4-5/6" }, chunks: ["ef"] }
      ],
      bytes: "abcdef"
    },
    "continues when a later part does not say the announced length": {
      answers: [
        { headers: { etag, "content-length": "6" }, chunks: ["ab"], end: "cut" },
        { status: 206, headers: { etag, "content-range": "bytes 2-3/*" }, chunks: ["cd"] },
        { status: 206, headers: { etag, "content-range": "bytes 4-5/*" }, chunks: ["ef"] }
      ],
      bytes: "abcdef"
    },
    "fails with MalformedResponse when a part does not say where it begins": {
      answers: [
        { headers: { etag }, chunks: ["ab"], end: "cut" },
        { status: 206, headers: { etag }, chunks: ["cd"] }
      ],
      bytes: "ab",
      failure: { _tag: "MalformedResponse", path: "headers.content-range" }
    },
    "fails with ArchiveChanged when a part has no ETag": {
      answers: [
        { headers: { etag, "content-length": "4" }, chunks: ["ab"], end: "cut" },
        { status: 206, headers: { "content-range": "bytes 2-3/4" }, chunks: ["cd"] }
      ],
      bytes: "ab",
      failure: { _tag: "ArchiveChanged", exportId: "e-1" }
    },
    "fails with ArchiveChanged when a part has another length": {
      answers: [
        { headers: { etag, "content-length": "4" }, chunks: ["ab"], end: "cut" },
        { status: 206, headers: { etag, "content-range": "bytes 2-4/5" }, chunks: ["cde"] }
      ],
      bytes: "ab",
      failure: { _tag: "ArchiveChanged" }
    },
    "fails with ArchiveChanged when a whole archive has another ETag": {
      answers: [
        { headers: { etag }, chunks: ["ab"], end: "cut" },
        { headers: { etag: "\"b\"" }, chunks: ["xxcd"] }
      ],
      bytes: "ab",
      failure: { _tag: "ArchiveChanged" }
    },
    "continues after a cut within the bytes that it skips": {
      answers: [
        { headers: { etag }, chunks: ["abc"], end: "cut" },
        { headers: { etag }, chunks: ["a"], end: "cut" },
        { headers: { etag }, chunks: ["ab", "cd"] }
      ],
      bytes: "abcd"
    },
    "fails with UnexpectedStatus when the first answer is a part": {
      answers: [{ status: 206, headers: { etag, "content-range": "bytes 0-1/2" }, chunks: ["ab"] }],
      bytes: "",
      failure: { _tag: "UnexpectedStatus", status: 206 }
    },
    "fails with MalformedResponse when the answer has a Content-Encoding": {
      answers: [{ headers: { "content-encoding": "gzip" }, chunks: ["ab"] }],
      bytes: "",
      failure: { _tag: "MalformedResponse", path: "headers.content-encoding", expected: "identity" }
    },
    "takes another archive before the first byte": {
      answers: [{ headers: { etag }, end: "cut" }, { headers: { etag: "\"b\"" }, chunks: ["ab"] }],
      bytes: "ab"
    }
  }
  for (const [name, { answers, bytes, failure }] of Object.entries(cases)) {
    it.effect(name, () => {
      const { layer, open, requests } = scripted(answers)
      return Effect.gen(function*() {
        const found = yield* inTime(download(archived))
        assert.strictEqual(text(found), bytes)
        if (failure === undefined) assert.isUndefined(found.failure)
        else assert.deepInclude(found.failure, failure)
        assert.strictEqual(requests.length, answers.length)
        assert.strictEqual(open.count, 0)
      }).pipe(Effect.provide(layer))
    })
  }

  for (const end of ["cut", "stall"] as const) {
    it.effect(`closes a body that it does not read to its end, before a ${end}`, () => {
      const { layer, open } = scripted([{ headers: { etag }, chunks: ["a", "b", "c"], end }])
      return Effect.gen(function*() {
        const client = yield* Client
        const first = yield* Stream.runCollect(Stream.take(client.download(archived), 2))
        assert.strictEqual(Chunk.size(first), 2)
        assert.strictEqual(open.count, 0)
      }).pipe(Effect.provide(layer))
    })
  }

  it.effect("fails with TimedOut after as many attempts as the policy has when each connection is idle", () => {
    const { layer, open, requests } = scripted(Array.from({ length: 9 }, () => ({ headers: { etag }, end: "stall" })))
    return Effect.gen(function*() {
      const { failure } = yield* inTime(download(archived, { idleTimeout: "5 seconds" }))
      assert.deepInclude(failure, { _tag: "TimedOut", limit: "idleTimeout", attempts: 5 })
      assert.include(failure?.message, "5s")
      assert.strictEqual(requests.length, 5)
      assert.strictEqual(open.count, 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect("does not count a slow consumer as an idle connection", () => {
    const { layer, requests } = scripted([{ headers: { etag }, chunks: ["a", "b", "c"] }])
    return Effect.gen(function*() {
      const client = yield* Client
      const slow = client.download(archived, { idleTimeout: "1 second" }).pipe(
        Stream.tap(() => Effect.sleep("1 minute")),
        Stream.runFold(0, (size, bytes) => size + bytes.length)
      )
      assert.strictEqual(yield* inTime(slow), 3)
      assert.strictEqual(requests.length, 1)
    }).pipe(Effect.provide(layer))
  })

  const letters = "abcdefghijklmnopqrstuvwxyz".split("")
  /** Each letter so many times. Each connection brings one letter, in two chunks. */
  const inParts = (times: number) => {
    const total = letters.length * times
    return letters.map((letter, index): Answer => ({
      status: index === 0 ? 200 : 206,
      headers: {
        etag,
        ...(index === 0
          ? { "content-length": `${total}` }
          : { "content-range": `bytes ${index * times}-${total - 1}/${total}` })
      },
      chunks: [letter, letter.repeat(times - 1)].filter((chunk) => chunk !== ""),
      end: "stall"
    }))
  }

  it.effect("goes on beyond totalTimeout and maxAttempts as long as each attempt brings 1 KiB", () => {
    const { layer } = scripted(inParts(1024))
    return Effect.gen(function*() {
      const found = yield* inTime(download(archived))
      assert.isUndefined(found.failure)
      assert.strictEqual(text(found), letters.map((letter) => letter.repeat(1024)).join(""))
    }).pipe(Effect.provide(RetryPolicy.layer({ totalTimeout: "40 seconds" })), Effect.provide(layer))
  })

  for (const times of [1, 1023]) {
    it.effect(`fails when the policy's attempts bring ${times} bytes each`, () => {
      const { layer, requests } = scripted(inParts(times))
      return Effect.gen(function*() {
        const found = yield* inTime(download(archived))
        assert.deepInclude(found.failure, { _tag: "TimedOut", limit: "idleTimeout", attempts: 3 })
        assert.strictEqual(requests.length, 3)
        assert.strictEqual(text(found), ["a", "b", "c"].map((letter) => letter.repeat(times)).join(""))
      }).pipe(Effect.provide(RetryPolicy.layer({ baseDelay: 0, maxAttempts: 3 })), Effect.provide(layer))
    })

    it.effect(`fails when the budget is spent by attempts that bring ${times} bytes each`, () => {
      const { layer, requests } = scripted(inParts(times))
      const budget = { capacity: 50, timeoutCost: 10 }
      return Effect.gen(function*() {
        const found = yield* inTime(download(archived))
        assert.deepInclude(found.failure, { _tag: "TimedOut", attempts: 6 })
        assert.strictEqual(requests.length, 6)
      }).pipe(
        Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.fromSchedule(Schedule.forever, { budget })),
        Effect.provide(layer)
      )
    })

    it.effect(`fails when the schedule of the policy ends after attempts that bring ${times} bytes each`, () => {
      const { layer, requests } = scripted(inParts(times))
      return Effect.gen(function*() {
        const found = yield* inTime(download(archived))
        assert.deepInclude(found.failure, { _tag: "TimedOut", attempts: 4 })
        assert.strictEqual(requests.length, 4)
      }).pipe(
        Effect.provideService(RetryPolicy.RetryPolicy, RetryPolicy.fromSchedule(Schedule.recurs(3))),
        Effect.provide(layer)
      )
    })
  }

  for (const encoding of ["", "none", "None", " identity ", "IDENTITY", "identity, none", "identity,"]) {
    it.effect(`takes the Content-Encoding "${encoding}" as no encoding`, () => {
      const { layer } = scripted([{ headers: { "content-encoding": encoding }, chunks: ["ab"] }])
      return Effect.gen(function*() {
        const found = yield* download(archived)
        assert.isUndefined(found.failure)
        assert.strictEqual(text(found), "ab")
      }).pipe(Effect.provide(layer))
    })
  }

  for (const encoding of ["br", "x-gzip", "identity, gzip", "aws-chunked", "nonesuch"]) {
    it.effect(`fails with MalformedResponse when the answer has the Content-Encoding "${encoding}"`, () => {
      const { layer } = scripted([{ headers: { "content-encoding": encoding }, chunks: ["ab"] }])
      return Effect.gen(function*() {
        const { bytes, failure } = yield* download(archived)
        assert.deepInclude(failure, { _tag: "MalformedResponse", path: "headers.content-encoding" })
        assert.strictEqual(bytes.length, 0)
      }).pipe(Effect.provide(layer))
    })
  }

  const elsewhere = { ...archived, url: "https://files.example/e-1.csv.gz?signature=abc" }

  it.effect("refuses another origin before any request", () => {
    const { layer, requests } = scripted([{ chunks: ["ab"] }])
    return Effect.gen(function*() {
      const { failure } = yield* download(elsewhere)
      assert.deepInclude(failure, {
        _tag: "OriginRefused",
        origin: "https://files.example",
        expected: "https://api.didww.com"
      })
      assert.notInclude(JSON.stringify(failure), "signature")
      assert.deepStrictEqual(requests, [])
    }).pipe(Effect.provide(layer))
  })

  for (const status of [401, 403]) {
    it.effect(`sends no credentials to an origin that the options name, and takes its ${status}`, () => {
      const { layer, requests } = scripted([{ status: 503 }, { chunks: ["ab"] }, { status }], {
        downloadOrigins: ["https://files.example/"]
      })
      return Effect.gen(function*() {
        assert.strictEqual(text(yield* inTime(download(elsewhere))), "ab")
        const refused = yield* download(elsewhere)
        assert.deepInclude(refused.failure, { _tag: status === 401 ? "UnexpectedStatus" : "Forbidden", attempts: 1 })
        assert.strictEqual(requests.length, 3)
        for (const request of requests) assert.notInclude(JSON.stringify(request), secret)
      }).pipe(Effect.provide(layer))
    })
  }

  for (
    const url of [
      "",
      "/v3/exports/e-1.csv.gz",
      "not an address",
      "ftp://api.didww.com/x",
      "https://a:b@api.didww.com/x"
    ]
  ) {
    it.effect(`sends no request to "${url}"`, () => {
      const { layer, requests } = scripted([])
      return Effect.gen(function*() {
        const { failure } = yield* download({ ...archived, url })
        assert.deepInclude(failure, { _tag: "MalformedResponse", path: "url", attempts: 0 })
        assert.deepStrictEqual(requests, [])
      }).pipe(Effect.provide(layer))
    })
  }
})

describe("describe", () => {
  const describeOne = Effect.flatMap(completed, (self) => Effect.flatMap(Client, (client) => client.describe(self)))

  it.live("gives the size and the ETag of the archive by a request for its first byte", () =>
    Effect.gen(function*() {
      const description = yield* describeOne
      assert.deepStrictEqual(description.total, Option.some(whole.length))
      assert.match(Option.getOrThrow(description.etag), /^".+"$/)
      const [request, ...others] = yield* downloads
      assert.deepStrictEqual(others, [])
      assert.deepInclude(request?.headers, { "range": "bytes=0-0", "accept-encoding": "identity", "api-key": secret })
    }).pipe(Effect.provide(simulated(() => undefined))))

  it.live("gives the size although the server ignores the range", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* describeOne).total, Option.some(whole.length))
    }).pipe(Effect.provide(simulated(() => Fault.rangeIgnored))))

  it.live("gives neither where the server says neither, and lets the connection go", () => {
    const { layer, open } = scripted([{ chunks: ["a", "b"] }])
    return Effect.gen(function*() {
      const description = yield* Effect.flatMap(Client, (client) => client.describe(archived))
      assert.deepStrictEqual(description, { total: Option.none(), etag: Option.none() })
      assert.strictEqual(open.count, 0)
    }).pipe(Effect.provide(layer))
  })

  it.live("fails with NotFound for an archive that was deleted", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(describeOne))._tag, "NotFound")
    }).pipe(Effect.provide(simulated(() => Fault.status(404)))))

  it.live("asks no other origin", () => {
    const { layer, requests } = scripted([])
    return Effect.gen(function*() {
      const client = yield* Client
      const failure = yield* Effect.flip(client.describe({ ...archived, url: "https://files.example/a.csv.gz" }))
      assert.strictEqual(failure._tag, "OriginRefused")
      assert.deepStrictEqual(requests, [])
    }).pipe(Effect.provide(layer))
  })
})
