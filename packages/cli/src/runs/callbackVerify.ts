import { Callback } from "@effect-didww/core"
import * as Effect from "effect/Effect"
import * as CallbackSecret from "../CallbackSecret.js"
import type { VerifyInput } from "../commands/callback.js"
import { Stdio } from "../Stdio.js"

export const run = Effect.fnUntraced(function*({ method, payload, signature, url }: VerifyInput) {
  const { out } = yield* Stdio
  const received = { publicUrl: url, signature, secrets: [yield* CallbackSecret.required] as const }
  const callback = yield* method === "get"
    ? Callback.fromGet({ ...received, query: payload })
    : Callback.fromPost({ ...received, body: payload })
  yield* out(`${JSON.stringify(callback)}\n`)
})
