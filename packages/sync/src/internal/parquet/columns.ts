/**
 * The columns of a row group, filled from records. A column keeps its values without gaps, and a byte for each row that says
 * whether the row has one. Nothing of a record is kept: a text is copied as bytes, because it may be a slice that keeps a whole
 * block of the archive in memory.
 */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import type { NumberField, TextField } from "./fields.js"

/** Room for so many rows, at first. A row group of few rows takes little memory. */
const firstRoom = 1024

abstract class Column {
  /** The number of values. Rows without one do not count. */
  count = 0
  present = new Uint8Array(firstRoom)

  protected makeRoom(rows: number): void {
    if (rows > this.present.length) this.present = grown(this.present, rows)
  }

  reset(): void {
    this.count = 0
  }
}

const word = 4_294_967_296

/** Numbers of 64 bits, as two halves: a double is not exact beyond 53 bits, and a bigint is an object. */
export class Numbers extends Column {
  low = new Int32Array(firstRoom)
  high = new Int32Array(firstRoom)

  constructor(readonly field: NumberField) {
    super()
  }

  /** Adds the values of records. Adds nothing and gives `false` if the column cannot hold one of them. */
  fill(records: ReadonlyArray<CallRecord.CallRecord>, row: number): boolean {
    this.makeRoom(row + records.length)
    const { field: { read }, high, low, present } = this
    let { count } = this
    let at = row
    for (const record of records) {
      const value = read(record)
      if (value === undefined) {
        present[at++] = 0
        continue
      }
      present[at++] = 1
      if (typeof value === "bigint") {
        low[count] = Number(BigInt.asIntN(32, value))
        high[count++] = Number(value >> 32n)
      } else if (Number.isNaN(value)) {
        return false
      } else {
        const upper = Math.floor(value / word)
        low[count] = value - upper * word
        high[count++] = upper
      }
    }
    this.count = count
    return true
  }

  protected override makeRoom(rows: number): void {
    super.makeRoom(rows)
    if (rows > this.low.length) {
      this.low = grown(this.low, rows)
      this.high = grown(this.high, rows)
    }
  }
}

/** The numbers of rows. Every row has one. */
export class RowNumbers extends Column {
  values = new Float64Array(firstRoom)

  constructor(readonly name: string) {
    super()
  }

  fill(rowNumbers: ReadonlyArray<number>): void {
    this.makeRoom(this.count + rowNumbers.length)
    this.present.fill(1, this.count, this.count + rowNumbers.length)
    this.values.set(rowNumbers, this.count)
    this.count += rowNumbers.length
  }

  protected override makeRoom(rows: number): void {
    super.makeRoom(rows)
    if (rows > this.values.length) this.values = grown(this.values, rows)
  }
}

/** So many different texts show whether a column repeats its texts. */
const enough = 1024

/** Texts as numbers of distinct texts. A column that seldom repeats a text is soon not looked up any more. */
export class Texts extends Column {
  indexes = new Int32Array(firstRoom)
  /** The distinct texts in UTF-8, one behind the other. */
  bytes = new Uint8Array(16 * firstRoom)
  /** Where each distinct text starts. Behind the last one, where it ends. */
  offsets = new Int32Array(firstRoom)
  /** The number of distinct texts. */
  size = 0
  /** How many texts had a lone surrogate, which UTF-8 cannot hold and U+FFFD stands for. */
  replaced = 0
  private readonly entries = new Map<string, number>()
  private repeats = true

  constructor(readonly field: TextField) {
    super()
  }

  /** The size of the distinct texts in bytes. */
  get length(): number {
    return this.offsets[this.size]!
  }

  /** Whether a dictionary takes less room than the texts themselves. */
  get isWorthDictionary(): boolean {
    return this.size * 2 <= this.count
  }

  fill(records: ReadonlyArray<CallRecord.CallRecord>, row: number): void {
    this.makeRoom(row + records.length)
    const { field: { read }, indexes, present } = this
    let at = row
    for (const record of records) {
      const text = read(record)
      if (text === undefined || text === null) {
        present[at++] = 0
        continue
      }
      present[at++] = 1
      indexes[this.count] = this.repeats ? this.entries.get(text) ?? this.enter(text) : this.append(text)
      this.count++
    }
  }

  override reset(): void {
    super.reset()
    this.size = 0
    this.entries.clear()
  }

  protected override makeRoom(rows: number): void {
    super.makeRoom(rows)
    if (rows > this.indexes.length) this.indexes = grown(this.indexes, rows)
  }

  private enter(text: string): number {
    const entry = this.append(text)
    this.entries.set(utf8.decode(this.bytes.subarray(this.offsets[entry], this.offsets[entry + 1])), entry)
    if (this.size % enough === 0 && this.size * 2 > this.count) {
      this.repeats = false
      this.entries.clear()
    }
    return entry
  }

  private append(text: string): number {
    const entry = this.size++
    if (entry + 2 > this.offsets.length) this.offsets = grown(this.offsets, entry + 2)
    const start = this.offsets[entry]!
    const most = start + text.length * 3
    if (most > this.bytes.length) this.bytes = grown(this.bytes, most)
    this.offsets[entry + 1] = this.write(text, start)
    return entry
  }

  /** Writes a text, and gives where it ends. */
  private write(text: string, start: number): number {
    const { bytes } = this
    let length = 0
    // a call of the encoder costs as much as this loop over a text of this length
    if (text.length <= 24) {
      while (length < text.length) {
        const code = text.charCodeAt(length)
        if (code > 127) break
        bytes[start + length++] = code
      }
    }
    if (length === text.length) return start + length
    const { written } = encoder.encodeInto(text, bytes.subarray(start))
    if (written > text.length && loneSurrogate.test(text)) this.replaced++
    return start + written
  }
}

const loneSurrogate = /\p{Surrogate}/u
const encoder = new TextEncoder()
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

const grown = <A extends Float64Array | Int32Array | Uint8Array>(array: A, least: number): A => {
  // the constructor of an array is not in its type
  const larger = new (array.constructor as new(length: number) => A)(Math.max(array.length * 2, least))
  larger.set(array)
  return larger
}
