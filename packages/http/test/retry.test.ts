import { DidwwError } from "@effect-didww/core"
import { ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import { Fault, SimulatorClient } from "@effect-didww/simulator"
import { HttpClient, HttpClientError } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Exit, Layer, Random, Schedule } from "effect"
import * as retry from "../src/internal/request/retry.js"
import * as retryAfter from "../src/internal/request/retryAfter.js"
import { arrivals, connected, credentials, inTime, requestCount } from "./setup.js"

const list = Effect.flatMap(ExportsClient.ExportsClient, (client) => client.list())

/** What requests meet, one after the other; the last for ever. */
const meeting = (...faults: ReadonlyArray<Fault.Fault | undefined>) => ({
  faults: ({ number }: { readonly number: number }) => faults[Math.min(number, faults.length) - 1]
})

const s503 = Fault.status(503)
const s429 = Fault.status(429)
const after = (seconds: string, status = 503) => Fault.status(status, { "retry-after": seconds })

// the clock of a test begins here
const epoch = "Thu, 01 Jan 1970"

describe("the times of attempts", () => {
  const longest = Random.fixed([1])
  const half = Random.fixed([0.5])
  const none = Random.fixed([0])
  const table: ReadonlyArray<
    readonly [
      name: string,
      faults: ReadonlyArray<Fault.Fault | undefined>,
      policy: RetryPolicy.Options,
      random: Random.Random,
      times: ReadonlyArray<number>,
      end: string
    ]
  > = [
    ["nothing fails", [undefined], {}, longest, [0], "Success"],
    ["once", [s503, undefined], {}, longest, [0, 250], "Success"],
    ["for ever", [s503], {}, longest, [0, 250, 750, 1750, 3750], "ServerError"],
    ["for ever, half the jitter", [s503], {}, half, [0, 125, 375, 875, 1875], "ServerError"],
    ["for ever, no jitter", [s503], {}, none, [0, 0, 0, 0, 0], "ServerError"],
    [
      "capped",
      [s503],
      { maxDelay: "600 millis", maxAttempts: 6 },
      longest,
      [0, 250, 750, 1350, 1950, 2550],
      "ServerError"
    ],
    ["another base", [s503], { baseDelay: "1 second", maxAttempts: 3 }, longest, [0, 1000, 3000], "ServerError"],
    ["501 is final", [Fault.status(501)], {}, longest, [0], "ServerError"],
    ["408", [Fault.status(408), undefined], {}, longest, [0, 250], "Success"],
    ["425", [Fault.status(425), undefined], {}, longest, [0, 250], "Success"],
    ["a redirect is final", [Fault.status(302)], {}, longest, [0], "UnexpectedStatus"],
    ["400 is final", [Fault.status(400)], {}, longest, [0], "InvalidRequest"],
    ["a cut", [Fault.cut(), Fault.cut(10), undefined], {}, longest, [0, 250, 750], "Success"],
    ["half a document is final", [Fault.brokenJson], {}, longest, [0], "MalformedResponse"],
    ["a stall", [Fault.delay("1 hour"), undefined], { attemptTimeout: "10 seconds" }, longest, [0, 10_250], "Success"],
    ["seconds", [after("7"), undefined], {}, longest, [0, 7000], "Success"],
    ["no floor for what is longer", [after("1"), after("1"), after("1"), undefined], {}, longest, [
      0,
      1000,
      2000,
      3000
    ], "Success"],
    ["no seconds", [after("0"), undefined], {}, longest, [0, 250], "Success"],
    ["a date", [after(`${epoch} 00:00:09 GMT`), undefined], {}, longest, [0, 9000], "Success"],
    ["a date of RFC 850", [after("Thursday, 01-Jan-70 00:00:09 GMT"), undefined], {}, longest, [0, 9000], "Success"],
    ["a date of asctime", [after("Thu Jan  1 00:00:09 1970"), undefined], {}, longest, [0, 9000], "Success"],
    ["a date that has passed", [after("Wed, 31 Dec 1969 23:59:59 GMT"), undefined], {}, longest, [0, 250], "Success"],
    [
      "a date that no calendar has",
      [after("Sun, 30 Feb 2070 00:00:00 GMT"), undefined],
      {},
      longest,
      [0, 250],
      "Success"
    ],
    ["more than maxRetryAfter", [after("61"), undefined], {}, longest, [0], "ServerError"],
    ["as much as maxRetryAfter", [after("60"), undefined], {}, longest, [0, 60_000], "Success"],
    ["more than any number", [after("9".repeat(30)), undefined], {}, longest, [0], "ServerError"],
    ["all together too long", [s503], { maxAttempts: 99, totalTimeout: "5 seconds" }, longest, [
      0,
      250,
      750,
      1750,
      3750
    ], "TimedOut"]
  ]
  for (const [name, faults, policy, random, times, end] of table) {
    it.effect(name, () =>
      Effect.gen(function*() {
        const exit = yield* inTime(Effect.exit(Effect.withRandom(list, random)))
        assert.deepStrictEqual(yield* arrivals, times)
        assert.strictEqual<string>(
          Exit.match(exit, {
            onSuccess: () => "Success",
            onFailure: (cause) => cause._tag === "Fail" ? cause.error._tag : "a defect"
          }),
          end
        )
      }).pipe(Effect.provide(connected(meeting(...faults))), Effect.provide(RetryPolicy.layer(policy))))
  }

  it.effect("each failure tells attempts and time, waiting included", () =>
    Effect.gen(function*() {
      const error = yield* inTime(Effect.flip(Effect.withRandom(list, longest)))
      assert.deepInclude(error, { _tag: "ServerError", attempts: 5, elapsed: Duration.millis(3750) })
    }).pipe(Effect.provide(connected(meeting(s503)))))

  it.effect("so does one that finds no place in the rate limit", () =>
    Effect.gen(function*() {
      const error = yield* inTime(Effect.flip(list))
      assert.deepInclude(error, { _tag: "RateLimitWaitExceeded", attempts: 1, elapsed: Duration.seconds(2) })
    }).pipe(
      Effect.provide(ExportsClient.layer({ credentials })),
      Effect.provide(SimulatorClient.layer(meeting(s503))),
      Effect.provide(RetryPolicy.layer({ baseDelay: 0 })),
      Effect.provide(RateLimit.layer({ limit: 1, interval: "1 hour", maxWait: "2 seconds" }))
    ))
})

describe("Retry-After", () => {
  const now = Date.UTC(2026, 10, 25, 12, 0, 0)
  const dates: ReadonlyArray<readonly [string, number | undefined]> = [
    ["Wed, 25 Nov 2026 12:00:30 GMT", 30],
    ["Wednesday, 25-Nov-26 12:00:30 GMT", 30],
    ["Wed Nov 25 12:00:30 2026", 30],
    ["Sun Nov  1 00:00:00 2026", 0],
    ["Thu, 31 Dec 2026 23:59:60 GMT", (Date.UTC(2026, 11, 31, 23, 59, 59) - now) / 1000],
    ["Tuesday, 01-Jan-80 00:00:00 GMT", 0],
    ["Sunday, 01-Jan-76 00:00:00 GMT", (Date.UTC(2076, 0, 1) - now) / 1000],
    ["Wed, 25 Nov 2026 24:00:00 GMT", undefined],
    ["Wed, 25 Nov 2026 12:60:00 GMT", undefined],
    ["Wed, 31 Nov 2026 12:00:00 GMT", undefined],
    ["Wed, 29 Feb 2027 12:00:00 GMT", undefined],
    ["Wed, 00 Nov 2026 12:00:00 GMT", undefined],
    ["Wed, 25 Nov 2026 12:00:30 CET", undefined],
    ["Wed, 25 nov 2026 12:00:30 GMT", undefined],
    ["Xyz, 25 Nov 2026 12:00:30 GMT", undefined],
    ["2026-11-25T12:00:30Z", undefined],
    [" 12 ", 12],
    ["1.5", undefined],
    ["-3", undefined],
    ["", undefined],
    ["soon", undefined]
  ]
  for (const [text, seconds] of dates) {
    it(`"${text}" is ${seconds === undefined ? "no time" : `${seconds} seconds`}`, () => {
      const parsed = retryAfter.parse(text, now)
      assert.strictEqual(parsed && Duration.toSeconds(parsed), seconds)
    })
  }
})

describe("a schedule of one's own", () => {
  const scheduled = (schedule: Schedule.Schedule<unknown, DidwwError.DidwwError>) =>
    Layer.succeed(RetryPolicy.RetryPolicy, RetryPolicy.fromSchedule(schedule))

  it.effect("decides on the waits and their number", () =>
    Effect.gen(function*() {
      const error = yield* inTime(Effect.flip(list))
      assert.deepInclude(error, { _tag: "ServerError", attempts: 4 })
      assert.deepStrictEqual(yield* arrivals, [0, 2000, 4000, 6000])
    }).pipe(
      Effect.provide(connected(meeting(s503))),
      Effect.provide(scheduled(Schedule.intersect(Schedule.spaced("2 seconds"), Schedule.recurs(3))))
    ))

  it.effect("sees the failures", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* inTime(Effect.flip(list)))._tag, "ServerError")
      assert.strictEqual(yield* requestCount, 3)
    }).pipe(
      Effect.provide(connected(meeting(s429, s429, s503))),
      Effect.provide(scheduled(Schedule.recurWhile((error) => error._tag === "RateLimited")))
    ))

  it.effect("Retry-After stays a floor, and what is final stays final", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* inTime(Effect.flip(list)))._tag, "InvalidRequest")
      assert.deepStrictEqual(yield* arrivals, [0, 7000, 9000])
    }).pipe(
      Effect.provide(connected(meeting(after("7"), s503, Fault.status(400)))),
      Effect.provide(scheduled(Schedule.spaced("2 seconds")))
    ))
})

describe("the budget", () => {
  const budget = { capacity: 50, retryCost: 5, timeoutCost: 10, successRefund: 1 }
  const policy = RetryPolicy.layer({ maxAttempts: 5, baseDelay: 0, attemptTimeout: "1 second", budget })
  const all = Effect.forEach(Array.from({ length: 64 }), () => Effect.exit(list), { concurrency: "unbounded" })

  const dead = {
    "503 for ever": { client: SimulatorClient.layer({ rateLimit: "none", faults: () => s503 }), most: 64 + 10 },
    "a stall": {
      client: SimulatorClient.layer({ rateLimit: "none", faults: () => Fault.delay("1 hour") }),
      most: 64 + 5
    },
    "cut connections": {
      client: SimulatorClient.layer({ rateLimit: "none", faults: () => Fault.cut() }),
      most: 64 + 10
    }
  }
  for (const [name, { client, most }] of Object.entries(dead)) {
    it.effect(`${name}: 64 fibers send no more than it allows`, () =>
      Effect.gen(function*() {
        const exits = yield* inTime(all)
        assert.isTrue(exits.every((exit) => Exit.isFailure(exit) && exit.cause._tag === "Fail"))
        assert.strictEqual(yield* requestCount, most)
      }).pipe(
        Effect.provide(ExportsClient.layer({ credentials })),
        Effect.provide(RateLimit.none),
        Effect.provide(client),
        Effect.provide(policy)
      ))
  }

  it("has its defaults where nothing, or undefined, is said", () => {
    const unsaid = { capacity: 50, retryCost: undefined, timeoutCost: undefined, successRefund: undefined }
    assert.deepStrictEqual(RetryPolicy.make({ budget: unsaid }).budget, budget)
    assert.deepStrictEqual(RetryPolicy.make({ budget: { ...unsaid, capacity: undefined } }), RetryPolicy.make())
  })

  it.effect("what succeeds at the second attempt costs nothing", () =>
    Effect.gen(function*() {
      yield* inTime(Effect.repeatN(list, 99))
      assert.strictEqual(yield* requestCount, 200)
    }).pipe(
      Effect.provide(connected({ faults: ({ number }) => number % 2 === 1 ? s503 : undefined })),
      Effect.provide(policy)
    ))

  it.effect("a success at the first attempt gives a little back", () =>
    Effect.gen(function*() {
      yield* inTime(Effect.exit(Effect.repeatN(Effect.ignore(list), 2)))
      // spent: 12 requests, 10 of them further attempts
      assert.strictEqual(yield* requestCount, 13)
      yield* Effect.repeatN(list, 4)
      assert.strictEqual((yield* inTime(Effect.flip(list))).attempts, 2)
    }).pipe(
      Effect.provide(connected({ faults: ({ number }) => number <= 13 || number > 18 ? s503 : undefined })),
      Effect.provide(policy)
    ))

  it.effect("is a client's own, whatever policy a call has", () =>
    Effect.gen(function*() {
      yield* inTime(all)
      const before = yield* requestCount
      const eager = RetryPolicy.layer({ maxAttempts: 2, baseDelay: 0, budget: { capacity: 55 } })
      assert.strictEqual((yield* inTime(Effect.flip(Effect.provide(list, eager)))).attempts, 2)
      const another = yield* ExportsClient.make({ credentials })
      assert.strictEqual((yield* inTime(Effect.flip(another.list()))).attempts, 5)
      assert.strictEqual((yield* requestCount) - before, 7)
    }).pipe(Effect.provide(connected({ faults: () => s503 })), Effect.provide(policy)))

  it.effect("is read from the environment", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* inTime(Effect.flip(list))).attempts, 2)
    }).pipe(
      Effect.provide(connected({ faults: () => s503 })),
      Effect.provide(Layer.provide(
        RetryPolicy.layerConfig(),
        Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["DIDWW_RETRY_BUDGET", "5"]])))
      ))
    ))
})

describe("what must not be done twice", () => {
  const tried = { attempts: 1, elapsed: Duration.zero }
  const life = (errors: ReadonlyArray<DidwwError.GetError>) => {
    let attempts = 0
    return Effect.map(
      Effect.exit(retry.run<void, string, DidwwError.GetError>({
        policy: RetryPolicy.make({ baseDelay: 0 }),
        spending: { spent: 0 },
        enter: () => Effect.void,
        attempt: () =>
          Effect.suspend(() => {
            const error = errors[attempts]
            attempts = attempts + 1
            return error === undefined ? Effect.succeed("done") : Effect.fail(error)
          }),
        renew: () => Effect.succeed(true),
        pause: () => Effect.void,
        isRepeatable: retry.isUndone
      })),
      (exit) => [attempts, Exit.isSuccess(exit)] as const
    )
  }
  const answered = { ...tried, errors: [] }
  const cases: ReadonlyArray<readonly [string, DidwwError.GetError, boolean]> = [
    ["a 429", new DidwwError.RateLimited({ ...answered, status: 429 }), true],
    ["a 401, for which there is a new token", new DidwwError.Unauthorized({ ...answered, status: 401 }), true],
    ["no connection", new DidwwError.TransportError({ ...tried, reason: "request", code: "ECONNREFUSED" }), true],
    ["no such host", new DidwwError.TransportError({ ...tried, reason: "request", code: "ENOTFOUND" }), true],
    [
      "a connection that was cut",
      new DidwwError.TransportError({ ...tried, reason: "request", code: "ECONNRESET" }),
      false
    ],
    ["an unknown transport failure", new DidwwError.TransportError({ ...tried, reason: "request" }), false],
    ["half an answer", new DidwwError.TransportError({ ...tried, reason: "response", code: "ECONNREFUSED" }), false],
    ["a 503", new DidwwError.ServerError({ ...answered, status: 503 }), false],
    [
      "no answer in time",
      new DidwwError.TimedOut({ ...tried, limit: "attemptTimeout", timeout: Duration.seconds(1) }),
      false
    ]
  ]
  for (const [name, error, again] of cases) {
    it.effect(`${name}: ${again ? "sent again" : "final"}`, () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* inTime(life([error])), again ? [2, true] : [1, false])
      }))
  }

  it.effect("a renewal comes once", () =>
    Effect.gen(function*() {
      const refused = new DidwwError.Unauthorized({ ...answered, status: 401 })
      assert.deepStrictEqual(yield* life([refused, refused, refused]), [2, false])
    }))

  it.effect("a transport's own code is found where fetch, undici and node put it", () =>
    Effect.gen(function*() {
      const error = yield* inTime(Effect.flip(list))
      assert.deepInclude(error, { _tag: "TransportError", code: "ECONNREFUSED" })
    }).pipe(
      Effect.provide(ExportsClient.layer({ credentials })),
      Effect.provide(Layer.succeed(
        HttpClient.HttpClient,
        HttpClient.make((request) =>
          Effect.fail(
            new HttpClientError.RequestError({
              request,
              reason: "Transport",
              cause: new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } })
            })
          )
        )
      ))
    ))
})
