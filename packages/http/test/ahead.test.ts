import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Option, Ref, Scope, Stream } from "effect"
import * as pull from "../src/internal/pull.js"
import { advance } from "./clock.js"
import { FastCheck, propertyEffect } from "./property.js"

/** Batches that come after so many yields each, and then a failure or the end. */
const source = (delays: ReadonlyArray<number>, failure: Option.Option<string>) =>
  Effect.map(
    Ref.make(0),
    (count): pull.Pull<number, string> =>
      Effect.flatMap(Ref.getAndUpdate(count, (n) => n + 1), (index) => {
        const delay = delays[index]
        return delay === undefined ? Effect.fail(failure) : Effect.as(yields(delay), [index])
      })
  )

const yields = (times: number): Effect.Effect<void> =>
  times === 0 ? Effect.void : Effect.flatMap(Effect.yieldNow(), () => yields(times - 1))

describe("a pull that runs ahead", () => {
  const delays = FastCheck.array(FastCheck.nat(5), { maxLength: 20 })
  propertyEffect(
    "gives all batches in order, and then the failure or the end",
    [delays, delays, FastCheck.option(FastCheck.constant("failed"), { nil: undefined })],
    (delays, pauses, failure) =>
      Effect.gen(function*() {
        const ahead = yield* pull.ahead(yield* source(delays, Option.fromNullable(failure)))
        for (const index of delays.keys()) {
          assert.deepStrictEqual(yield* ahead.pull, [index])
          yield* yields(pauses[index] ?? 0)
        }
        // the end is the same however often it is asked for
        for (const _ of [1, 2]) {
          assert.deepStrictEqual(yield* Effect.exit(ahead.pull), Exit.fail(Option.fromNullable(failure)))
          assert.isFalse(ahead.isReady())
        }
      }).pipe(Effect.scoped)
  )

  it.scoped("starts with the first use, and is one batch ahead", () =>
    Effect.gen(function*() {
      const pulls = yield* Ref.make(0)
      const counting = Effect.as(Ref.update(pulls, (n) => n + 1), ["batch"])
      const ahead = yield* pull.ahead<string, never, never>(counting)
      const counts: Array<number> = []
      for (const _ of [0, 1, 2]) {
        yield* advance(1)
        counts.push(yield* Ref.get(pulls))
        yield* ahead.pull
      }
      assert.deepStrictEqual(counts, [0, 2, 3])
      assert.isFalse(ahead.isReady())
      yield* advance(1)
      assert.isTrue(ahead.isReady())
    }))

  it.effect("ends with its scope", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const isInterrupted = yield* Ref.make(false)
      const hanging: pull.Pull<string> = Effect.onInterrupt(Effect.never, () => Ref.set(isInterrupted, true))
      const ahead = yield* Scope.extend(pull.ahead<string, never, never>(hanging), scope)
      yield* Effect.fork(ahead.pull)
      yield* advance(1)
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(yield* Ref.get(isInterrupted))
    }))

  it.effect("is interrupted when the pull interrupts itself", () =>
    Effect.gen(function*() {
      const ahead = yield* pull.ahead<string, never, never>(Effect.interrupt)
      assert.isTrue(Exit.isInterrupted(yield* Effect.exit(ahead.pull)))
    }).pipe(Effect.scoped))

  it.effect("dies when the pull dies", () =>
    Effect.gen(function*() {
      const ahead = yield* pull.ahead<string, never, never>(Effect.dieMessage("broken"))
      const exit = yield* Effect.exit(ahead.pull)
      assert.isTrue(Exit.isFailure(exit) && exit.cause._tag === "Die")
    }).pipe(Effect.scoped))
})

describe("a stream of a pull", () => {
  it.effect("has each batch as one chunk, and gives the same batches to a pull", () =>
    Effect.gen(function*() {
      const stream = pull.toStream(source([0, 0, 0], Option.none()))
      assert.deepStrictEqual(yield* Stream.runFold(stream, 0, (sum, index) => sum + index), 3)
      const batches: Array<ReadonlyArray<number>> = []
      yield* pull.runForEach(stream, (batch) => Effect.sync(() => batches.push(batch)))
      assert.deepStrictEqual(batches, [[0], [1], [2]])
    }))
})
