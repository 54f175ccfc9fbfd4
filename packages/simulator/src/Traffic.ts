/**
 * The calls and messages of an account, generated from a seed. All archives of the account come from them, so that exports
 * whose periods overlap agree. An archive has the calls that were recorded when its export was created.
 *
 * @example
 * ```ts
 * import { Account, SimulatorClient, Traffic } from "@effect-didww/simulator"
 *
 * const traffic = Traffic.make({ seed: 42, callsPerDay: 3000, timeField: "end", recordedAfter: "2 hours" })
 *
 * const TestHttp = SimulatorClient.layer({ account: Account.make([]), archives: { traffic } })
 *
 * // what a complete copy of October has
 * const { money, rows, seconds } = Traffic.totals(traffic, {
 *   exportType: "cdr_in",
 *   from: Date.UTC(2026, 9),
 *   to: Date.UTC(2026, 10)
 * })
 * ```
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as holdings from "./internal/holdings.js"
import * as layouts from "./internal/layouts.js"
import * as generation from "./internal/traffic.js"
import type { ApiVersion } from "./Simulator.js"

/**
 * How to generate the calls of an account.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The same seed gives the same calls. Give each account its own. Default: 0. */
  readonly seed?: number | undefined
  /**
   * How many calls or messages of each type start on a day. A function gets the export type and the day's first instant
   * in milliseconds since 1970. About one call in 50 has a second or a third attempt, each with its own row. Default: 1000.
   */
  readonly callsPerDay?: number | ((exportType: string, day: number) => number) | undefined
  /**
   * The time of a call that decides whether it lies in an export's period. DIDWW does not document it. A call that is not
   * answered has only a start, which counts instead. Default: `start`.
   */
  readonly timeField?: "start" | "connect" | "end" | undefined
  /**
   * How long after its end a call is recorded. An export created earlier does not have the call. A function gets the
   * call's own random number, from 0 to less than 1. Default: 1 minute.
   */
  readonly recordedAfter?: Duration.DurationInput | ((random: number) => Duration.DurationInput) | undefined
}

/**
 * The calls and messages of an account. They are generated each time they are read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Traffic {
  readonly options: Options
}

/**
 * Makes the traffic of an account.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Traffic => ({ options })

/**
 * Which rows to read: those that an export with these filters has.
 *
 * @since 0.1.0
 * @category models
 */
export interface Selection {
  readonly exportType: string
  /** The start of the period, inclusive, in milliseconds since 1970. */
  readonly from: number
  /** The end of the period, exclusive, in milliseconds since 1970. */
  readonly to: number
  /** Leaves out calls that are recorded later, in milliseconds since 1970. Default: reads all calls. */
  readonly recordedBy?: number | undefined
  /** The called number, for `cdr_in`. Default: all of `didNumbers`. */
  readonly didNumber?: string | undefined
  /** The trunk, for `cdr_out`. Default: all of `voiceOutTrunks`. */
  readonly voiceOutTrunk?: string | undefined
}

/**
 * The numbers that the calls reach.
 *
 * @since 0.1.0
 * @category constants
 */
export const didNumbers: ReadonlyArray<string> = holdings.didNumbers

/**
 * The ids of the trunks of the outbound calls.
 *
 * @since 0.1.0
 * @category constants
 */
export const voiceOutTrunks: ReadonlyArray<string> = holdings.trunkIds

/**
 * One attempt of a call, or a message. Times are milliseconds since 1970.
 *
 * @since 0.1.0
 * @category models
 */
export interface Call {
  /** The row's `Call ID` or `Reference`. All attempts of a call share it. */
  readonly id: string
  /** Counts from 1. */
  readonly attempt: number
  readonly startedAt: number
  /** `undefined` for an attempt that is not answered. */
  readonly connectedAt: number | undefined
  /** `undefined` for an attempt that is not answered. */
  readonly endedAt: number | undefined
  /** When the call is recorded. All attempts of a call are recorded together. */
  readonly recordedAt: number
  /** How long the call is after its connection. */
  readonly seconds: number
}

/**
 * Reads the rows of a selection, in the order of an archive. Every call has an id, answered or not.
 *
 * @since 0.1.0
 * @category getters
 */
export const calls = function*(traffic: Traffic, selection: Selection): Generator<Call> {
  for (const { attempt, id, isAnswered, length, recordedAt, ring, start } of generation.calls(traffic, selection)) {
    yield {
      id,
      attempt,
      startedAt: start * 1000,
      connectedAt: isAnswered ? (start + ring) * 1000 : undefined,
      endedAt: isAnswered ? (start + ring + length) * 1000 : undefined,
      recordedAt,
      seconds: length
    }
  }
}

/**
 * The sums over all rows of a selection.
 *
 * @since 0.1.0
 * @category models
 */
export interface Totals {
  readonly rows: number
  /** How long the calls are after their connections. */
  readonly seconds: number
  /** Thousandths of a dollar by column. */
  readonly money: Readonly<Record<string, bigint>>
}

/**
 * Adds up the rows of a selection in whole numbers, without the CSV. The layout of `apiVersion` decides which columns have
 * money. Default: 2026-04-16.
 *
 * @since 0.1.0
 * @category getters
 */
export const totals = (
  traffic: Traffic,
  selection: Selection & { readonly apiVersion?: ApiVersion | undefined }
): Totals => {
  const layout = layouts.layoutOf(selection.exportType, selection.apiVersion ?? "2026-04-16")
  const cells: Array<layouts.Cell> = []
  const money = layout.money.map(() => 0)
  const sums = layout.money.map(() => 0)
  let rows = 0
  let seconds = 0
  for (const call of generation.calls(traffic, selection)) {
    layout.fill(cells, money, call, call.random)
    for (let index = 0; index < sums.length; index++) sums[index]! += money[index]!
    rows = rows + 1
    seconds = seconds + call.length
  }
  return {
    rows,
    seconds,
    money: Object.fromEntries(layout.money.map((column, index) => [layout.columns[column]!, BigInt(sums[index]!)]))
  }
}
