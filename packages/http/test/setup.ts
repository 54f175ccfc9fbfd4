import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import { type Account, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { Chunk, Effect, type Exit, Fiber, Layer, Predicate, Redacted, Stream, Supervisor, TestClock } from "effect"

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

const isMint = ({ url }: Simulator.Seen): boolean => new URL(url).pathname === "/token"

/** What the API saw, the token service left aside. */
export const seen = Effect.flatMap(
  Simulator.Simulator,
  (simulator) => Effect.map(simulator.seen, (all) => all.filter((request) => !isMint(request)))
)

/** What the token service saw. */
export const mints = Effect.flatMap(
  Simulator.Simulator,
  (simulator) => Effect.map(simulator.seen, (all) => all.filter(isMint))
)

export const requestCount = Effect.map(seen, (requests) => requests.length)

/** When requests arrived, in milliseconds since the first. */
export const arrivals = Effect.map(seen, (requests) => requests.map(({ at }) => at - (requests[0]?.at ?? 0)))

/** A switch for long runs, such as WALK_SEEDS=10000. */
export const seeds = (fallback: number): number => Number(process.env.WALK_SEEDS ?? fallback)

/** The same for many requests and fibers at once: LOAD=1 for all of them, LOAD=0.5 for half. */
export const load = (all: number): number => Math.ceil(all * Number(process.env.LOAD ?? 0.05))

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

const holdsBytes = (value: unknown): boolean =>
  value instanceof Uint8Array ||
  (Predicate.isObject(value) &&
    Object.values(Chunk.isChunk(value) ? Chunk.toReadonlyArray(value) : value).some(holdsBytes))

class Results extends Supervisor.AbstractSupervisor<void> {
  ended = 0
  readonly withBytes: Array<unknown> = []

  override get value() {
    return Effect.void
  }

  override onEnd(exit: Exit.Exit<unknown, unknown>): void {
    this.ended++
    if (holdsBytes(exit)) this.withBytes.push(exit)
  }
}

/** How many fibers ended meanwhile, and the results of those that hold bytes, however deep. */
export const results = <E, R>(effect: Effect.Effect<unknown, E, R>) =>
  Effect.suspend(() => {
    const results = new Results()
    return Effect.as(Effect.supervised(effect, results), results)
  })
