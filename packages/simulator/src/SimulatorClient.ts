/**
 * The simulator as an `HttpClient` without a socket, for tests of programs that use one.
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
 * Makes an `HttpClient` whose requests the simulator handles.
 *
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
        Effect.flatMap((reply) =>
          reply._tag === "Cut"
            ? Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause: reset }))
            : Effect.succeed(HttpClientResponse.fromWeb(request, toResponse(reply)))
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

const toResponse = (reply: Exclude<Simulator.Reply, Simulator.Cut>): Response => {
  const { body, headers, status } = reply
  if (typeof body === "string") return new Response(body === "" ? null : body, { status, headers })
  // `Stream.toReadableStream` drops bytes that nobody read yet when the stream fails
  const chunks = Stream.toAsyncIterable(body)[Symbol.asyncIterator]()
  return new Response(
    new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const next = await chunks.next().catch(() => undefined)
        if (next === undefined) controller.error(reset)
        else if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      cancel: async () => {
        await chunks.return?.()
      }
    }, { highWaterMark: 0 }),
    { status, headers }
  )
}

/**
 * Provides an `HttpClient` whose requests the simulator handles, and the simulator, so that a test can read what it
 * received.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Simulator.Options): Layer.Layer<HttpClient.HttpClient | Simulator.Simulator> =>
  Layer.provideMerge(Layer.effect(HttpClient.HttpClient, make), Simulator.layer(options))
