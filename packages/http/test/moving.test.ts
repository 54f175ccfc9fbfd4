import { ExportsClient } from "@effect-didww/http"
import { Account, Simulator } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { FastCheck, propertyEffect } from "./property.js"
import { connected, idsOf, newestFirst, seeds } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

const settings = FastCheck.record({
  size: FastCheck.nat(60),
  seed: FastCheck.nat(),
  pageSize: FastCheck.integer({ min: 1, max: 11 }),
  concurrency: FastCheck.constantFrom(1, 2, 8),
  constantTotal: FastCheck.boolean(),
  apiVersion: FastCheck.constantFrom("2026-04-16" as const, "2026-11-19" as const),
  // equal and missing times among them
  odd: FastCheck.boolean()
})

type Setting = typeof settings extends FastCheck.Arbitrary<infer A> ? A : never

type Moves = NonNullable<Simulator.Options["moves"]>

/** Moves rows during so many requests. If rows always moved faster than pages of one row come, no walk would end. */
const during = (requests: number, moves: Moves): Moves => (request, records) =>
  request.number <= requests ? moves(request, records) : records

const simulatorOf = (setting: Pick<Setting, "size" | "seed" | "constantTotal" | "odd">) => ({
  account: Account.generate({ size: setting.size, seed: setting.seed, odd: setting.odd }),
  moves: during(80, Account.moving({ seed: setting.seed, constantTotal: setting.constantTotal })),
  outOfOrder: setting.seed,
  rateLimit: "none" as const
})

describe("the law of stream", () => {
  const law = (setting: Setting) =>
    Effect.gen(function*() {
      const client = yield* Client
      const simulator = yield* Simulator.Simulator
      let atFirst: ReadonlyArray<Account.StoredExport> | undefined
      const ids = yield* idsOf(
        client.pages({ pageSize: setting.pageSize }, { concurrency: setting.concurrency }).pipe(
          Stream.tap(() => Effect.map(simulator.exports, (records) => atFirst ??= records)),
          Stream.flatMap((page) => Stream.fromIterable(page.exports))
        )
      )
      const alive = new Set((yield* simulator.exports).map(({ id }) => id))
      const wanted = newestFirst(atFirst ?? []).filter((id) => alive.has(id))
      assert.strictEqual(new Set(ids).size, ids.length)
      const emitted = new Set(ids)
      assert.deepStrictEqual(wanted.filter((id) => !emitted.has(id)), [])
      // rows with equal or missing times have no order of their own
      if (!setting.odd) {
        const isWanted = new Set(wanted)
        assert.deepStrictEqual(ids.filter((id) => isWanted.has(id)), wanted)
      }
    }).pipe(Effect.provide(connected(simulatorOf(setting), { apiVersion: setting.apiVersion })))

  // in parts, so that the runner hears of the test while it waits
  const part = 150
  for (let from = 0; from < seeds(75); from += part) {
    propertyEffect(
      `holds whatever moves: each export that lived through the walk comes once, in order (runs from ${from} on)`,
      [settings],
      law,
      { numRuns: Math.min(part, seeds(75) - from), timeout: 600_000 }
    )
  }

  it.effect("does not hold for the naive pager", () =>
    Effect.gen(function*() {
      const outcomes = yield* Effect.forEach(Array.from({ length: 50 }, (_, seed) => seed), (seed) =>
        Effect.gen(function*() {
          const client = yield* Client
          const simulator = yield* Simulator.Simulator
          const first = yield* client.list({ pageSize: 5 })
          const atFirst = yield* simulator.exports
          const ids: Array<string> = [...first.exports.map(({ id }) =>
            id
          )]
          for (let page = 2; page <= 12; page++) {
            ids.push(...(yield* client.list({ page, pageSize: 5 })).exports.map(({ id }) => id))
          }
          const alive = new Set((yield* simulator.exports).map(({ id }) => id))
          return new Set(ids).size === ids.length && atFirst.every(({ id }) => !alive.has(id) || ids.includes(id))
        }).pipe(Effect.provide(connected(simulatorOf({ size: 50, seed, constantTotal: seed % 2 === 0, odd: false })))))
      assert.isTrue(outcomes.filter((holds) => !holds).length > 25)
    }))
})
