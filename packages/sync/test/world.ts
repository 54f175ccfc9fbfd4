/** Accounts over simulators in memory, and runs in simulated time. */
import { CallRecord, type Export } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Account, Simulator, SimulatorClient, Traffic } from "@effect-didww/simulator"
import type { Sync } from "@effect-didww/sync"
import { assert } from "@effect/vitest"
import { type Cause, Clock, DateTime, Effect, Exit, Fiber, Layer, Option, Redacted, TestClock } from "effect"
import type { Memory } from "./memory.js"

export interface Account {
  readonly name: string
  readonly client: ExportsClient.Service
  readonly simulator: Simulator.Service
  readonly traffic: Traffic.Traffic
}

/** An account with its own simulator. */
export const account = (
  name: string,
  { client, ...options }: Simulator.Options & {
    readonly traffic: Traffic.Options
    readonly client?: Partial<ExportsClient.Options>
  }
): Effect.Effect<Account> => {
  const traffic = Traffic.make(options.traffic)
  return Effect.gen(function*() {
    const simulator = yield* Simulator.Simulator
    return { name, client: yield* ExportsClient.ExportsClient, simulator, traffic }
  }).pipe(
    Effect.provide(
      ExportsClient.layer({ ...client, credentials: Credentials.apiKey(Redacted.make(`key-of-${name}`)) }).pipe(
        Layer.provideMerge(SimulatorClient.layer({
          rateLimit: "none",
          account: Account.make([]),
          processing: { pending: "1 second", processing: "2 seconds" },
          ...options,
          archives: { ...options.archives, traffic }
        })),
        Layer.provideMerge(Layer.mergeAll(RateLimit.none, NodeGunzip.layer))
      )
    )
  )
}

export const clients = (accounts: ReadonlyArray<Account>): Sync.Options["accounts"] =>
  Object.fromEntries(accounts.map(({ client, name }) => [name, client]))

export const at = (time: string) => TestClock.setTime(DateTime.unsafeMake(time).epochMillis)

/** Gives other work so many turns. */
const turns = (count: number): Effect.Effect<void> =>
  Effect.repeatN(Effect.promise(() => new Promise(setImmediate)), count - 1)

/** Runs an effect to its end, while time passes from one thing that waits for it to the next. */
export const passing = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  most = 72 * 3600
): Effect.Effect<Exit.Exit<A, E>, never, R> =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    const begin = yield* Clock.currentTimeMillis
    for (let now = begin; now < begin + most * 1000; now = yield* Clock.currentTimeMillis) {
      yield* turns(20)
      const ended = yield* Fiber.poll(fiber)
      if (Option.isSome(ended)) return ended.value
      const next = Math.min(...yield* TestClock.sleeps())
      // files and archives are written outside of this thread, and a time limit must not overtake them
      if (next > now + 5000) yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 4)))
      // nothing waits for the clock while everything waits for files
      yield* TestClock.setTime(next === Infinity ? now + 1000 : Math.max(next, now + 1000))
    }
    yield* Fiber.interrupt(fiber)
    return assert.fail("the run did not end")
  })

/** The value of a run that ends well. */
export const ending = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(passing(effect), Exit.getOrElse((cause: Cause.Cause<E>): A => assert.fail(String(cause))))

export const identity = (row: CallRecord.Row): string => {
  if (row._tag === "RejectedRow") return row.cells.join()
  if (row._tag === "UnknownRecord") return Object.values(row.columns).join()
  return `${Option.getOrUndefined(row.callId)} ${
    row._tag === "CdrInRecord" ? Option.getOrUndefined(row.attempt) : ""
  } ` +
    `${Option.match(row.startedAt, { onNone: () => "", onSome: DateTime.formatIso })}`
}

/** The calls of an account and a type in memory, each as text. */
export const kept = ({ windows }: Memory, account: string, exportType: string): ReadonlyArray<string> =>
  Array.from(windows.values()).flatMap(({ manifest: { subject }, rows }) =>
    subject.account === account && subject.exportType === exportType ? rows.map(identity) : []
  ).toSorted()

export interface Selected {
  readonly exportType: Export.ExportType
  readonly from: string
  readonly to: string
  readonly recordedBy?: string
}

/** The calls that there are, each as text. */
export const there = ({ traffic }: Account, { exportType, from, recordedBy, to }: Selected): ReadonlyArray<string> => {
  const calls = Traffic.calls(traffic, {
    exportType,
    from: Date.parse(from),
    to: Date.parse(to),
    ...(recordedBy !== undefined && { recordedBy: Date.parse(recordedBy) })
  })
  return Array.from(
    calls,
    ({ attempt, id, startedAt }) =>
      `${id} ${exportType === "cdr_in" ? attempt : ""} ${new Date(startedAt).toISOString()}`
  ).toSorted()
}

/** The filters of an export of this time, as the simulator keeps them. */
export const filtersOf = (period: { readonly from: DateTime.Utc; readonly to: DateTime.Utc }) => ({
  from: textOf(period.from),
  to: textOf(period.to)
})

const textOf = (time: DateTime.Utc): string => DateTime.formatIso(time).slice(0, 19).replace("T", " ")
