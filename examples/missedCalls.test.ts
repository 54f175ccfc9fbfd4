// Tests an application without DIDWW, sockets or waits. TestClock controls the time.
import { Credentials, ExportsClient } from "@effect-didww/http"
import { Account, Archive, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, HashMap, Layer, Option, Redacted, TestClock } from "effect"
import { missedCalls } from "./missedCalls.js"

/** Provides the application's client over an empty account. */
const didww = (options?: Simulator.Options) =>
  ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("any")) }).pipe(
    Layer.provideMerge(SimulatorClient.layer({ account: Account.make([]), archives: { rows: 2000 }, ...options }))
  )

/** Advances the clock second by second until the program ends: decompression takes real time, so one step is not enough. */
const inTime = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    yield* TestClock.setTime(Date.UTC(2026, 10, 25))
    const fiber = yield* Effect.fork(program)
    while (Option.isNone(yield* Fiber.poll(fiber))) yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

const creationsSeen = Effect.flatMap(
  Simulator.Simulator,
  (simulator) => Effect.map(simulator.received, (requests) => requests.filter(({ method }) => method === "POST").length)
)

describe("missed calls", () => {
  it.effect("missedCalls counts the unanswered calls of the archive", () =>
    Effect.gen(function*() {
      const missed = yield* inTime(missedCalls)

      const simulator = yield* Simulator.Simulator
      const [requested] = yield* simulator.exports
      const archive = simulator.archive(Option.getOrThrow(Option.fromNullable(requested)))
      const [connected, did] = ["Date/Time Connect (UTC)", "Destination DID"].map((name) =>
        archive.columns.indexOf(name)
      )
      const expected = Array.from(Archive.rows(archive)).filter(({ cells }) => cells[connected!] === "")
      assert.isAbove(expected.length, 0)
      for (const [number, count] of missed) {
        assert.strictEqual(count, expected.filter(({ cells }) => cells[did!] === number).length)
      }
      assert.strictEqual(HashMap.reduce(missed, 0, (sum, count) => sum + count), expected.length)
    }).pipe(Effect.provide(didww())))

  it.effect("missedCalls requests one export when it runs twice", () =>
    Effect.gen(function*() {
      yield* inTime(missedCalls)
      yield* inTime(missedCalls)
      assert.strictEqual(yield* creationsSeen, 1)
    }).pipe(Effect.provide(didww())))

  it.effect("missedCalls succeeds when two of three reads fail with 503", () =>
    Effect.gen(function*() {
      assert.isFalse(HashMap.isEmpty(yield* inTime(missedCalls)))
    }).pipe(Effect.provide(didww({
      // The creation itself succeeds: a client must not send it twice.
      faults: ({ method, number }) => method === "GET" && number % 3 > 0 ? Fault.status(503) : undefined
    }))))

  it.effect("missedCalls fails with CorruptArchive for a truncated archive", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(inTime(missedCalls)))._tag, "CorruptArchive")
    }).pipe(Effect.provide(didww({
      faults: ({ url }) => url.endsWith(".csv.gz") ? Fault.truncated(10_000) : undefined
    }))))
})
