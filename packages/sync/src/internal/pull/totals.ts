/** What is known of the rows of an archive: counts, exact sums, times and a hash. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import * as Protocol from "@effect-didww/core/Protocol"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { Manifest } from "../../Manifest.js"
import { RowsHash } from "./rowsHash.js"

export interface Totals {
  records: number
  rejected: number
  rejectedLines: number
  /** By the key of the column. */
  readonly sums: Map<string, Sum>
  /** In milliseconds since 1970, by the key of the column. */
  readonly times: Map<string, Times>
  readonly hash: RowsHash
}

interface Times {
  first: number
  last: number
}

export const make = (): Totals => ({
  records: 0,
  rejected: 0,
  rejectedLines: 0,
  sums: new Map(),
  times: new Map(),
  hash: new RowsHash()
})

/** One column. Nearly all of its values have the same scale. */
class Sum {
  private value = 0n
  private scale = 0

  add(value: bigint, scale: number): void {
    if (scale > this.scale) {
      this.value *= 10n ** BigInt(scale - this.scale)
      this.scale = scale
    }
    this.value += scale === this.scale ? value : value * 10n ** BigInt(this.scale - scale)
  }

  toString(): string {
    return plain(BigDecimal.make(this.value, this.scale))
  }
}

/** All rows of the archive that a window was loaded from. */
export const rowsOf = ({ records, rejected }: Pick<Manifest, "records" | "rejected">): number => records + rejected

/** Without an exponent and without zeros at its end. */
const plain = (sum: BigDecimal.BigDecimal): string => {
  const { scale, value } = BigDecimal.normalize(sum)
  if (scale <= 0) return String(value * 10n ** BigInt(-scale))
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0")
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

interface Column {
  readonly key: string
  readonly kind: string
}

type ByLayout = { readonly [Tag in keyof typeof Protocol.columns]: ReadonlyArray<Column> }

const columnsOf = (...kinds: ReadonlyArray<string>): ByLayout => ({
  CdrInRecord: Protocol.columns.CdrInRecord.filter(({ kind }) => kinds.includes(kind)),
  CdrOutRecord: Protocol.columns.CdrOutRecord.filter(({ kind }) => kinds.includes(kind))
})

const summands = columnsOf("money", "seconds")

const timed = columnsOf("time")

export const add = (totals: Totals, rows: ReadonlyArray<CallRecord.Row>): void => {
  for (const row of rows) {
    totals.hash.add(row)
    switch (row._tag) {
      case "RejectedRow":
        totals.rejected++
        totals.rejectedLines += row.lines
        break
      case "UnknownRecord":
        totals.records++
        addTexts(totals, row)
        break
      default:
        totals.records++
        addSums(totals, row)
        addTimes(totals, row)
    }
  }
}

type Call = CallRecord.CdrInRecord | CallRecord.CdrOutRecord

const addTimes = ({ times }: Totals, record: Call): void => {
  for (const { key } of timed[record._tag]) {
    // the key is one of the record's own table
    const cell = record[key as never] as Option.Option<DateTime.Utc>
    if (Option.isSome(cell)) addTime(times, key, DateTime.toEpochMillis(cell.value))
  }
}

const addTime = (times: Map<string, Times>, key: string, time: number): void => {
  const found = times.get(key)
  if (found === undefined) times.set(key, { first: time, last: time })
  else if (time < found.first) found.first = time
  else if (time > found.last) found.last = time
}

const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/

/** The time that a text of an unknown layout is, in milliseconds since 1970. */
export const timeOfText = (text: string | null | undefined): number | undefined => {
  if (text?.length !== 19 || !time.test(text)) return undefined
  const millis = Date.parse(`${text.replace(" ", "T")}Z`)
  return Number.isFinite(millis) ? millis : undefined
}

/** The columns of an unknown layout are text. Those that look like times are taken for times. */
const addTexts = ({ times }: Totals, { columns }: CallRecord.UnknownRecord): void => {
  for (const name in columns) {
    const found = timeOfText(columns[name])
    if (found !== undefined) addTime(times, name, found)
  }
}

const addSums = ({ sums }: Totals, record: Call): void => {
  for (const { key, kind } of summands[record._tag]) {
    // the key is one of the record's own table
    const cell = record[key as never] as Option.Option<BigDecimal.BigDecimal | Duration.Duration>
    let sum = sums.get(key)
    if (sum === undefined) sums.set(key, sum = new Sum())
    if (Option.isNone(cell)) continue
    const { value } = cell
    if (kind === "money") {
      const money = value as BigDecimal.BigDecimal
      sum.add(money.value, money.scale)
    } else {
      addSeconds(sum, value as Duration.Duration)
    }
  }
}

const addSeconds = (sum: Sum, duration: Duration.Duration): void => {
  const millis = Duration.toMillis(duration)
  if (Number.isSafeInteger(millis)) sum.add(BigInt(millis), 3)
  else sum.add(Option.getOrElse(Duration.toNanos(duration), () => 0n), 9)
}

export const sumsOf = ({ sums }: Totals): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from(sums, ([key, sum]) => [key, String(sum)]))

export const timesOf = ({ times }: Totals): Manifest["times"] =>
  Object.fromEntries(
    Array.from(times, ([key, { first, last }]) => [
      key,
      { first: DateTime.unsafeMake(first), last: DateTime.unsafeMake(last) }
    ])
  )

/**
 * Counts the records that the destination rejected as rejected rows of one line each, and takes them out of the sums.
 */
export const without = (manifest: Manifest, refused: Totals): Manifest => ({
  ...manifest,
  records: manifest.records - refused.records,
  rejected: manifest.rejected + refused.records,
  rejectedLines: manifest.rejectedLines + refused.records,
  sums: Object.fromEntries(Object.entries(manifest.sums).map(([key, sum]) => [key, minus(sum, refused.sums.get(key))]))
})

/** The exact sums of several windows, by column. */
export const sumsOfAll = (all: ReadonlyArray<Manifest["sums"]>): Manifest["sums"] => {
  const sums = new Map<string, BigDecimal.BigDecimal>()
  for (const [key, text] of all.flatMap(Object.entries<string>)) {
    const sum = BigDecimal.unsafeFromString(text)
    const before = sums.get(key)
    sums.set(key, before === undefined ? sum : BigDecimal.sum(before, sum))
  }
  return Object.fromEntries(Array.from(sums, ([key, sum]) => [key, plain(sum)]))
}

const minus = (sum: string, part: Sum | undefined): string =>
  part === undefined
    ? sum
    : plain(BigDecimal.subtract(BigDecimal.unsafeFromString(sum), BigDecimal.unsafeFromString(String(part))))
