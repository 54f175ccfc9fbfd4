import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import { type Account, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { HttpClient } from "@effect/platform"
import { Chunk, Effect, type Exit, Layer, Predicate, Redacted, Stream, Supervisor } from "effect"

export const secret = "k3y-that-nobody-may-see"

export const credentials = Credentials.apiKey(Redacted.make(secret))

/** A client over a simulator in memory. By default neither has a rate limit. */
export const connected = (
  simulator: Simulator.Options = {},
  client: Partial<ExportsClient.Options> = {}
) =>
  ExportsClient.layer({ credentials, ...client }).pipe(
    Layer.provideMerge(SimulatorClient.layer({ rateLimit: "none", ...simulator })),
    Layer.provideMerge(RateLimit.none)
  )

/** The same client, over what a test makes of the simulator's `HttpClient`. */
export const connectedBy = (
  make: (client: HttpClient.HttpClient) => HttpClient.HttpClient,
  simulator: Simulator.Options = {}
) =>
  ExportsClient.layer({ credentials }).pipe(
    Layer.provide(Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, make))),
    Layer.provideMerge(SimulatorClient.layer({ rateLimit: "none", ...simulator })),
    Layer.provideMerge(RateLimit.none)
  )

const isMint = ({ url }: Simulator.ReceivedRequest): boolean => new URL(url).pathname === "/token"

/** The requests that the API saw. */
export const seen = Effect.flatMap(
  Simulator.Simulator,
  (simulator) => Effect.map(simulator.received, (all) => all.filter((request) => !isMint(request)))
)

/** The requests that the token service saw. */
export const mints = Effect.flatMap(
  Simulator.Simulator,
  (simulator) => Effect.map(simulator.received, (all) => all.filter(isMint))
)

export const requestCount = Effect.map(seen, (requests) => requests.length)

/** When requests arrived, in milliseconds since the first one. */
export const arrivals = Effect.map(seen, (requests) => requests.map(({ at }) => at - (requests[0]?.at ?? 0)))

/** A number of seeds, which WALK_SEEDS=10000 raises for long runs. */
export const seeds = (fallback: number): number => Number(process.env.WALK_SEEDS ?? fallback)

/** A number of requests or fibers at once. LOAD=1 runs all of them, LOAD=0.5 one half. */
export const load = (all: number): number => Math.ceil(all * Number(process.env.LOAD ?? 0.05))

export const newestFirst = (records: ReadonlyArray<Account.StoredExport>): ReadonlyArray<string> =>
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

/** Runs an effect, and gives how many fibers ended, and their results that hold bytes at any depth. */
export const results = <E, R>(effect: Effect.Effect<unknown, E, R>) =>
  Effect.suspend(() => {
    const results = new Results()
    return Effect.as(Effect.supervised(effect, results), results)
  })
