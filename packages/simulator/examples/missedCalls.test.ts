// The tests of an application, without DIDWW, a socket or a wait: time is TestClock's.
import { Credentials, ExportsClient } from "@effect-didww/http"
import { Account, Archive, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, HashMap, Layer, Option, Redacted, TestClock } from "effect"
import { missedCalls } from "./missedCalls.js"

/** The client that the application has, over an account that is empty. */
const didww = (options?: Simulator.Options) =>
  ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("any")) }).pipe(
    Layer.provideMerge(SimulatorClient.layer({ account: Account.make([]), archives: { rows: 2000 }, ...options }))
  )

/** Lets time pass until it is done, a second at a time: archives are decompressed in time that is real. */
const inTime = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    yield* TestClock.setTime(Date.UTC(2026, 10, 25))
    const fiber = yield* Effect.fork(program)
    while (Option.isNone(yield* Fiber.poll(fiber))) yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

const ordersSeen = Effect.flatMap(
  Simulator.Simulator,
  (simulator) => Effect.map(simulator.seen, (requests) => requests.filter(({ method }) => method === "POST").length)
)

describe("missed calls", () => {
  it.effect("are those that the archive has", () =>
    Effect.gen(function*() {
      const missed = yield* inTime(missedCalls)

      const simulator = yield* Simulator.Simulator
      const [ordered] = yield* simulator.records
      const archive = simulator.archive(Option.getOrThrow(Option.fromNullable(ordered)))
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

  it.effect("are ordered once, however often they are asked for", () =>
    Effect.gen(function*() {
      yield* inTime(missedCalls)
      yield* inTime(missedCalls)
      assert.strictEqual(yield* ordersSeen, 1)
    }).pipe(Effect.provide(didww())))

  it.effect("come after a bad day of DIDWW's", () =>
    Effect.gen(function*() {
      assert.isFalse(HashMap.isEmpty(yield* inTime(missedCalls)))
    }).pipe(Effect.provide(didww({
      // but not to the order itself, which nobody may send twice
      faults: ({ method, number }) => method === "GET" && number % 3 > 0 ? Fault.status(503) : undefined
    }))))

  it.effect("do not come of an archive that is broken", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(inTime(missedCalls)))._tag, "CorruptArchive")
    }).pipe(Effect.provide(didww({
      faults: ({ url }) => url.endsWith(".csv.gz") ? Fault.truncated(10_000) : undefined
    }))))
})
