import { RateLimit } from "@effect-didww/http"
import { assert, describe } from "@effect/vitest"
import { Clock, Effect, Redacted } from "effect"
import { inTime } from "./clock.js"
import { FastCheck, propertyEffect } from "./property.js"

const key = Redacted.make("a-key")

interface Journey {
  /** Milliseconds until the server counts the request. */
  readonly there: number
  /** Milliseconds from then on until the client has the answer. */
  readonly back: number
}

/** When a server counts these requests, which all want to start at once. */
const arrivals = (limit: number, journeys: ReadonlyArray<Journey>) =>
  Effect.gen(function*() {
    const limiter = yield* RateLimit.make({ limit, interval: "1 second" })
    const times: Array<number> = []
    yield* inTime(Effect.forEach(
      journeys,
      ({ back, there }) =>
        Effect.gen(function*() {
          const { arrived } = yield* limiter.take(key)
          yield* Effect.sleep(there)
          times.push(yield* Clock.currentTimeMillis)
          yield* Effect.sleep(back)
          yield* arrived
        }),
      { concurrency: "unbounded", discard: true }
    ))
    return times
  })

/** The most that a server counts within less than a second. */
const busiest = (times: ReadonlyArray<number>): number =>
  Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 1000).length))

const journey = (most: number, back: FastCheck.Arbitrary<number>) =>
  FastCheck.record({ there: FastCheck.integer({ min: 0, max: most }), back })

/** Each step of simulated time takes a while in real time. */
const runs = { numRuns: 12 }

const limits = FastCheck.integer({ min: 1, max: 6 })

describe("what the server counts in a second", () => {
  propertyEffect(
    "is within the limit for a process that has just begun, whose requests take up to three seconds to arrive",
    [
      limits,
      FastCheck.array(journey(3000, FastCheck.integer({ min: 0, max: 3000 })), { minLength: 12, maxLength: 12 })
    ],
    (limit, journeys) =>
      Effect.map(arrivals(limit, journeys.slice(0, 2 * limit)), (times) => assert.isAtMost(busiest(times), limit)),
    runs
  )

  propertyEffect(
    "is within the limit for each process whose requests arrive within the margin, however slowly the server answers",
    [limits, FastCheck.array(journey(50, FastCheck.integer({ min: 0, max: 3000 })), { maxLength: 40 })],
    (limit, journeys) =>
      Effect.map(arrivals(limit, journeys), (times) => assert.isTrue(times.length === 0 || busiest(times) <= limit)),
    runs
  )

  propertyEffect(
    "is within the limit after requests that were held up for a quarter of a second longer than usual",
    [limits, FastCheck.integer({ min: 0, max: 500 }), FastCheck.integer({ min: 0, max: 250 })],
    (limit, usual, held) => {
      const quick = { there: 0, back: usual }
      const journeys = [quick, { there: held, back: usual }, quick].flatMap((one) =>
        Array.from({ length: limit }, () => one)
      )
      return Effect.map(arrivals(limit, journeys), (times) => assert.isAtMost(busiest(times), limit))
    },
    runs
  )
})
