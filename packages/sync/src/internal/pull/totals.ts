/** Counts and exact sums of the rows of an archive. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import * as Protocol from "@effect-didww/core/Protocol"
import * as BigDecimal from "effect/BigDecimal"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { Manifest } from "../../Manifest.js"

export interface Totals {
  records: number
  rejected: number
  rejectedLines: number
  /** By the key of the column. */
  readonly sums: Map<string, Sum>
}

export const make = (): Totals => ({ records: 0, rejected: 0, rejectedLines: 0, sums: new Map() })

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

/** Without an exponent and without zeros at its end. */
const plain = (sum: BigDecimal.BigDecimal): string => {
  const { scale, value } = BigDecimal.normalize(sum)
  if (scale <= 0) return String(value * 10n ** BigInt(-scale))
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0")
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

interface Summand {
  readonly key: string
  readonly kind: string
}

const summands: { readonly [Tag in keyof typeof Protocol.columns]: ReadonlyArray<Summand> } = {
  CdrInRecord: Protocol.columns.CdrInRecord.filter(({ kind }) => kind === "money" || kind === "seconds"),
  CdrOutRecord: Protocol.columns.CdrOutRecord.filter(({ kind }) => kind === "money" || kind === "seconds")
}

export const add = (totals: Totals, rows: ReadonlyArray<CallRecord.Row>): void => {
  for (const row of rows) {
    switch (row._tag) {
      case "RejectedRow":
        totals.rejected++
        totals.rejectedLines += row.lines
        break
      case "UnknownRecord":
        totals.records++
        break
      default:
        totals.records++
        addRecord(totals, row)
    }
  }
}

const addRecord = ({ sums }: Totals, record: CallRecord.CdrInRecord | CallRecord.CdrOutRecord): void => {
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

const minus = (sum: string, part: Sum | undefined): string =>
  part === undefined
    ? sum
    : plain(BigDecimal.subtract(BigDecimal.unsafeFromString(sum), BigDecimal.unsafeFromString(String(part))))
