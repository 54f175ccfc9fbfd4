import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import { type Account, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { Effect, Fiber, Layer, Redacted, Stream, TestClock } from "effect"

export const secret = "k3y-that-nobody-may-see"

export const credentials = Credentials.apiKey(Redacted.make(secret))

/** A client over a simulator in memory; no limit on either side unless asked for. */
export const connected = (
  simulator: Simulator.Options = {},
  client: Partial<ExportsClient.Options> = {}
) =>
  ExportsClient.layer({ credentials, ...client }).pipe(
    Layer.provideMerge(SimulatorClient.layer({ rateLimit: "none", ...simulator })),
    Layer.provideMerge(RateLimit.none)
  )

export const seen = Effect.flatMap(Simulator.Simulator, (simulator) => simulator.seen)

export const requestCount = Effect.map(seen, (requests) => requests.length)

/** A switch for long runs, such as WALK_SEEDS=10000. */
export const seeds = (fallback: number): number => Number(process.env.WALK_SEEDS ?? fallback)

/** Lets simulated time pass until the effect is done. */
export const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    while ((yield* Fiber.poll(fiber))._tag === "None") yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

export const newestFirst = (records: ReadonlyArray<Account.Record>): ReadonlyArray<string> =>
  records.toSorted((a, b) => (b.createdAt ?? Infinity) - (a.createdAt ?? Infinity)).map(({ id }) => id)

export const idsOf = <E, R>(stream: Stream.Stream<{ readonly id: string }, E, R>) =>
  Effect.map(Stream.runCollect(stream), (chunk) => Array.from(chunk, ({ id }) => id))
