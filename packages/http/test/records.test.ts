import { CallRecord, type DidwwError, Export } from "@effect-didww/core"
import { ExportsClient, Gunzip, Metrics, RateLimit, RetryPolicy } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Account, Archive, Fault, Simulator } from "@effect-didww/simulator"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Effect, Either, Layer, Metric, Option, Stream } from "effect"
import { gzipSync } from "node:zlib"
import { money } from "./calls.js"
import { FastCheck, propertyEffect, propertyLive } from "./property.js"
import { connected, credentials, results } from "./setup.js"

const account = Account.generate({ size: 20, seed: 3, types: ["cdr_in"] })
const archives = { rows: 600, seed: 1, badRows: 0.02 }

const isDownload = ({ url }: Simulator.ReceivedRequest): boolean => url.endsWith(".csv.gz")

const simulated = (fault?: Fault.Fault) =>
  connected({ account, archives, faults: (request) => isDownload(request) ? fault : undefined })

const completed = Effect.gen(function*() {
  const client = yield* ExportsClient.ExportsClient
  const page = yield* client.list()
  return Option.getOrThrow(Option.fromNullable(page.exports.find(Export.isCompleted)))
})

/** The rows of the stream, and the failure behind them. */
const read = (options?: ExportsClient.RecordsOptions) =>
  Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    const rows: Array<CallRecord.Row> = []
    const end = yield* Effect.either(
      client.records(yield* completed, options).pipe(
        Stream.runForEachChunk((chunk) => Effect.sync(() => rows.push(...chunk)))
      )
    )
    return { rows, failure: Either.isLeft(end) ? end.left : undefined }
  })

const archive = Effect.gen(function*() {
  const simulator = yield* Simulator.Simulator
  const { id } = yield* completed
  const record = (yield* simulator.exports).find((record) => record.id === id)
  return simulator.archive(Option.getOrThrow(Option.fromNullable(record)))
})

/** Compressed bytes of the archive. */
let size = 0
const whole = await Effect.runPromise(
  read({ onProgress: ({ bytes }) => Effect.sync(() => size = bytes) }).pipe(
    Effect.map(({ rows }) => rows.map((row) => CallRecord.encode(row))),
    Effect.provide(simulated())
  )
)

const assertPrefix = (rows: ReadonlyArray<CallRecord.Row>) =>
  assert.deepStrictEqual(rows.map((row) => CallRecord.encode(row)), whole.slice(0, rows.length))

// the wait for a fiber keeps its result, and V8 keeps the wait until the next full collection
it.effect("download has no bytes in the result of a fiber", () =>
  Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    const { ended, withBytes } = yield* results(Stream.runDrain(client.download(yield* completed)))
    assert.isAbove(ended, 0)
    assert.deepStrictEqual(withBytes, [])
  }).pipe(Effect.provide(simulated())))

const engines = { web: Gunzip.web, zlib: NodeGunzip.engine }

for (const [name, engine] of Object.entries(engines)) {
  const within = Effect.provideService(Gunzip.Gunzip, engine)

  describe(`records, with the ${name} engine`, () => {
    it.effect("streams all rows of the archive, with rejected rows in their places", () =>
      Effect.gen(function*() {
        const { failure, rows } = yield* within(read())
        assert.isUndefined(failure)
        const expected = Array.from(Archive.rows(yield* archive))
        assert.strictEqual(rows.length, expected.length)
        rows.forEach((row, index) => assert.strictEqual(CallRecord.isRejected(row), expected[index]?.bad !== undefined))
        assertPrefix(rows)
      }).pipe(Effect.provide(simulated())))

    it.effect("streams money whose sums equal the integers of the archive", () =>
      Effect.gen(function*() {
        const { rows } = yield* within(read())
        const totals = Archive.totals(yield* archive)
        for (const [column, field] of Object.entries(money)) {
          const sum = rows.reduce((sum, row) =>
            row._tag === "CdrInRecord"
              ? BigDecimal.sum(sum, Option.getOrElse(row[field], () => BigDecimal.make(0n, 0)))
              : sum, BigDecimal.make(0n, 0))
          assert.isTrue(BigDecimal.equals(sum, BigDecimal.make(totals.money[column] ?? -1n, 3)), column)
        }
      }).pipe(Effect.provide(simulated())))

    const place = FastCheck.double({ min: 0.001, max: 0.999, noNaN: true })
    propertyEffect(
      "streams the readable rows and fails with CorruptArchive when the archive ends too early",
      [place],
      (place) =>
        Effect.gen(function*() {
          const length = Math.ceil(place * (size - 1))
          const { failure, rows } = yield* within(read()).pipe(Effect.provide(simulated(Fault.truncated(length))))
          assertPrefix(rows)
          assert.deepInclude(failure, { _tag: "CorruptArchive", reason: "truncated", bytes: length, rows: rows.length })
        }),
      { numRuns: Number(process.env.RUNS ?? 8) }
    )

    propertyEffect(
      "does not end as a success when a flipped bit changes the archive",
      [FastCheck.integer({ min: 10 * 8, max: size * 8 - 1 })],
      (bit) =>
        Effect.gen(function*() {
          const { failure, rows } = yield* within(read())
          // the last byte of deflate has bits that mean nothing
          if (failure === undefined && bit >> 3 === size - 9) {
            assertPrefix(rows)
            assert.strictEqual(rows.length, Array.from(Archive.rows(yield* archive)).length)
          } else {
            assert.strictEqual(failure?._tag, "CorruptArchive")
          }
        }).pipe(Effect.provide(simulated(Fault.flippedBit(bit)))),
      { numRuns: Number(process.env.RUNS ?? 8) }
    )

    const broken: Record<string, readonly [Fault.Fault, DidwwError.CorruptArchive["reason"]]> = {
      "a wrong checksum": [Fault.wrongChecksum, "checksum"],
      "a wrong size": [Fault.wrongSize, "checksum"],
      "bytes behind the end": [Fault.trailing([1, 2, 3]), "trailing data"],
      "an empty archive": [Fault.truncated(), "truncated"]
    }
    for (const [name, [fault, reason]] of Object.entries(broken)) {
      it.effect(`fails with CorruptArchive (${reason}) for ${name}`, () =>
        Effect.gen(function*() {
          const { failure, rows } = yield* within(read())
          assertPrefix(rows)
          assert.deepInclude(failure, { _tag: "CorruptArchive", reason, rows: rows.length })
        }).pipe(Effect.provide(simulated(fault))))
    }

    it.effect("fails with CorruptArchive (too large) for more bytes than allowed", () =>
      Effect.gen(function*() {
        const { failure } = yield* within(read({ maxBytes: 50_000 }))
        assert.deepInclude(failure, { _tag: "CorruptArchive", reason: "too large" })
      }).pipe(Effect.provide(simulated())))

    it.effect("loses and repeats no row after cuts", () =>
      Effect.gen(function*() {
        let cuts = 0
        const { failure, rows } = yield* within(read()).pipe(Effect.provide(connected({
          account,
          archives,
          faults: (request) => isDownload(request) && ++cuts < 5 ? Fault.cut(4000) : undefined
        })))
        assert.isUndefined(failure)
        assertPrefix(rows)
        assert.strictEqual(rows.length, whole.length)
      }).pipe(Effect.provide(RetryPolicy.layer({ baseDelay: 0 }))))
  })
}

interface Served {
  readonly bytes: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** The connection is cut after so many bytes. */
  readonly cut?: number | undefined
}

/** A client of a server that does not know ranges. The first request is 0. */
const serving = (answerTo: (request: number) => Served) => {
  let requests = 0
  return ExportsClient.layer({ credentials }).pipe(
    Layer.provide(Layer.succeed(
      HttpClient.HttpClient,
      HttpClient.make((request) =>
        Effect.sync(() => {
          const { bytes, cut, headers = {} } = answerTo(requests++)
          const body = new ReadableStream<Uint8Array>({
            start: (controller) => controller.enqueue(new Uint8Array(bytes.subarray(0, cut))),
            pull: (controller) => cut === undefined ? controller.close() : controller.error({ code: "ECONNRESET" })
          })
          return HttpClientResponse.fromWeb(request, new Response(body, { headers }))
        })
      )
    )),
    Layer.provideMerge(RateLimit.none)
  )
}

const one: ExportsClient.Archived = {
  id: Export.ExportId.make("e-1"),
  url: "https://api.didww.com/v3/exports/e-1.csv.gz"
}

const readServed = (answerTo: (request: number) => Served, options?: ExportsClient.RecordsOptions) =>
  Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    const rows: Array<CallRecord.Row> = []
    const end = yield* Effect.either(
      Stream.runForEachChunk(client.records(one, options), (chunk) => Effect.sync(() => rows.push(...chunk)))
    )
    return { rows, failure: Either.isLeft(end) ? end.left : undefined }
  }).pipe(Effect.provide(RetryPolicy.layer({ baseDelay: 0 })), Effect.provide(serving(answerTo)))

const readOne = (bytes: Uint8Array, options?: ExportsClient.RecordsOptions) => readServed(() => ({ bytes }), options)

describe("records that start over", () => {
  const csv = Array.from(Archive.csv(Archive.make({ rows: 600, seed: 1, badRows: 0.02 }))).join("")
  const expected = CallRecord.decode(csv).map((row) => CallRecord.encode(row))
  const bytes = gzipSync(csv)
  const headers = FastCheck.constantFrom<Readonly<Record<string, string>>>(
    {},
    { etag: "W/\"a\"" },
    { "content-length": `${bytes.length}` },
    { "content-length": `${bytes.length}`, etag: "W/\"a\"" }
  )
  const cuts = FastCheck.array(FastCheck.integer({ min: 0, max: bytes.length - 1 }), { minLength: 1, maxLength: 4 })

  for (const [name, engine] of Object.entries(engines)) {
    propertyLive(
      `records gives each row once with the ${name} engine, wherever an archive without a strong ETag was cut`,
      [cuts, headers],
      (cuts, headers) =>
        Effect.gen(function*() {
          const { failure, rows } = yield* readServed((request) => ({ bytes, headers, cut: cuts[request] }))
          assert.isUndefined(failure)
          assert.deepStrictEqual(rows.map((row) => CallRecord.encode(row)), expected)
        }).pipe(Effect.provideService(Gunzip.Gunzip, engine)),
      { numRuns: Number(process.env.RUNS ?? 20) }
    )

    propertyLive(
      `records gives the rows of one archive with the ${name} engine, or ArchiveChanged, when it is another after a cut`,
      [FastCheck.integer({ min: 100, max: bytes.length - 1 }), FastCheck.integer({ min: 0, max: 99 })],
      (cut, level) =>
        Effect.gen(function*() {
          const otherCsv = csv.replace("\n", `\n${level},`)
          const other = gzipSync(otherCsv, { level: 1 + level % 9 })
          const headers = { "content-length": `${other.length}` }
          const { failure, rows } = yield* readServed((request) =>
            request === 0 ? { bytes, cut } : { bytes: other, headers }
          )
          const encoded = rows.map((row) => CallRecord.encode(row))
          if (failure === undefined) {
            assert.isTrue(bytes.subarray(0, cut).equals(other.subarray(0, cut)))
            assert.deepStrictEqual(encoded, CallRecord.decode(otherCsv).map((row) => CallRecord.encode(row)))
          } else {
            assert.strictEqual(failure._tag, "ArchiveChanged")
            assert.deepStrictEqual(encoded, expected.slice(0, rows.length))
          }
        }).pipe(Effect.provideService(Gunzip.Gunzip, engine)),
      { numRuns: Number(process.env.RUNS ?? 20) }
    )
  }

  it.live("records fails with CorruptArchive when an archive without a length ends too early", () =>
    Effect.gen(function*() {
      const { failure } = yield* readServed(() => ({ bytes: bytes.subarray(0, 20_000) }))
      assert.deepInclude(failure, { _tag: "CorruptArchive", reason: "truncated", bytes: 20_000 })
    }))
})

describe("records of something else", () => {
  const csv = Array.from(Archive.csv(Archive.make({ rows: 20 }))).join("")
  const foreign: Record<string, readonly [Uint8Array, ExportsClient.RecordsOptions]> = {
    "an archive that was gzipped twice": [gzipSync(gzipSync(csv)), {}],
    "a header with a control byte": [gzipSync(`\u0001${csv}`), {}],
    "a header that is not UTF-8": [gzipSync(Buffer.concat([Buffer.of(0xff), Buffer.from(csv)])), {}],
    "a page in place of inbound calls": [gzipSync("<html>\n<p>gone\n"), { exportType: "cdr_in" }]
  }
  for (const [name, [bytes, options]] of Object.entries(foreign)) {
    it.effect(`records fails with CorruptArchive (content) and gives no row for ${name}`, () =>
      Effect.gen(function*() {
        const { failure, rows } = yield* readOne(bytes, options)
        assert.deepInclude(failure, { _tag: "CorruptArchive", reason: "content", rows: 0 })
        assert.deepStrictEqual(rows, [])
      }))
  }

  it.effect("records gives the rows of an unknown layout whose header is text", () =>
    Effect.gen(function*() {
      const { failure, rows } = yield* readOne(gzipSync("From,Body\n1,hi\n"), { exportType: "sms_in" })
      assert.isUndefined(failure)
      assert.deepStrictEqual<unknown>(rows, [{ _tag: "UnknownRecord", columns: { From: "1", Body: "hi" } }])
    }))

  it.effect("records gives the rows of the type that the caller expects", () =>
    Effect.gen(function*() {
      const { failure, rows } = yield* readOne(gzipSync(csv), { exportType: "cdr_in" })
      assert.isUndefined(failure)
      assert.strictEqual(rows.length, 20)
    }))
})

describe("records", () => {
  it.effect("reports its progress, and counts the rows", () =>
    Effect.gen(function*() {
      const counts = Effect.map(
        Effect.all([Metric.value(Metrics.recordRows), Metric.value(Metrics.rejectedRows)]),
        (states) => states.map(({ count }) => count)
      )
      const before = yield* counts
      const told: Array<ExportsClient.Progress> = []
      const { rows } = yield* read({ onProgress: (progress) => Effect.sync(() => told.push(progress)) })
      const rejected = rows.filter(CallRecord.isRejected).length
      const after = yield* counts
      assert.deepStrictEqual(after.map((count, index) => count - (before[index] ?? 0)), [
        rows.length - rejected,
        rejected
      ])
      const last = told.at(-1)
      assert.strictEqual(last?.rows, rows.length)
      assert.deepStrictEqual(last?.total, Option.some(last?.bytes))
      assert.isTrue(told.every(({ bytes }, index) => index === 0 || bytes >= (told[index - 1]?.bytes ?? 0)))
    }).pipe(Effect.provide(simulated())))

  it.effect("shows the compressed bytes of the archive, each once and in order, also after a cut", () =>
    Effect.gen(function*() {
      const client = yield* ExportsClient.ExportsClient
      const self = yield* completed
      const archived = Buffer.concat(Array.from(yield* Stream.runCollect(client.download(self))))
      const shown: Array<Uint8Array> = []
      let cuts = 0
      const options = {
        onBytes: (bytes: ReadonlyArray<Uint8Array>) => Effect.sync(() => void shown.push(...bytes))
      }
      const { ended, withBytes } = yield* results(Effect.map(
        read(options).pipe(Effect.provide(connected({
          account,
          archives,
          faults: (request) => isDownload(request) && cuts++ === 0 ? Fault.cut(5000) : undefined
        }))),
        ({ failure, rows }) => {
          assert.isUndefined(failure)
          assertPrefix(rows)
        }
      ))
      assert.strictEqual(cuts, 2)
      assert.isTrue(Buffer.concat(shown).equals(archived))
      assert.isAbove(ended, 0)
      assert.deepStrictEqual(withBytes, [])
    }).pipe(Effect.provide(simulated()), Effect.provide(RetryPolicy.layer({ baseDelay: 0 }))))

  it.effect("uses an engine that is provided inside of the client's layer", () =>
    Effect.gen(function*() {
      const { failure, rows } = yield* read()
      assert.isUndefined(failure)
      assert.strictEqual(rows.length, whole.length)
    }).pipe(Effect.provide(simulated(Fault.members(3))), Effect.provide(NodeGunzip.layer)))
})
