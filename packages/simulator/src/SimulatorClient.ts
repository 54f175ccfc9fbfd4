/**
 * The simulator as an `HttpClient` with no socket: for tests of anything that is built on one.
 *
 * @example
 * ```ts
 * import { Account, SimulatorClient } from "@effect-didww/simulator"
 *
 * const TestHttp = SimulatorClient.layer({ account: Account.generate({ size: 250 }), rateLimit: "none" })
 * ```
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Simulator from "./Simulator.js"

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<HttpClient.HttpClient, never, Simulator.Simulator> = Effect.map(
  Simulator.Simulator,
  (simulator) =>
    HttpClient.make((request, url) =>
      bodyOf(request).pipe(
        Effect.flatMap((body) =>
          simulator.handle({ method: request.method, url: url.href, headers: { ...request.headers }, body })
        ),
        Effect.flatMap((outcome) =>
          outcome._tag === "Cut"
            ? Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause: reset }))
            : Effect.succeed(HttpClientResponse.fromWeb(request, toResponse(outcome)))
        )
      )
    )
)

const bodyOf = (
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<string, HttpClientError.RequestError> => {
  const body = request.body
  switch (body._tag) {
    case "Empty":
      return Effect.succeed("")
    case "Uint8Array":
      return Effect.succeed(new TextDecoder().decode(body.body))
    case "Raw":
      return Effect.succeed(String(body.body))
    case "FormData":
      return Effect.promise(() => new Response(body.formData).text())
    case "Stream":
      return Stream.mkString(Stream.decodeText(body.stream)).pipe(
        Effect.mapError((cause) => new HttpClientError.RequestError({ request, reason: "Encode", cause }))
      )
  }
}

const reset = { code: "ECONNRESET" }

const toResponse = (
  { body, cut, headers, status }: Extract<Simulator.Outcome, { readonly _tag: "Answer" }>
): Response =>
  new Response(cut === undefined ? body === "" ? null : body : cutStream(body.slice(0, cut)), { status, headers })

const cutStream = (text: string): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode(text))
    },
    pull: (controller) => controller.error(reset)
  })

/**
 * An `HttpClient` that the simulator answers, and the simulator, to ask it what it saw.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Simulator.Options): Layer.Layer<HttpClient.HttpClient | Simulator.Simulator> =>
  Layer.provideMerge(Layer.effect(HttpClient.HttpClient, make), Simulator.layer(options))
