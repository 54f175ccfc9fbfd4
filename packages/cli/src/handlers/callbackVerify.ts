/** Verifies the signature of a callback, and prints its payload. */
import { Callback } from "@effect-didww/core"
import * as Effect from "effect/Effect"
import * as CallbackSecret from "../CallbackSecret.js"
import { toJson } from "../internal/text.js"
import { Stdio } from "../Stdio.js"

export interface Input {
  readonly payload: string
  readonly url: string
  readonly signature: string
  readonly method: "get" | "post"
}

export const run = Effect.fnUntraced(function*({ method, payload, signature, url }: Input) {
  const { out } = yield* Stdio
  const received = { publicUrl: url, signature, secrets: [yield* CallbackSecret.required] as const }
  const callback = yield* method === "get"
    ? Callback.fromGet({ ...received, query: payload })
    : Callback.fromPost({ ...received, body: payload })
  yield* out(`${toJson(callback)}\n`)
})
