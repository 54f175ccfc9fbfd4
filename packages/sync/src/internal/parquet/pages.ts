/**
 * Pages before compression. Values are PLAIN, or numbers of a dictionary (RLE_DICTIONARY), or deltas (DELTA_BINARY_PACKED):
 * every reader knows the first two, and DuckDB, Arrow, Polars, Spark and hyparquet the third.
 *
 * hyparquet-writer packs levels, numbers and deltas. Its own writer of whole columns takes an object for each value, which
 * costs three times as much.
 */
import type { Encoding } from "hyparquet"
import { ByteWriter } from "hyparquet-writer"
import { deltaBinaryPack } from "hyparquet-writer/src/delta.js"
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js"
import { Numbers, RowNumbers, type Texts } from "./columns.js"

/** The pages of one column of a row group. */
export interface Pages {
  /** The page of distinct values, if there is one. */
  readonly dictionary: { readonly bytes: Uint8Array; readonly size: number } | undefined
  readonly data: Uint8Array
  readonly encoding: Encoding
  readonly bounds: { readonly min_value?: bigint | number; readonly max_value?: bigint | number }
}

/** A column of a row group. */
export type Column = Numbers | RowNumbers | Texts

/** Makes pages in one buffer. Pages are valid until the next are made. */
export class PageWriter {
  private readonly out = new ByteWriter(65_536)
  private readonly distinct = new Distinct()

  pages(column: Column, rows: number): Pages {
    this.out.index = 0
    if (column instanceof RowNumbers) return this.rowNumbers(column, rows)
    return column instanceof Numbers ? this.numbers(column, rows) : this.texts(column, rows)
  }

  private rowNumbers({ count, present, values }: RowNumbers, rows: number): Pages {
    const kept = values.subarray(0, count)
    this.levels(present, rows)
    deltaBinaryPack(this.out, kept, "INT64")
    let min = Infinity
    let max = -Infinity
    for (const value of kept) {
      if (value < min) min = value
      if (value > max) max = value
    }
    const bounds = count === 0 ? {} : { min_value: BigInt(min), max_value: BigInt(max) }
    return { dictionary: undefined, data: this.take(0), encoding: "DELTA_BINARY_PACKED", bounds }
  }

  private numbers(column: Numbers, rows: number): Pages {
    const { distinct } = this
    const { count, field: { type }, present } = column
    // few calls share a time
    const size = type === "timestamp" ? undefined : distinct.fill(column, count)
    const { high, low } = size === undefined ? column : distinct
    const bounds = boundsOf(low, high, size ?? count, type === "int32")
    const put = (): void => type === "int32" ? this.int32s(low, size ?? count) : this.int64s(low, high, size ?? count)
    if (size === undefined) {
      this.levels(present, rows)
      put()
      return { dictionary: undefined, data: this.take(0), encoding: "PLAIN", bounds }
    }
    put()
    return { ...this.behindDictionary(present, rows, distinct.indexes, count, size), bounds }
  }

  private texts(column: Texts, rows: number): Pages {
    const { count, indexes, isWorthDictionary, present, size } = column
    if (!isWorthDictionary || count === 0) {
      this.levels(present, rows)
      this.strings(column, count, indexes)
      return { dictionary: undefined, data: this.take(0), encoding: "PLAIN", bounds: {} }
    }
    this.strings(column, size)
    return { ...this.behindDictionary(present, rows, indexes, count, size), bounds: {} }
  }

  private behindDictionary(present: Uint8Array, rows: number, indexes: Int32Array, count: number, size: number) {
    const end = this.out.index
    this.levels(present, rows)
    // a width of 0 is legal, and unknown to some readers
    const width = Math.max(1, 32 - Math.clz32(size - 1))
    this.out.appendUint8(width)
    writeRleBitPackedHybrid(this.out, indexes.subarray(0, count), width)
    return {
      dictionary: { bytes: this.take(0, end), size },
      data: this.take(end),
      encoding: "RLE_DICTIONARY" as const
    }
  }

  private take(start: number, end?: number): Uint8Array {
    return this.out.getBytes().subarray(start, end)
  }

  /** Writes which rows have a value, with its length in bytes in front. */
  private levels(present: Uint8Array, rows: number): void {
    const { out } = this
    const start = out.index
    out.appendInt32(0)
    writeRleBitPackedHybrid(out, present.subarray(0, rows), 1)
    out.view.setInt32(start, out.index - start - 4, true)
  }

  private int32s(values: Int32Array, count: number): void {
    const start = this.reserve(count * 4)
    const { view } = this.out
    for (let index = 0; index < count; index++) view.setInt32(start + index * 4, values[index]!, true)
  }

  private int64s(low: Int32Array, high: Int32Array, count: number): void {
    let at = this.reserve(count * 8)
    const { view } = this.out
    for (let index = 0; index < count; index++) {
      view.setInt32(at, low[index]!, true)
      view.setInt32(at + 4, high[index]!, true)
      at += 8
    }
  }

  /** Texts behind their lengths: the distinct ones, or those of the indexes. */
  private strings({ bytes, offsets }: Texts, count: number, indexes?: Int32Array): void {
    let size = count * 4
    for (let index = 0; index < count; index++) {
      const entry = indexes === undefined ? index : indexes[index]!
      size += offsets[entry + 1]! - offsets[entry]!
    }
    let put = this.reserve(size)
    const { view } = this.out
    const to = new Uint8Array(this.out.buffer)
    for (let index = 0; index < count; index++) {
      const entry = indexes === undefined ? index : indexes[index]!
      const end = offsets[entry + 1]!
      let at = offsets[entry]!
      view.setInt32(put, end - at, true)
      put += 4
      while (at < end) to[put++] = bytes[at++]!
    }
  }

  /** Makes room for so many bytes, and gives its position. */
  private reserve(bytes: number): number {
    const { out } = this
    const start = out.index
    out.ensure(bytes)
    out.index += bytes
    out.offset += bytes
    return start
  }
}

const boundsOf = (low: Int32Array, high: Int32Array, count: number, isInt32: boolean): Pages["bounds"] => {
  if (count === 0) return {}
  let min = 0
  let max = 0
  for (let index = 1; index < count; index++) {
    if (isLess(low, high, index, min)) min = index
    if (isLess(low, high, max, index)) max = index
  }
  if (isInt32) return { min_value: low[min]!, max_value: low[max]! }
  return { min_value: int64(low[min]!, high[min]!), max_value: int64(low[max]!, high[max]!) }
}

const isLess = (low: Int32Array, high: Int32Array, one: number, other: number): boolean =>
  high[one]! === high[other]! ? low[one]! >>> 0 < low[other]! >>> 0 : high[one]! < high[other]!

const int64 = (low: number, high: number): bigint => BigInt(high) << 32n | BigInt(low >>> 0)

/** The most distinct numbers of a dictionary. */
const most = 4096

/** The distinct numbers of a column, as long as they are few. */
class Distinct {
  readonly low = new Int32Array(most)
  readonly high = new Int32Array(most)
  /** The number of each value's distinct number. */
  indexes = new Int32Array(most)
  private readonly slots = new Int32Array(2 * most)

  /** Gives how many there are; `undefined` if there are none or too many. */
  fill(values: Numbers, count: number): number | undefined {
    if (this.indexes.length < count) this.indexes = new Int32Array(values.low.length)
    const { high, indexes, low, slots } = this
    const mask = slots.length - 1
    let size = 0
    slots.fill(0)
    for (let index = 0; index < count; index++) {
      const lower = values.low[index]!
      const upper = values.high[index]!
      let slot = Math.imul(lower ^ Math.imul(upper, 0x85ebca6b), 0x9e3779b1) >>> 19
      let entry = slots[slot]!
      while (entry !== 0 && (low[entry - 1] !== lower || high[entry - 1] !== upper)) {
        slot = slot + 1 & mask
        entry = slots[slot]!
      }
      if (entry === 0) {
        if (size === most) return undefined
        low[size] = lower
        high[size++] = upper
        slots[slot] = entry = size
      }
      indexes[index] = entry - 1
    }
    return size === 0 ? undefined : size
  }
}
