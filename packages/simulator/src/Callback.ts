/**
 * The callbacks of completed exports. The simulator says which callbacks are due; a layer delivers them.
 *
 * @example
 * ```ts
 * import { Callback, SimulatorClient } from "@effect-didww/simulator"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer, Redacted } from "effect"
 *
 * // the simulator answers in memory, its callbacks go over the network
 * const DidwwTest = Callback.layer.pipe(
 *   Layer.provide(FetchHttpClient.layer),
 *   Layer.provideMerge(SimulatorClient.layer({ callbackSecret: Redacted.make("secret") }))
 * )
 * ```
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import type * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as signing from "./internal/signing.js"
import * as Simulator from "./Simulator.js"

/**
 * A callback as its first attempt sends it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Callback {
  readonly exportId: string
  /** When the export was completed, in milliseconds since 1970. */
  readonly at: number
  readonly method: "GET" | "POST"
  /** Has the payload in its query if the method is GET. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The payload as a form if the method is POST, else empty. */
  readonly body: string
}

/**
 * Computes `X-DIDWW-Signature` for a request to this URL with this payload.
 *
 * @since 0.1.0
 * @category signatures
 */
export const sign: (
  secret: Redacted.Redacted,
  url: string,
  payload: Readonly<Record<string, string>>
) => Effect.Effect<string> = signing.sign

/**
 * The delays between the ten attempts.
 *
 * @since 0.1.0
 * @category delivery
 */
export const schedule: Schedule.Schedule<unknown> = Schedule.fromDelays(
  "1 minute",
  "10 minutes",
  "30 minutes",
  "1 hour",
  "3 hours",
  "6 hours",
  "12 hours",
  "1 day",
  "2 days"
)

/**
 * Sends a callback until a 2xx answer arrives within 60 seconds, or all attempts have failed.
 *
 * @since 0.1.0
 * @category delivery
 */
export const deliver = (callback: Callback): Effect.Effect<void, never, HttpClient.HttpClient> => {
  const { "content-type": contentType, ...headers } = callback.headers
  const request = HttpClientRequest.make(callback.method)(callback.url, { headers })
  return HttpClient.execute(
    contentType === undefined ? request : HttpClientRequest.bodyText(request, callback.body, contentType)
  ).pipe(
    Effect.flatMap(HttpClientResponse.filterStatusOk),
    Effect.flatMap((response) => response.text),
    Effect.timeout("60 seconds"),
    Effect.retry(schedule),
    Effect.ignore
  )
}

/** Sleeps until this instant of the simulator's clock. A timer may fire early, so the clock is read again. */
const until = (at: number): Effect.Effect<void> =>
  Effect.flatMap(
    Clock.currentTimeMillis,
    (now) => now < at ? Effect.andThen(Effect.sleep(Math.ceil(at - now)), until(at)) : Effect.void
  )

/**
 * Delivers the callbacks of a simulator when they fall due.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<never, never, Simulator.Simulator | HttpClient.HttpClient> = Layer.scopedDiscard(
  Effect.gen(function*() {
    const simulator = yield* Simulator.Simulator
    const creations = yield* simulator.creations
    const deliverAt = Effect.fnUntraced(function*(id: string, at: number) {
      yield* until(at)
      const callbacks = yield* simulator.callbacks
      yield* Effect.forEach(callbacks.filter(({ exportId }) => exportId === id), deliver)
    })
    yield* Queue.take(creations).pipe(
      Effect.flatMap(({ completedAt, id }) => Effect.forkScoped(deliverAt(id, completedAt ?? 0))),
      Effect.forever,
      Effect.forkScoped
    )
  })
)
