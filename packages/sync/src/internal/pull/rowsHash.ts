/**
 * A hash of rows in any order: the sum of a hash of 64 bits for each row. So the hash of a month is the sum of the hashes of its
 * days. It finds rows that are missing, doubled or changed by mistake. It is not made against an attacker: the SHA-256 of the
 * archive and of the data is.
 */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import * as Protocol from "@effect-didww/core/Protocol"
import type * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

/** Two halves of 32 bits. One object takes row after row, so that a row costs no allocation. */
class Hasher {
  high = 0
  low = 0

  start(): void {
    this.high = 0x9e3779b9
    this.low = 0x85ebca6b
  }

  number(value: number): void {
    this.high = Math.imul(this.high ^ value, 0x9e3779b1)
    this.low = Math.imul(this.low ^ value, 0x5f356495)
    this.high ^= this.high >>> 15
    this.low ^= this.low >>> 13
  }

  /** Also of numbers above 32 bits. */
  large(value: number): void {
    this.number(value | 0)
    this.number(Math.floor(value / 0x100000000))
  }

  text(value: string): void {
    this.number(value.length)
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index)
      this.high = Math.imul(this.high ^ code, 0x9e3779b1)
      this.low = Math.imul(this.low ^ code, 0x5f356495)
    }
    this.high ^= this.high >>> 15
    this.low ^= this.low >>> 13
  }

  end(): void {
    this.high = mixed(this.high ^ (this.low >>> 7))
    this.low = mixed(this.low ^ (this.high >>> 11))
  }
}

/** Spreads each bit over all others, so that sums of hashes of similar rows differ. */
const mixed = (half: number): number => {
  let value = Math.imul(half ^ (half >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

const hasher = new Hasher()

const addNull = (): void => hasher.number(-1)

const addText = (text: string | null): void => text === null ? addNull() : hasher.text(text)

const addMoney = ({ scale, value }: BigDecimal.BigDecimal): void => {
  hasher.number(scale)
  const number = Number(value)
  if (Number.isSafeInteger(number)) hasher.large(number)
  else hasher.text(String(value))
}

const adders: Readonly<Record<string, (value: never) => void>> = {
  money: addMoney,
  time: (time: DateTime.Utc) => hasher.large(DateTime.toEpochMillis(time)),
  seconds: (duration: Duration.Duration) => hasher.large(Duration.toMillis(duration)),
  integer: (value: number) => hasher.large(value),
  text: (value: string) => hasher.text(value)
}

const columns = {
  CdrInRecord: Protocol.columns.CdrInRecord.map(({ key, kind }) => ({ key, add: adders[kind]! })),
  CdrOutRecord: Protocol.columns.CdrOutRecord.map(({ key, kind }) => ({ key, add: adders[kind]! }))
}

const addColumns = (named: Readonly<Record<string, string | null>>): void => {
  for (const name in named) {
    hasher.text(name)
    addText(named[name] ?? null)
  }
}

const hash = (row: CallRecord.Row): void => {
  hasher.start()
  if (row._tag === "RejectedRow") {
    row.cells.forEach(addText)
  } else if (row._tag === "UnknownRecord") {
    addColumns(row.columns)
  } else {
    for (const { add, key } of columns[row._tag]) {
      // the key and the kind are those of the record's own table
      const cell = row[key as never] as Option.Option<never>
      if (Option.isNone(cell)) addNull()
      else add(cell.value)
    }
    addColumns(row.extra)
  }
  hasher.end()
}

/** The hash of one row, which is the same for the same record of another window. */
export const ofRow = (row: CallRecord.Row): bigint => {
  hash(row)
  return (BigInt(hasher.high) << 32n) | BigInt(hasher.low)
}

/** The sum of the hashes of rows, modulo 2^64. */
export class RowsHash {
  private high = 0
  private low = 0

  add(row: CallRecord.Row): void {
    hash(row)
    const low = this.low + hasher.low
    this.low = low >>> 0
    this.high = (this.high + hasher.high + (low > 0xffffffff ? 1 : 0)) >>> 0
  }

  toString(): string {
    return hex((BigInt(this.high) << 32n) | BigInt(this.low))
  }
}

const hex = (sum: bigint): string => sum.toString(16).padStart(16, "0")

/** The hash of the rows of several archives. */
export const total = (hashes: Iterable<string>): string => {
  let sum = 0n
  for (const each of hashes) sum += BigInt(`0x${each}`)
  return hex(BigInt.asUintN(64, sum))
}
