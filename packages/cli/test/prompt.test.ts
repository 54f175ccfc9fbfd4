import { Terminal } from "@effect/platform/Terminal"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Mailbox, Option, Redacted } from "effect"
import * as Prompt from "../src/Prompt.js"

type Key = readonly [name: string, input?: string, ctrl?: boolean]

const letters = (text: string): ReadonlyArray<Key> => Array.from(text, (letter) => [letter, letter])

/** What the prompt reads from these keys. */
const reading = (keys: ReadonlyArray<Key>) =>
  Effect.gen(function*() {
    const mailbox = yield* Mailbox.make<{
      readonly input: Option.Option<string>
      readonly key: { readonly name: string; readonly ctrl: boolean; readonly meta: boolean; readonly shift: boolean }
    }>()
    yield* mailbox.offerAll(keys.map(([name, input, ctrl = false]) => ({
      input: Option.fromNullable(input),
      key: { name, ctrl, meta: false, shift: false }
    })))
    yield* mailbox.end
    const unused = Effect.die("The prompt must not use this.")
    return yield* Effect.exit(Effect.provideService(Prompt.typed(Effect.void), Terminal, {
      columns: unused,
      rows: unused,
      isTTY: unused,
      readInput: Effect.succeed(mailbox),
      readLine: unused,
      display: () => unused
    }))
  })

describe("a prompt for a secret", () => {
  it.effect("the secret ends with Enter; Backspace takes a letter back, and Ctrl-U all of them", () =>
    Effect.gen(function*() {
      const typed: ReadonlyArray<Key> = [
        ...letters("wrong"),
        ["u", "\u0015", true],
        ...letters("k3yx"),
        ["backspace", "\u007f"],
        ["left", "\u001b[D"],
        ["tab", "\t"],
        ["undefined"],
        ["return", "\r"],
        ...letters("later")
      ]
      assert.deepStrictEqual(Exit.map(yield* reading(typed), Redacted.value), Exit.succeed("k3y"))
    }))

  it.effect("Ctrl-C and Ctrl-D interrupt the command", () =>
    Effect.gen(function*() {
      for (const [name, input] of [["c", "\u0003"], ["d", "\u0004"]] as const) {
        assert.isTrue(Exit.isInterrupted(yield* reading([...letters("k3"), [name, input, true]])))
      }
    }))
})
