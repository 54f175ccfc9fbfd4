/**
 * The cells of a block of records, as values. Numbers and times are read from the bytes themselves: a closure, a regular
 * expression or an Effect for each cell would cost more than all other work on it.
 */
import * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as decimal from "../decimal.js"
import { some } from "../some.js"
import * as utc from "../utc.js"
import * as wireTime from "../wireTime.js"
import type { Splitter } from "./csv.js"
import { Flag, malformed, stride } from "./flags.js"
import { absent, type Checked } from "./layout.js"
import { Texts } from "./texts.js"

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

export class Cells {
  private bytes = new Uint8Array(0)
  private words = new DataView(this.bytes.buffer)
  private bounds = new Int32Array(0)
  private length = 0
  private isAscii = false
  private block: string | undefined
  private copied = new Uint32Array(0)
  private readonly texts = new Texts()
  /** The first column of the record with a cell that it cannot hold, and the phrase for the cell that was expected. */
  mismatch: { readonly index: number; readonly expected: string } | undefined

  /** Takes the cells that the splitter finished last. `isAscii` says that all their bytes are ASCII. */
  load({ bytes, cells, records, words }: Splitter, isAscii: boolean): void {
    this.bytes = bytes
    this.words = words
    this.bounds = cells
    this.length = cells[records[records.length - 2]! - stride + 1]!
    this.isAscii = isAscii
    this.block = undefined
  }

  /** The text of all bytes with cells, at the same positions. A byte that is not ASCII is masked. */
  private get ascii(): string {
    if (this.block !== undefined) return this.block
    const read = this.bytes.subarray(0, this.length)
    return this.block = utf8.decode(this.isAscii ? read : this.masked(read))
  }

  /** A copy where each byte is ASCII. It lasts until the next one: memory of its own for each block costs collections. */
  private masked(bytes: Uint8Array): Uint8Array {
    if (this.copied.length * 4 < bytes.length) this.copied = new Uint32Array((bytes.length >>> 1) + 1)
    const words = this.copied
    const copy = new Uint8Array(words.buffer, 0, bytes.length)
    copy.set(bytes)
    const end = (bytes.length + 3) >>> 2
    for (let index = 0; index < end; index++) words[index]! &= 0x7f7f7f7f
    return copy
  }

  /** The flags of one cell. */
  flags(cell: number): number {
    return this.bounds[cell + 2]!
  }

  /** The text of one cell, or null. */
  raw(cell: number): string | null {
    const start = this.bounds[cell]!
    const end = this.bounds[cell + 1]!
    const flags = this.bounds[cell + 2]!
    return start < end ? this.slice(start, end, flags) : (flags & Flag.quoted) === 0 ? null : ""
  }

  /** How many lines of the file a record took. `cell` and `last` are its first and its last cell. */
  lines(cell: number, last: number): number {
    const { bounds, bytes } = this
    const end = bounds[last + 1]!
    let feeds = 0
    for (let at = bounds[cell]!; at < end; at++) if (bytes[at] === lineFeed) feeds++
    // a raw cell that the limit or the end of the file cut may end in the end of a line
    const isCut = (bounds[last + 2]! & (Flag.oversize | Flag.unclosed)) !== 0
    return isCut && bytes[end - 1] === lineFeed ? feeds : feeds + 1
  }

  private slice(start: number, end: number, flags: number): string {
    if ((flags & ~Flag.quoted) === 0) return this.ascii.slice(start, end)
    const bytes = this.bytes.subarray(start, end)
    // a decoder of a stream waits for the rest of a character that the limit cut
    if ((flags & Flag.oversize) !== 0) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, waiting)
    const text = utf8.decode(bytes)
    return (flags & Flag.escaped) !== 0 && (flags & malformed) === 0 ? text.replaceAll("\"\"", "\"") : text
  }

  text(row: number, index: number): Option.Option<string> {
    if (index === absent) return none
    const cell = row + index * stride
    const start = this.bounds[cell]!
    const end = this.bounds[cell + 1]!
    if (start === end) return none
    const flags = this.bounds[cell + 2]!
    return this.texts.find(this.bytes, this.words, start, end, flags, index) ??
      some(this.slice(start, end, flags))
  }

  integer(row: number, index: number): Option.Option<number> {
    if (index === absent) return none
    const cell = row + index * stride
    const start = this.bounds[cell]!
    const end = this.bounds[cell + 1]!
    if (start === end) return none
    const value = digits(this.bytes, start, end)
    if (value !== notDigits) return value < integers.length ? integers[value]! : some(value)
    const text = this.trimmed(cell)
    return this.unusual(text, decimal.units(text, 0), index, "a whole number such as 200")
  }

  seconds(row: number, index: number): Option.Option<Duration.Duration> {
    if (index === absent) return none
    const cell = row + index * stride
    const start = this.bounds[cell]!
    const end = this.bounds[cell + 1]!
    if (start === end) return none
    const value = digits(this.bytes, start, end)
    if (value !== notDigits && value <= mostSeconds) {
      return value < durations.length ? durations[value]! : some(Duration.seconds(value))
    }
    const text = this.trimmed(cell)
    const millis = decimal.units(text, 3)
    const duration = millis === undefined ? undefined : Duration.millis(millis)
    return this.unusual(text, duration, index, "a number of seconds such as 60, with three decimal places at most")
  }

  money(row: number, index: number): Option.Option<BigDecimal.BigDecimal> {
    if (index === absent) return none
    const { bounds, bytes } = this
    const cell = row + index * stride
    const start = bounds[cell]!
    const end = bounds[cell + 1]!
    if (start === end) return none
    let whole = 0
    let point = start - 1
    let at = start
    for (; at < end; at++) {
      const byte = bytes[at]!
      const digit = byte ^ 48
      if (digit <= 9) whole = whole * 10 + digit
      else if (byte === dot && point < start) point = at
      else break
    }
    const isPlain = at === end && end - start <= safeDigits && point !== start && point !== end - 1
    if (isPlain) return amount(whole, point < start ? 0 : end - point - 1)
    const text = this.trimmed(cell)
    return this.unusual(text, decimal.parse(text), index, "a decimal number such as 0.010")
  }

  time(row: number, index: number): Option.Option<DateTime.Utc> {
    if (index === absent) return none
    const cell = row + index * stride
    const start = this.bounds[cell]!
    const end = this.bounds[cell + 1]!
    if (start === end) return none
    const millis = end - start === 19 ? wireTime.millisOfBytes(this.bytes, start) : NaN
    if (!Number.isNaN(millis)) return some(utc.make(millis))
    const text = this.trimmed(cell)
    if (wireTime.isZero(text)) return none
    return this.unusual(text, wireTime.parse(text), index, "a time such as 2026-04-16 08:00:00")
  }

  /** Finds a mismatch in cells that no field has. The usual shapes become no values. */
  check(row: number, columns: ReadonlyArray<Checked>): void {
    for (let at = 0; at < columns.length; at++) {
      const { index, kind } = columns[at]!
      const cell = row + index * stride
      const start = this.bounds[cell]!
      const end = this.bounds[cell + 1]!
      const isUsual = kind === "time"
        ? end - start === 19 && !Number.isNaN(wireTime.millisOfBytes(this.bytes, start))
        : kind === "money"
        ? isDecimal(this.bytes, start, end)
        : end - start <= usualDigits && digits(this.bytes, start, end) !== notDigits
      if (!isUsual && start < end) this[kind](row, index)
    }
  }

  /** The value of a cell that is not written as usual. A cell of spaces has none. */
  private unusual<A>(text: string, value: A | undefined, index: number, expected: string): Option.Option<A> {
    return value !== undefined ? some(value) : text === "" ? none : this.refuse(index, expected)
  }

  /** The text of a cell of numbers or times, without the spaces around it. */
  private trimmed(cell: number): string {
    return this.slice(this.bounds[cell]!, this.bounds[cell + 1]!, this.bounds[cell + 2]!).trim()
  }

  private refuse(index: number, expected: string): Option.Option<never> {
    this.mismatch ??= { index, expected }
    return none
  }
}

const none = Option.none<never>()
const waiting = { stream: true }

const lineFeed = 10
const dot = 46

// doubles are exact up to here
const safeDigits = 15

// every number of so many digits is a duration
const usualDigits = 12

const notDigits = -1

// a duration counts milliseconds
const mostSeconds = Math.floor(Number.MAX_SAFE_INTEGER / 1000)

/** The number of at most fifteen digits. */
const digits = (bytes: Uint8Array, start: number, end: number): number => {
  if (end - start > safeDigits) return notDigits
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! ^ 48
    if (digit > 9) return notDigits
    value = value * 10 + digit
  }
  return value
}

/** Whether a text is digits with at most one dot among them. */
const isDecimal = (bytes: Uint8Array, start: number, end: number): boolean => {
  let dots = 0
  for (let at = start; at < end; at++) {
    if ((bytes[at]! ^ 48) <= 9) continue
    if (bytes[at] !== dot) return false
    dots++
  }
  return dots <= 1 && end - start > dots
}

// small values are so common that each is made once: it saves time, and memory where a program holds many rows
const integers = Array.from({ length: 1024 }, (_, value) => some(value))
const durations = Array.from({ length: 3600 }, (_, value) => some(Duration.seconds(value)))

const maxAmount = 1024
const maxScale = 7
const amounts: Array<Option.Option<BigDecimal.BigDecimal> | undefined> = Array.from({ length: maxAmount * maxScale })

const amount = (value: number, scale: number): Option.Option<BigDecimal.BigDecimal> =>
  value >= maxAmount || scale >= maxScale
    ? some(BigDecimal.make(BigInt(value), scale))
    : amounts[scale * maxAmount + value] ??= some(BigDecimal.make(BigInt(value), scale))
