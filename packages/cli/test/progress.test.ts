import { assert, describe, it } from "@effect/vitest"
import { type Clock, Effect, Fiber, TestClock } from "effect"
import * as Progress from "../src/Progress.js"
import * as Stdio from "../src/Stdio.js"

/** A terminal that keeps what the program draws. */
const terminal = (columns = 80) => {
  const drawn: Array<string> = []
  const stream = {
    isTTY: true,
    columns,
    on: () => {},
    write: (text: string | Uint8Array, done: () => void) => {
      drawn.push(String(text))
      queueMicrotask(done)
      return true
    }
  }
  return {
    drawn,
    stdio: Stdio.make({
      stdin: async function*() {},
      isTyped: true,
      stdout: stream,
      stderr: stream,
      variable: () => undefined
    })
  }
}

describe("progress on a terminal", () => {
  it.effect("has the width of 80 columns on a terminal of 0 columns, which has no size", () =>
    Effect.gen(function*() {
      const unsized = terminal(0)
      const usual = terminal()
      for (const { stdio } of [unsized, usual]) yield* stdio.live("Reading 1,000 rows of the archive ".repeat(4))
      assert.include(unsized.drawn.join(""), "Reading 1,000 rows")
      assert.deepStrictEqual(unsized.drawn, usual.drawn)
    }))

  for (const hour of [3_600_000, -3_600_000]) {
    it.effect(`counts the time that passed when the clock is set by ${hour} ms`, () =>
      Effect.gen(function*() {
        const { drawn, stdio } = terminal()
        const testClock = yield* Effect.clock
        let ahead = 0
        const wall: Clock.Clock = Object.create(testClock)
        Object.assign(wall, {
          currentTimeMillis: Effect.sync(() => testClock.unsafeCurrentTimeMillis() + ahead),
          unsafeCurrentTimeMillis: () => testClock.unsafeCurrentTimeMillis() + ahead
        })
        const fiber = yield* Effect.never.pipe(
          Progress.during(({ elapsed }) => `after ${elapsed} ms`),
          Effect.provideService(Stdio.Stdio, stdio),
          Effect.withClock(wall),
          Effect.fork
        )
        yield* TestClock.adjust(300)
        ahead = hour
        yield* TestClock.adjust(100)
        yield* TestClock.adjust(100)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(drawn.map((text) => /after \S+ ms/.exec(text)?.[0]), [
          "after 300 ms",
          "after 400 ms",
          "after 500 ms",
          undefined
        ])
      }))
  }
})
