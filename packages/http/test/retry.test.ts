import { type DidwwError, ExportRequest } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import { Fault, SimulatorClient } from "@effect-didww/simulator"
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, DateTime, Duration, Effect, Exit, Layer, Redacted, Schedule } from "effect"
import * as retryAfter from "../src/internal/request/retryAfter.js"
import { inTime } from "./clock.js"
import { withChance } from "./random.js"
import { arrivals, connected, credentials, requestCount } from "./setup.js"

const list = Effect.flatMap(ExportsClient.ExportsClient, (client) => client.list())

/** The faults of requests, one after the other. The last one is for all later requests. */
const meeting = (...faults: ReadonlyArray<Fault.Fault | undefined>) => ({
  faults: ({ number }: { readonly number: number }) => faults[Math.min(number, faults.length) - 1]
})

const s503 = Fault.status(503)
const s429 = Fault.status(429)
const after = (seconds: string, status = 503) => Fault.status(status, { "retry-after": seconds })

// the clock of a test begins here
const epoch = "Thu, 01 Jan 1970"

describe("the times of attempts", () => {
  // the random number that each wait is multiplied with
  const [longest, half, none] = [1, 0.5, 0]
  const table: ReadonlyArray<
    readonly [
      name: string,
      faults: ReadonlyArray<Fault.Fault | undefined>,
      policy: RetryPolicy.Options,
      chance: number,
      times: ReadonlyArray<number>,
      end: string
    ]
  > = [
    ["nothing fails", [undefined], {}, longest, [0], "Success"],
    ["the first answer is 503", [s503, undefined], {}, longest, [0, 250], "Success"],
    ["each answer is 503", [s503], {}, longest, [0, 250, 750, 1750, 3750], "ServerError"],
    ["each answer is 503, with half of the jitter", [s503], {}, half, [0, 125, 375, 875, 1875], "ServerError"],
    ["each answer is 503, without jitter", [s503], {}, none, [0, 0, 0, 0, 0], "ServerError"],
    [
      "maxDelay is 600 ms",
      [s503],
      { maxDelay: "600 millis", maxAttempts: 6 },
      longest,
      [0, 250, 750, 1350, 1950, 2550],
      "ServerError"
    ],
    [
      "baseDelay is 1 second",
      [s503],
      { baseDelay: "1 second", maxAttempts: 3 },
      longest,
      [0, 1000, 3000],
      "ServerError"
    ],
    ["the answer is 501", [Fault.status(501)], {}, longest, [0], "ServerError"],
    ["the first answer is 408", [Fault.status(408), undefined], {}, longest, [0, 250], "Success"],
    ["the first answer is 425", [Fault.status(425), undefined], {}, longest, [0, 250], "Success"],
    ["the answer is a redirect", [Fault.status(302)], {}, longest, [0], "UnexpectedStatus"],
    ["the answer is 400", [Fault.status(400)], {}, longest, [0], "InvalidRequest"],
    ["two answers are cut", [Fault.cut(), Fault.cut(10), undefined], {}, longest, [0, 250, 750], "Success"],
    ["the answer is half a document", [Fault.brokenJson], {}, longest, [0], "MalformedResponse"],
    ["the first answer does not come", [Fault.delay("1 hour"), undefined], { attemptTimeout: "10 seconds" }, longest, [
      0,
      10_250
    ], "Success"],
    ["Retry-After is 7", [after("7"), undefined], {}, longest, [0, 7000], "Success"],
    ["Retry-After is shorter than the third wait", [after("1"), after("1"), after("1"), undefined], {}, longest, [
      0,
      1000,
      2000,
      3000
    ], "Success"],
    ["Retry-After is 0", [after("0"), undefined], {}, longest, [0, 250], "Success"],
    ["Retry-After is 2.5", [after("2.5"), undefined], {}, longest, [0, 3000], "Success"],
    ["Retry-After has several values", [after("3, 7, 5"), undefined], {}, longest, [0, 7000], "Success"],
    [
      "Retry-After is a date, on a server whose clock is an hour ahead",
      [
        Fault.status(503, { "retry-after": `${epoch} 01:00:09 GMT`, date: `${epoch} 01:00:00 GMT` }),
        undefined
      ],
      {},
      longest,
      [0, 9000],
      "Success"
    ],
    ["Retry-After is a date", [after(`${epoch} 00:00:09 GMT`), undefined], {}, longest, [0, 9000], "Success"],
    [
      "Retry-After is a date of RFC 850",
      [after("Thursday, 01-Jan-70 00:00:09 GMT"), undefined],
      {},
      longest,
      [0, 9000],
      "Success"
    ],
    [
      "Retry-After is a date of asctime",
      [after("Thu Jan  1 00:00:09 1970"), undefined],
      {},
      longest,
      [0, 9000],
      "Success"
    ],
    [
      "Retry-After is a date in the past",
      [after("Wed, 31 Dec 1969 23:59:59 GMT"), undefined],
      {},
      longest,
      [0, 250],
      "Success"
    ],
    [
      "Retry-After is a date that no calendar has",
      [after("Sun, 30 Feb 2070 00:00:00 GMT"), undefined],
      {},
      longest,
      [0, 250],
      "Success"
    ],
    ["Retry-After is longer than maxRetryAfter", [after("61"), undefined], {}, longest, [0], "ServerError"],
    ["Retry-After is as long as maxRetryAfter", [after("60"), undefined], {}, longest, [0, 60_000], "Success"],
    ["Retry-After is larger than any number", [after("9".repeat(30)), undefined], {}, longest, [0], "ServerError"],
    ["totalTimeout is 5 seconds", [s503], { maxAttempts: 99, totalTimeout: "5 seconds" }, longest, [
      0,
      250,
      750,
      1750,
      3750
    ], "TimedOut"]
  ]
  for (const [name, faults, policy, chance, times, end] of table) {
    it.effect(`are ${times.join(", ")} ms when ${name}`, () =>
      Effect.gen(function*() {
        const exit = yield* inTime(Effect.exit(withChance(chance)(list)))
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

  it.effect("are in the failure: attempts, and the time with its waits", () =>
    Effect.gen(function*() {
      const error = yield* inTime(Effect.flip(withChance(longest)(list)))
      assert.deepInclude(error, { _tag: "ServerError", attempts: 5, elapsed: Duration.millis(3750) })
    }).pipe(Effect.provide(connected(meeting(s503)))))

  it.effect("are in the failure of a request that finds no place in the rate limit", () =>
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
  const sent = "Wed, 25 Nov 2026 12:00:00 GMT"
  const wrong = "Wed, 25 Nov 2026 11:00:00 GMT"
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
    ["1.5", 2],
    ["2.0", 2],
    ["0.001", 1],
    [".5", 1],
    ["3.", 3],
    ["9".repeat(400), 2 ** 31],
    ["-3", undefined],
    ["-0.5", undefined],
    ["+3", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["1.2.3", undefined],
    ["", undefined],
    [",", undefined],
    ["soon", undefined],
    ["5, 12", 12],
    ["12,5", 12],
    ["soon, 12", 12],
    ["12, soon", 12],
    ["Wed, 25 Nov 2026 12:00:30 GMT, 12", 30],
    ["12, Wed, 25 Nov 2026 12:00:30 GMT", 30],
    ["Wednesday, 25-Nov-26 12:00:30 GMT, Wed, 25 Nov 2026 12:00:40 GMT", 40],
    ["Wed Nov 25 12:00:30 2026, Wed Nov 25 12:00:20 2026", 30]
  ]
  const secondsOf = (status: number, headers: Record<string, string>, at = now) => {
    const read = retryAfter.read({ status, headers }, at)
    return read && Duration.toSeconds(read)
  }
  for (const [text, seconds] of dates) {
    it(`is ${seconds === undefined ? "no time" : `${seconds} seconds`} when it reads "${text.slice(0, 80)}"`, () => {
      assert.strictEqual(secondsOf(503, { "retry-after": text }), seconds)
      // a clock of the client that is wrong changes nothing where the answer has its own date
      assert.strictEqual(secondsOf(503, { "retry-after": text, date: sent }, now + 3_600_000), seconds)
      assert.strictEqual(secondsOf(429, { "retry-after": text, date: sent }), seconds === 0 ? undefined : seconds)
    })
  }

  it("is no time when the header is missing", () => {
    assert.isUndefined(secondsOf(503, { date: sent }))
  })

  it("counts from the answer's own Date, in each form of a date, and from the client's clock if there is none", () => {
    const header = { "retry-after": "Wed, 25 Nov 2026 12:00:30 GMT" }
    for (const date of [wrong, "Wednesday, 25-Nov-26 11:00:00 GMT", "Wed Nov 25 11:00:00 2026"]) {
      assert.strictEqual(secondsOf(503, { ...header, date }), 3630)
    }
    for (const date of ["", "yesterday", "2026-11-25T11:00:00Z"]) {
      assert.strictEqual(secondsOf(503, { ...header, date }), 30)
    }
  })
})

describe("the schedule of a policy", () => {
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

  it.effect("gets the failures as its input", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* inTime(Effect.flip(list)))._tag, "ServerError")
      assert.strictEqual(yield* requestCount, 3)
    }).pipe(
      Effect.provide(connected(meeting(s429, s429, s503))),
      Effect.provide(scheduled(Schedule.recurWhile((error) => error._tag === "RateLimited")))
    ))

  it.effect("waits at least as long as Retry-After, and does not repeat a final failure", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* inTime(Effect.flip(list)))._tag, "InvalidRequest")
      assert.deepStrictEqual(yield* arrivals, [0, 7000, 9000])
    }).pipe(
      Effect.provide(connected(meeting(after("7"), s503, Fault.status(400)))),
      Effect.provide(scheduled(Schedule.spaced("2 seconds")))
    ))
})

describe("the retry budget", () => {
  const budget = { capacity: 50, retryCost: 5, timeoutCost: 10, successRefund: 1 }
  const policy = RetryPolicy.layer({ maxAttempts: 5, baseDelay: 0, attemptTimeout: "1 second", budget })
  const all = Effect.forEach(Array.from({ length: 64 }), () => Effect.exit(list), { concurrency: "unbounded" })

  const dead = {
    "503 in each answer": { client: SimulatorClient.layer({ rateLimit: "none", faults: () => s503 }), most: 64 + 10 },
    "no answer": {
      client: SimulatorClient.layer({ rateLimit: "none", faults: () => Fault.delay("1 hour") }),
      most: 64 + 5
    },
    "cut connections": {
      client: SimulatorClient.layer({ rateLimit: "none", faults: () => Fault.cut() }),
      most: 64 + 10
    }
  }
  for (const [name, { client, most }] of Object.entries(dead)) {
    it.effect(`limits the further attempts of 64 fibers for ${name}`, () =>
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

  it("has its defaults for each value that is missing or undefined", () => {
    const unsaid = { capacity: 50, retryCost: undefined, timeoutCost: undefined, successRefund: undefined }
    assert.deepStrictEqual(RetryPolicy.make({ budget: unsaid }).budget, budget)
    assert.deepStrictEqual(RetryPolicy.make({ budget: { ...unsaid, capacity: undefined } }), RetryPolicy.make())
  })

  it.effect("gets back what a successful second attempt took", () =>
    Effect.gen(function*() {
      yield* inTime(Effect.repeat(list, { times: 99 }))
      assert.strictEqual(yield* requestCount, 200)
    }).pipe(
      Effect.provide(connected({ faults: ({ number }) => number % 2 === 1 ? s503 : undefined })),
      Effect.provide(policy)
    ))

  it.effect("gets a little back for a success at the first attempt", () =>
    Effect.gen(function*() {
      yield* inTime(Effect.exit(Effect.repeat(Effect.ignore(list), { times: 2 })))
      // the budget is spent after 12 requests, of which 10 were further attempts
      assert.strictEqual(yield* requestCount, 13)
      yield* Effect.repeat(list, { times: 4 })
      assert.strictEqual((yield* inTime(Effect.flip(list))).attempts, 2)
    }).pipe(
      Effect.provide(connected({ faults: ({ number }) => number <= 13 || number > 18 ? s503 : undefined })),
      Effect.provide(policy)
    ))

  it.effect("belongs to the client, whatever policy a call has", () =>
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

describe("a create request", () => {
  const request = Effect.map(DateTime.now, (now) => ExportRequest.cdrIn(ExportRequest.lastMonth(now)))
  const created = JSON.stringify({ data: { id: "e-1", type: "exports", attributes: { export_type: "cdr_in" } } })

  type Attempt = (
    request: HttpClientRequest.HttpClientRequest
  ) => Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

  const answered = (status: number, body?: BodyInit): Attempt => (request) =>
    Effect.succeed(HttpClientResponse.fromWeb(request, new Response(body, { status })))
  const broken = (code?: string): Attempt => (request) =>
    Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause: { code } }))
  const cut: Attempt = (request) =>
    answered(201, new ReadableStream({ pull: (body) => body.error({ code: "ECONNREFUSED" }) }))(request)

  /** Makes a request that meets these attempts and then success. Each read of the key gives another key. */
  const meets = (...attempts: ReadonlyArray<Attempt>) => {
    const keys: Array<string | undefined> = []
    const transport = HttpClient.make((request) => {
      keys.push(request.headers["api-key"])
      return (attempts[keys.length - 1] ?? answered(201, created))(request)
    })
    let reads = 0
    return Effect.gen(function*() {
      const client = yield* ExportsClient.make({
        credentials: Credentials.apiKey(Effect.sync(() => Redacted.make(`key-${++reads}`)))
      })
      const exit = yield* Effect.exit(client.create(yield* request))
      return { keys, isCreated: Exit.isSuccess(exit) }
    }).pipe(
      Effect.provideService(HttpClient.HttpClient, transport),
      Effect.provide([RateLimit.none, RetryPolicy.layer({ baseDelay: 0, attemptTimeout: "1 second" })]),
      inTime
    )
  }

  const repeated: Record<string, Attempt> = {
    "a 429": answered(429),
    "a refused connection": broken("ECONNREFUSED"),
    "a host that does not exist": broken("ENOTFOUND")
  }
  for (const [name, attempt] of Object.entries(repeated)) {
    it.effect(`is sent again after ${name}`, () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* meets(attempt), { keys: ["key-1", "key-1"], isCreated: true })
      }))
  }

  const final: Record<string, Attempt> = {
    "a connection that was cut": broken("ECONNRESET"),
    "an unknown transport failure": broken(),
    "half an answer": cut,
    "a 503": answered(503),
    "an answer that does not come in time": () => Effect.never
  }
  for (const [name, attempt] of Object.entries(final)) {
    it.effect(`is not sent again after ${name}`, () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* meets(attempt), { keys: ["key-1"], isCreated: false })
      }))
  }

  it.effect("is sent again with another key after a 401", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* meets(answered(401)), { keys: ["key-1", "key-2"], isCreated: true })
    }))

  it.effect("is sent with another key once", () =>
    Effect.gen(function*() {
      const met = yield* meets(answered(401), answered(401))
      assert.deepStrictEqual(met, { keys: ["key-1", "key-2"], isCreated: false })
    }))
})

describe("a transport failure", () => {
  it.effect("has the code of the transport, wherever fetch, undici and node put it", () =>
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
