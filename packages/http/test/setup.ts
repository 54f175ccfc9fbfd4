import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import { Simulator, SimulatorClient } from "@effect-didww/simulator"
import { Effect, Layer, Redacted } from "effect"

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
