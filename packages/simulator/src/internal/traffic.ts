/** Generates the calls of an account hour by hour, so that every period has the same calls whoever asks. */
import * as Duration from "effect/Duration"
import type { Options, Selection, Traffic } from "../Traffic.js"
import * as holdings from "./holdings.js"
import * as layouts from "./layouts.js"
import * as randoms from "./random.js"

/** A row of a call. Each row overwrites the previous one. */
export interface Call extends layouts.Call {
  id: string
  attempt: number
  /** Milliseconds since 1970. */
  recordedAt: number
  /** Draws the cells that the call leaves open. All attempts of a call draw the same. */
  readonly random: randoms.Random
}

const hourMillis = 3_600_000

/** An attempt that fails takes so many seconds, and another attempt follows. */
const failedRing = 15

/** A call is in an hour's bucket by its start. It can be in a period that begins so many hours later. */
const lookback = { start: 1, connect: 1, end: 6 }

/** Yields the rows that an archive of this selection has, in order of their calls' starts. */
export const calls = function*({ options }: Traffic, selection: Selection): Generator<Call> {
  const { exportType, from, to } = selection
  const countOf = hourly(options, exportType)
  const draw = drawing(options, exportType)
  const selects = selecting(options, selection)
  const salt = randoms.seedOf(`${options.seed ?? 0} ${exportType}`)
  // restarted for each hour and each call, because to make generators of random numbers takes longer than to use them
  const buckets = randoms.make(0, 1)
  const seeds = randoms.make(0)
  const call = blank()
  const last = Math.ceil(to / hourMillis)
  for (let hour = Math.floor(from / hourMillis) - lookback[options.timeField ?? "start"]; hour < last; hour++) {
    const bucket = { start: hour * 3600, count: countOf(hour) }
    buckets.restart(salt + hour)
    const bucketSeed = buckets.below(2 ** 32)
    seeds.restart(bucketSeed)
    for (let index = 0; index < bucket.count; index++) {
      const seed = seeds.below(2 ** 32)
      const retries = draw(call, seed, bucket, index)
      // both halves are unique: the first among the hours, the second within one
      call.id = hex(bucketSeed) + hex(seed)
      const { isAnswered, length, ring } = call
      for (let attempt = 0; attempt <= retries; attempt++) {
        const isLast = attempt === retries
        call.attempt = attempt + 1
        call.isAnswered = isLast && isAnswered
        call.ring = isLast ? ring : failedRing
        call.length = isLast ? length : 0
        if (selects(call)) {
          call.random.restart(seed)
          yield call
        }
        call.start = call.start + failedRing
      }
    }
  }
}

export const count = (traffic: Traffic, selection: Selection): number => {
  let rows = 0
  for (const _ of calls(traffic, selection)) rows = rows + 1
  return rows
}

const blank = (): Call => ({
  start: 0,
  isAnswered: true,
  ring: 0,
  length: 0,
  id: "",
  attempt: 1,
  didNumber: undefined,
  trunk: undefined,
  recordedAt: 0,
  random: randoms.make(0, 3)
})

const hex = (value: number): string => value.toString(16).padStart(8, "0")

/** How many of a thousand calls of a day start before each hour. */
const startedBefore = [
  0,
  8,
  14,
  19,
  24,
  30,
  42,
  70,
  120,
  195,
  280,
  365,
  445,
  520,
  600,
  680,
  760,
  830,
  880,
  915,
  942,
  963
]
  .concat(980, 991, 1000)

/** Counts the calls of an hour. The hours of a day add up to the day's calls. */
const hourly = ({ callsPerDay = 1000 }: Options, exportType: string): (hour: number) => number => {
  let known = NaN
  let calls = 0
  return (hour) => {
    const day = Math.floor(hour / 24)
    if (day !== known) {
      known = day
      calls = typeof callsPerDay === "number" ? callsPerDay : callsPerDay(exportType, day * 24 * hourMillis)
    }
    const started = (hours: number): number => Math.floor(calls * startedBefore[hours]! / 1000)
    return started(hour - day * 24 + 1) - started(hour - day * 24)
  }
}

/** The calls that start in one hour. */
interface Bucket {
  /** Seconds since 1970. */
  readonly start: number
  readonly count: number
}

/** Draws a call of a bucket, and tells how often it is attempted in vain before. */
const drawing = (
  options: Options,
  exportType: string
): (call: Call, seed: number, bucket: Bucket, index: number) => number => {
  const delay = delaying(options)
  const isMessage = exportType.startsWith("sms_")
  const answered = exportType === "cdr_out" ? layouts.outboundAnswered : layouts.inboundAnswered
  const random = randoms.make(0, 2)
  return (call, seed, { count, start }, index) => {
    random.restart(seed)
    // some calls start or end exactly at an hour, because the borders of periods lie there
    const isFirst = index === 0 && random.below(4) === 0
    call.start = start + (isFirst ? 0 : Math.floor((index * 3600 + random.below(3600)) / count))
    call.didNumber = randoms.pick(random, holdings.didNumbers)
    call.trunk = random.below(holdings.trunkIds.length)
    const after = delay(random)
    if (isMessage) {
      call.recordedAt = call.start * 1000 + after
      return 0
    }
    layouts.draw(call, answered, random)
    const retries = random.below(50) === 0 ? 1 + random.below(2) : 0
    const kind = random.below(200)
    const connected = call.start + retries * failedRing + call.ring
    if (call.isAnswered && kind === 0) call.length = 1 + random.below(5 * 3600)
    else if (call.isAnswered && kind <= 2) call.length = 3600 - connected % 3600
    call.recordedAt = (connected + call.length) * 1000 + after
    return retries
  }
}

const delaying = ({ recordedAfter = "1 minute" }: Options): (random: randoms.Random) => number => {
  if (typeof recordedAfter === "function") {
    return (random) => Duration.toMillis(recordedAfter(random.below(2 ** 32) / 2 ** 32))
  }
  const after = Duration.toMillis(recordedAfter)
  return () => after
}

/** The time by which an archive has the call. A call without this time has its start. */
export const fieldOf = (timeField: Options["timeField"], { isAnswered, length, ring, start }: layouts.Call): number =>
  !isAnswered || timeField === undefined || timeField === "start"
    ? start
    : timeField === "connect"
    ? start + ring
    : start + ring + length

const selecting = (
  { timeField }: Options,
  { didNumber, exportType, from, recordedBy = Infinity, to, voiceOutTrunk }: Selection
): (call: Call) => boolean => {
  const number = exportType === "cdr_in" ? didNumber : undefined
  const trunk = exportType === "cdr_out" && voiceOutTrunk !== undefined
    ? holdings.trunkIds.indexOf(voiceOutTrunk)
    : undefined
  return (call) => {
    const at = fieldOf(timeField, call) * 1000
    return at >= from && at < to && call.recordedAt <= recordedBy &&
      (number === undefined || call.didNumber === number) && (trunk === undefined || call.trunk === trunk)
  }
}
