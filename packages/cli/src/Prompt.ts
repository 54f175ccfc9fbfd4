/** Asks for a secret, which does not show while it is typed. */
import { Terminal } from "@effect/platform/Terminal"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { type NotRead, Stdio } from "./Stdio.js"

/** Reads a secret: a line that is typed on the terminal, or the first line of stdin. */
export const secret = (question: string): Effect.Effect<Redacted.Redacted, NotRead, Stdio> =>
  Effect.gen(function*() {
    const { bytes, err, isTyped } = yield* Stdio
    if (!isTyped) return yield* firstLine(bytes)
    const { layer } = yield* Effect.promise(() => import("@effect/platform-node/NodeTerminal"))
    return yield* Effect.provide(typed(err(question)), layer)
  })

/** Asks on the terminal, and says whether the answer was yes. */
export const confirm = (question: string): Effect.Effect<boolean, NotRead, Stdio> =>
  Effect.gen(function*() {
    const { bytes, err } = yield* Stdio
    yield* err(question)
    return Redacted.value(yield* firstLine(bytes)).trim().toLowerCase() === "yes"
  })

/** A secret is shorter. */
const longest = 65_536

const firstLine = <E>(bytes: Stream.Stream<Uint8Array, E>): Effect.Effect<Redacted.Redacted, E> =>
  Effect.suspend(() => {
    let length = 0
    return bytes.pipe(
      Stream.decodeText(),
      Stream.takeUntil((text) => {
        length = length + text.length
        return length > longest || text.includes("\n")
      }),
      Stream.mkString,
      Effect.map((text) => Redacted.make(text.split("\n")[0] ?? ""))
    )
  })

/** Reads keys up to Enter, with Backspace and Ctrl-U. Runs `ask` once the terminal does not echo any more. */
export const typed = Effect.fnUntraced(function*(ask: Effect.Effect<void>) {
  const { readInput } = yield* Terminal
  const keys = yield* readInput
  yield* ask
  let text = ""
  while (true) {
    // Ctrl-C and Ctrl-D end the keys
    const { input, key } = yield* Effect.orElse(keys.take, () => Effect.interrupt)
    if (key.name === "return" || key.name === "enter") return Redacted.make(text)
    if (key.name === "backspace") text = text.slice(0, -1)
    else if (key.ctrl && key.name === "u") text = ""
    else if (input._tag === "Some" && /^[^\x00-\x1f\x7f]+$/.test(input.value)) text = text + input.value
  }
}, Effect.scoped)
