/** Random histories of runs: what happens to the runs, to the clock and to DIDWW, all from one seed. */
import { Fault, type Simulator, type Traffic } from "@effect-didww/simulator"
import { Destination, type Plan } from "@effect-didww/sync"
import { DateTime, Deferred, Duration, Effect } from "effect"
import * as memories from "./memory.js"

const hour = 3_600_000

/** Numbers from 0 to less than 1. */
export type Random = () => number

export const random = (seed: number): Random => {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const pick = <A>(random: Random, ...all: readonly [A, ...Array<A>]): A => all[Math.floor(random() * all.length)]!

export interface History {
  readonly seed: number
  readonly start: DateTime.Utc
  readonly rules: Plan.Rules
  readonly simulator: Simulator.Options & { readonly traffic: Traffic.Options }
  /** Whether the archive of an export is missing. */
  readonly isGone: (id: string) => boolean
  /** Whether DIDWW takes hours for an export. */
  readonly isSlow: (id: string) => boolean
  /** How long before each run nothing happens, in milliseconds. */
  readonly pauses: ReadonlyArray<number>
  /** The run in which the second type is new. */
  readonly newType: number
  readonly hasTrouble: boolean
}

export const make = (seed: number): History => {
  const next = random(seed)
  const window = pick(next, "day", "day", "day", "month")
  const zone = DateTime.zoneUnsafeMakeNamed(
    pick(next, "UTC", "UTC", "Europe/Berlin", "America/Santiago", "Asia/Tokyo", "America/New_York")
  )
  // clocks change in two of these weeks, and months end
  const monthEnd = pick(next, Date.UTC(2026, 10), Date.UTC(2026, 11), Date.UTC(2026, 3), Date.UTC(2026, 2))
  // windows of a month are few, so that the month which is deleted next can be among them
  const before = Math.ceil(next() * (window === "month" ? 8 : 8 * 24))
  const start = DateTime.unsafeMake(monthEnd - before * hour)
  const isRare = next() < 0.08
  const pauses = Array.from(
    { length: 7 },
    () => pick(next, 0.2, 2, 7, 13, 24, 24, 30, 50, ...(window === "month" ? [300, 700, 1500] : [])) * hour
  )
  if (window === "month") pauses[0] = 0
  if (isRare) pauses[3] = Math.floor(58 + next() * 40) * 24 * hour
  const isLate = next() < 0.5
  const salt = Math.floor(next() * 1000)
  /** A number of an export's own. */
  const ofExport = (id: string, use: string): number =>
    random(salt + Array.from(`${id}${use}`).reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0) | 0, 7))()
  const isGone = (id: string): boolean => ofExport(id, "gone") < 0.04
  return {
    seed,
    start,
    rules: {
      window,
      zone,
      ...(window === "day" && { since: DateTime.subtract(start, { days: isRare ? 1 : 3 }) })
    },
    simulator: {
      traffic: {
        seed,
        callsPerDay: pick(next, 1, 2, 3),
        timeField: pick(next, "start", "connect", "end"),
        recordedAfter: (own) => Duration.hours(isLate && own > 0.7 ? own * 60 : own * 15)
      },
      listedAfter: pick(next, "0 seconds" as const, "60 seconds" as const),
      archives: { gone: ({ id }) => isGone(id) }
    },
    isGone,
    isSlow: (id) => ofExport(id, "slow") < 0.04,
    pauses,
    newType: isRare && window === "day" ? Infinity : Math.floor(next() * 6),
    hasTrouble: next() < 0.8
  }
}

/** A run that may be killed. After the kill nothing that the run does has any effect. */
export interface Fate {
  readonly step: memories.Step
  readonly fault: (request: Simulator.ReceivedRequest) => Fault.Fault | undefined
  readonly survive: <A, E, R>(run: Effect.Effect<A, E, R>) => Effect.Effect<A | undefined, E, R>
  /** Whether the kill came before the end of the run. */
  readonly isOver: () => boolean
}

export const quiet: Fate = {
  step: () => Effect.void,
  fault: () => undefined,
  survive: (run) => run,
  isOver: () => false
}

/** What goes wrong before the kill. */
interface Trouble {
  readonly step: memories.Step
  readonly fault: Fate["fault"]
  /** Whether the last request is carried out, although its answer arrives nowhere. */
  readonly isLastRequestDone: boolean
}

/** A kill at the n-th of the steps and requests. */
export const killed = (
  last: number,
  trouble: Trouble = { ...quiet, isLastRequestDone: false }
): Effect.Effect<Fate> =>
  Effect.map(Deferred.make<undefined>(), (death): Fate => {
    let left = last
    const dies = (): boolean => {
      left--
      if (left === 0) Deferred.unsafeDone(death, Effect.succeed(undefined))
      return left <= 0
    }
    return {
      step: (name) => Effect.suspend(() => dies() ? Effect.dieMessage("killed") : trouble.step(name)),
      fault: (request) =>
        !dies()
          ? trouble.fault(request)
          : left === 0 && trouble.isLastRequestDone
          ? Fault.delay("1000 days")
          : Fault.status(503),
      survive: (run) => Effect.raceFirst(run, Deferred.await(death)),
      isOver: () => left <= 0
    }
  })

const broken = new Destination.DestinationFailed({ place: "memory", reason: "unavailable" })

/** A kill in most runs, and failures of DIDWW and of the destination in half of them. */
export const troubled = (next: Random): Effect.Effect<Fate> =>
  Effect.suspend(() => {
    const last = next() < 0.6 ? 1 + Math.floor(next() * next() * 150) : Infinity
    const failures = next() < 0.5 ? 0 : 0.15
    return killed(last, {
      isLastRequestDone: next() < 0.5,
      step: () => next() < failures / 10 ? Effect.fail(broken) : Effect.void,
      fault: ({ method }) => {
        if (next() >= failures) return undefined
        return method === "POST" && next() < 0.7
          ? Fault.cut()
          : pick(next, Fault.status(500), Fault.status(503), Fault.cut(), Fault.cut(300))
      }
    })
  })
