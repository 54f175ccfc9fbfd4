/**
 * A hash of rows in any order: the sum of a hash of 64 bits for each row. So the hash of a month is the sum of the hashes of its
 * days. It finds rows that are missing, doubled or changed by mistake. It is not made against an attacker: the SHA-256 of the
 * archive and of the data is.
 *
 * A row has the same hash as it comes from the archive and as a destination gives it back. So nulls, the zeros at the end of
 * money, and the order of the columns without a field do not count, and a character that no database can hold counts as
 * U+FFFD. A column that a later version adds changes no hash, because a value is hashed with the key of its column.
 */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import * as Protocol from "@effect-didww/core/Protocol"
import * as BigDecimal from "effect/BigDecimal"
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
      let code = value.charCodeAt(index)
      // NUL, and everything from the surrogates on
      if (code - 1 >>> 0 >= 0xd7ff) code = storable(value, index)
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

/** A unit of UTF-16, or U+FFFD for NUL and for a surrogate without its partner. */
const storable = (text: string, index: number): number => {
  const code = text.charCodeAt(index)
  if (code >= 0xe000) return code
  const partner = text.charCodeAt(code < 0xdc00 ? index + 1 : index - 1)
  const isPair = (partner & 0xfc00) === (code < 0xdc00 ? 0xdc00 : 0xd800)
  return code !== 0 && isPair ? code : 0xfffd
}

/** Spreads each bit over all others, so that sums of hashes of similar rows differ. */
const mixed = (half: number): number => {
  let value = Math.imul(half ^ (half >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

const hasher = new Hasher()

const addText = (text: string | null): void => text === null ? hasher.number(-1) : hasher.text(text)

const addMoney = ({ scale, value }: BigDecimal.BigDecimal): void => {
  let number = Number(value)
  if (Number.isSafeInteger(number)) {
    let places = scale
    while (number % 10 === 0 && number !== 0) {
      number /= 10
      places--
    }
    hasher.number(number === 0 ? 0 : places)
    hasher.large(number)
  } else {
    const money = BigDecimal.normalize(BigDecimal.make(value, scale))
    hasher.number(money.scale)
    const rest = Number(money.value)
    if (Number.isSafeInteger(rest)) hasher.large(rest)
    else hasher.text(String(money.value))
  }
}

const adders: Readonly<Record<string, (value: never) => void>> = {
  money: addMoney,
  time: (time: DateTime.Utc) => hasher.large(DateTime.toEpochMillis(time)),
  seconds: (duration: Duration.Duration) => hasher.large(Duration.toMillis(duration)),
  integer: (value: number) => hasher.large(value),
  text: (value: string) => hasher.text(value)
}

const seedOf = (key: string): number => {
  hasher.start()
  hasher.text(key)
  hasher.end()
  return hasher.low
}

const columnsOf = (tag: keyof typeof Protocol.columns) =>
  Protocol.columns[tag].map(({ key, kind }) => ({ key, add: adders[kind]!, seed: seedOf(key) }))

const columns = { CdrInRecord: columnsOf("CdrInRecord"), CdrOutRecord: columnsOf("CdrOutRecord") }

/** In any order. */
const addColumns = (named: Readonly<Record<string, string | null>>): void => {
  const { high, low } = hasher
  let sumOfHigh = 0
  let sumOfLow = 0
  for (const name in named) {
    const text = named[name]
    if (text == null) continue
    hasher.start()
    hasher.text(name)
    hasher.text(text)
    hasher.end()
    sumOfHigh = (sumOfHigh + hasher.high) | 0
    sumOfLow = (sumOfLow + hasher.low) | 0
  }
  hasher.high = high
  hasher.low = low
  hasher.number(sumOfHigh)
  hasher.number(sumOfLow)
}

const hash = (row: CallRecord.Row): void => {
  hasher.start()
  if (row._tag === "RejectedRow") {
    row.cells.forEach(addText)
  } else if (row._tag === "UnknownRecord") {
    addColumns(row.columns)
  } else {
    for (const { add, key, seed } of columns[row._tag]) {
      // the key and the kind are those of the record's own table
      const cell = row[key as never] as Option.Option<never>
      if (Option.isNone(cell)) continue
      hasher.number(seed)
      add(cell.value)
    }
    for (const _ in row.extra) {
      addColumns(row.extra)
      break
    }
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
