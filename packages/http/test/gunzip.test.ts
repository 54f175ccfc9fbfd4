import { Gunzip } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Option, Stream } from "effect"
import { randomBytes } from "node:crypto"
import { constants, gunzipSync, gzipSync } from "node:zlib"
import { FastCheck, propertyEffect } from "./property.js"
import { results } from "./setup.js"

// a switch for long runs: RUNS=2000
const runs = { numRuns: Number(process.env.RUNS ?? 20) }

const engines = { web: Gunzip.web, node: NodeGunzip.engine }

const text = Array.from({ length: 120 }, (_, row) => `${row},${(row * 7919) % 10_007},"call ${row % 37}"\n`).join("")
const plain = new TextEncoder().encode(text)
const archive = new Uint8Array(gzipSync(plain))

/** Bytes that hardly compress. */
const noise = randomBytes(400_000)
const large = new Uint8Array(gzipSync(noise))

const concat = (parts: Iterable<Uint8Array>): Uint8Array => new Uint8Array(Buffer.concat(Array.from(parts)))

const chunked = (bytes: Uint8Array, size: number): Stream.Stream<Uint8Array> =>
  Stream.range(0, Math.max(0, Math.ceil(bytes.length / size) - 1)).pipe(
    Stream.map((index) => bytes.slice(index * size, (index + 1) * size))
  )

/** All bytes that an engine gives, and the failure behind them. */
const run = <E>(engine: Gunzip.Engine, source: Stream.Stream<Uint8Array, E>, maxBytes = Infinity) =>
  Effect.gen(function*() {
    const out: Array<Uint8Array> = []
    const exit = yield* Effect.either(
      Gunzip.decompress(source, { maxBytes }).pipe(
        Stream.runForEachChunk((chunk) => Effect.sync(() => out.push(...chunk))),
        Effect.provideService(Gunzip.Gunzip, engine)
      )
    )
    return { bytes: concat(out), failure: Either.isLeft(exit) ? exit.left : undefined }
  })

const isPrefix = (bytes: Uint8Array): boolean =>
  bytes.length <= plain.length && Buffer.compare(bytes, plain.subarray(0, bytes.length)) === 0

const anySize = FastCheck.oneof(
  FastCheck.integer({ min: 1, max: 40 }),
  FastCheck.integer({ min: 1, max: archive.length })
)

/** Bytes with bits that mean nothing: flags, time and system in the header, and the padding of deflate's last byte. */
const isFree = (at: number): boolean => at >= 3 && at < 10 || at === archive.length - 9

/** Whether zlib reads the bytes as the same text. */
const isStillPlain = (bytes: Uint8Array): boolean =>
  Either.getOrElse(Either.try(() => gunzipSync(bytes).equals(plain)), () => false)

const anyByte = FastCheck.integer({ min: 0, max: archive.length - 1 })

for (const [name, engine] of Object.entries(engines)) {
  describe(`the ${name} engine`, () => {
    // the wait for a fiber keeps its result, and V8 keeps the wait until the next full collection
    it.effect("has no bytes in the result of a fiber", () =>
      Effect.gen(function*() {
        const { ended, withBytes } = yield* results(run(engine, Stream.rechunk(chunked(archive, 64), 1)))
        assert.isAbove(ended, 0)
        assert.deepStrictEqual(withBytes, [])
      }))

    propertyEffect("gives the same bytes for any chunks", [anySize], (size) =>
      Effect.gen(function*() {
        const { bytes, failure } = yield* run(engine, chunked(archive, size))
        assert.isUndefined(failure)
        assert.isTrue(Buffer.compare(bytes, plain) === 0)
      }), runs)

    propertyEffect("gives a true prefix and fails as truncated when the archive ends at any byte too early", [
      anyByte,
      anySize
    ], (length, size) =>
      Effect.gen(function*() {
        const { bytes, failure } = yield* run(engine, chunked(archive.subarray(0, length), size))
        assert.deepInclude(failure, { _tag: "GunzipError", reason: "truncated" })
        assert.isTrue(isPrefix(bytes))
      }), runs)

    propertyEffect(
      "gives a true prefix and fails with the failure of the source",
      [anyByte, anySize],
      (length, size) =>
        Effect.gen(function*() {
          const source = Stream.concat(chunked(archive.subarray(0, length), size), Stream.fail("cut"))
          const { bytes, failure } = yield* run(engine, source)
          assert.strictEqual(failure, "cut")
          assert.isTrue(isPrefix(bytes))
        }),
      runs
    )

    // Node 22 calls a write of less than 64 KiB done before it decompresses it
    propertyEffect("gives what the bytes before a cut hold", [
      FastCheck.integer({ min: 20, max: large.length - 1 }),
      FastCheck.integer({ min: 1000, max: 100_000 })
    ], (length, size) =>
      Effect.gen(function*() {
        const begun = large.subarray(0, length)
        const source = Stream.concat(chunked(begun, size), Stream.fail("cut"))
        const { bytes, failure } = yield* run(engine, source)
        assert.strictEqual(failure, "cut")
        const held = gunzipSync(begun, { finishFlush: constants.Z_SYNC_FLUSH })
        // Node's DecompressionStream drops the last block of an archive that ends too early
        assert.isAtLeast(bytes.length, name === "web" ? held.length - 16_384 : held.length)
        assert.strictEqual(Buffer.compare(bytes, noise.subarray(0, bytes.length)), 0)
      }), runs)

    it.effect("gives all bytes before the failure of a source that is empty now and then", () =>
      Effect.gen(function*() {
        const empty = Stream.make(new Uint8Array(0), new Uint8Array(0))
        const source = Stream.concat(
          Stream.flatMap(
            chunked(large, 100_000),
            (bytes) => Stream.concat(Stream.make(bytes), empty)
          ),
          Stream.fail("cut")
        )
        const { bytes, failure } = yield* run(engine, source)
        assert.strictEqual(failure, "cut")
        assert.isAbove(bytes.length, 380_000)
        assert.strictEqual(Buffer.compare(bytes, noise.subarray(0, bytes.length)), 0)
      }))

    propertyEffect(
      "does not end as a success when a flipped bit changes the text",
      [FastCheck.integer({ min: 0, max: archive.length * 8 - 1 }), anySize],
      (bit, size) =>
        Effect.gen(function*() {
          const flipped = archive.slice()
          const at = bit >> 3
          flipped[at] = (flipped[at] ?? 0) ^ 1 << bit % 8
          const { bytes, failure } = yield* run(engine, chunked(flipped, size))
          assert.strictEqual(failure === undefined, isStillPlain(flipped), `bit ${bit}`)
          if (failure === undefined) {
            assert.isTrue(isFree(at), `byte ${at}`)
            assert.isTrue(Buffer.compare(bytes, plain) === 0)
          } else {
            assert.deepInclude(failure, { _tag: "GunzipError" })
          }
        }),
      runs
    )

    for (const size of [1, 7, archive.length, 1 << 20]) {
      const broken: Record<string, readonly [Uint8Array, ReadonlyArray<string>]> = {
        "no bytes": [new Uint8Array(0), ["truncated"]],
        "bytes that are no gzip": [plain, ["corrupt"]],
        "a wrong checksum": [flip(archive.length - 8), ["checksum"]],
        "a wrong size": [flip(archive.length - 4), ["checksum"]],
        "garbage behind the archive": [concat([archive, new TextEncoder().encode("garbage")]), ["trailing data"]],
        "half of an archive behind the archive": [concat([archive, archive.subarray(0, 100)]), [
          "truncated",
          "trailing data"
        ]],
        "zeros and garbage behind the archive": [concat([archive, new Uint8Array(9), plain]), ["trailing data"]],
        "zeros and an archive behind the archive": [concat([archive, new Uint8Array(9), gzipSync("another")]), [
          "trailing data"
        ]]
      }
      for (const [how, [bytes, reasons]] of Object.entries(broken)) {
        it.effect(`fails typed for ${how}, in chunks of ${size}`, () =>
          Effect.gen(function*() {
            const { bytes: out, failure } = yield* run(engine, chunked(bytes, size))
            assert.deepInclude(failure, { _tag: "GunzipError" })
            assert.include(reasons, failure?.reason)
            assert.isTrue(isPrefix(out.subarray(0, plain.length)))
          }))
      }

      it.effect(`reads several members whole or refuses them, in chunks of ${size}`, () =>
        Effect.gen(function*() {
          const half = plain.length >> 1
          const members = concat([gzipSync(plain.subarray(0, half)), gzipSync(plain.subarray(half))])
          const { bytes, failure } = yield* run(engine, chunked(members, size))
          assert.isTrue(isPrefix(bytes))
          if (name === "node") assert.strictEqual(bytes.length, plain.length)
          assert.strictEqual(failure?.reason, name === "node" ? undefined : "trailing data")
        }))
    }

    it.effect("gives the whole text or fails for zeros behind the archive", () =>
      Effect.gen(function*() {
        const { bytes, failure } = yield* run(engine, chunked(concat([archive, new Uint8Array(512)]), 100))
        assert.isTrue(isPrefix(bytes))
        assert.isTrue(failure === undefined ? bytes.length === plain.length : failure.reason === "trailing data")
      }))

    it.effect("fails as too large for a bomb", () =>
      Effect.gen(function*() {
        const bomb = new Uint8Array(gzipSync(new Uint8Array(8 * 1024 * 1024)))
        const { bytes, failure } = yield* run(engine, chunked(bomb, bomb.length), 1_000_000)
        assert.deepInclude(failure, { reason: "too large" })
        assert.isAtMost(bytes.length, 1_000_000)
      }))

    it.effect("ends when nobody reads on", () =>
      Effect.gen(function*() {
        const first = yield* Gunzip.decompress(chunked(archive, 100)).pipe(
          Stream.runHead,
          Effect.provideService(Gunzip.Gunzip, engine)
        )
        assert.isTrue(isPrefix(Option.getOrThrow(first)))
      }))
  })
}

function flip(at: number): Uint8Array {
  const flipped = archive.slice()
  flipped[at] = (flipped[at] ?? 0) ^ 1
  return flipped
}
