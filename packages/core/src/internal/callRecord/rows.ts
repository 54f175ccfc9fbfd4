/**
 * From the bounds of cells to typed rows. Numbers and times are read from the bytes themselves, and the common ones are
 * made once: a closure, a regular expression or an Effect for each cell would cost more than all the rest.
 */
import * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type * as CallRecord from "../../CallRecord.js"
import { absent, type CdrInLayout, type CdrOutLayout, fromHeader, type Layout } from "./layout.js"
import { Flag, malformed, Splitter, stride } from "./csv.js"
import * as decimal from "../decimal.js"
import * as utc from "../utc.js"
import * as wireTime from "../wireTime.js"

/** How many bytes at a time become text, and so how much a row that is kept can keep with it. */
const block = 65_536

export const decoder = (maxRecordBytes = 65_536): CallRecord.Decoder => {
  const splitter = new Splitter(maxRecordBytes >= 1 ? Math.floor(maxRecordBytes) : 1)
  const rows = new Rows(splitter)
  return {
    push: (bytes) => {
      const out: Array<CallRecord.Row> = []
      for (let start = 0; start < bytes.length; start += block) {
        splitter.write(bytes.subarray(start, start + block))
        rows.take(out)
      }
      return out
    },
    end: () => {
      const out: Array<CallRecord.Row> = []
      splitter.end()
      rows.take(out)
      return out
    }
  }
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

class Rows {
  /** that of the header, which has no number, is 0 */
  private recordNumber = -1
  private layout: Layout | undefined
  private bytes = new Uint8Array(0)
  private words = new DataView(this.bytes.buffer)
  private cells = new Int32Array(0)
  /** of all `bytes` with cells, in the same positions, for which what is not ASCII is masked */
  private text = ""
  /** why the row at hand is no record, once that is known */
  private reason: string | undefined
  private readonly texts = new Texts()

  constructor(private readonly splitter: Splitter) {}

  /** Adds the rows that the splitter finished last. */
  take(out: Array<CallRecord.Row>): void {
    const { bytes, cells, records, words } = this.splitter
    if (records.length === 0) return
    this.bytes = bytes
    this.words = words
    this.cells = cells
    const read = bytes.subarray(0, cells[records[records.length - 2]! - stride + 1])
    let flags = 0
    for (let index = 1; index < records.length; index += 2) flags |= records[index]!
    // a byte order mark stands before the header
    const isAscii = this.recordNumber >= 0 && !this.splitter.hasSkipped && (flags & Flag.nonAscii) === 0
    this.text = utf8.decode(isAscii ? read : masked(read))
    let start = 0
    for (let index = 0; index < records.length; index += 2) {
      const end = records[index]!
      this.recordNumber++
      if (this.recordNumber > 0) out.push(this.row(start, end, records[index + 1]!))
      else this.header(out, start, end, records[index + 1]!)
      start = end
    }
  }

  private header(out: Array<CallRecord.Row>, start: number, end: number, flags: number): void {
    if ((flags & (Flag.oversize | Flag.unclosed)) === 0) {
      this.layout = fromHeader(this.raw(start, end).map((name) => name ?? ""))
    } else {
      out.push(this.rejected(start, end, this.complaint(start, end, flags)))
    }
  }

  private row(start: number, end: number, flags: number): CallRecord.Row {
    const { layout } = this
    if ((flags & malformed) !== 0) return this.rejected(start, end, this.complaint(start, end, flags))
    if (layout === undefined) {
      return this.rejected(start, end, "The header could not be read, so no cell has a column.")
    }
    const count = (end - start) / stride
    if (count !== layout.names.length) {
      const expected = layout.names.length
      return this.rejected(start, end, `The record must have ${expected} cells, as the header has, and has ${count}.`)
    }
    this.reason = undefined
    const record = this.record(start, layout)
    return this.reason === undefined ? record : this.rejected(start, end, this.reason)
  }

  private record(start: number, layout: Layout): CallRecord.CallRecord {
    switch (layout._tag) {
      case "CdrIn":
        return new CdrInRecord(this, start, layout)
      case "CdrOut":
        return new CdrOutRecord(this, start, layout)
      case "Unknown":
        return { _tag: "UnknownRecord", columns: this.columns(start, layout.others) }
    }
  }

  columns(start: number, columns: Layout["others"]): CallRecord.Columns {
    if (columns.length === 0) return noColumns
    const values: Record<string, string | null> = {}
    for (const { index, name } of columns) {
      const value = this.cell(start + index * stride)
      // an assignment to this name would be one to the prototype
      if (name === "__proto__") Object.defineProperty(values, name, { value, ...ordinary })
      else values[name] = value
    }
    return values
  }

  private rejected(start: number, end: number, reason: string): CallRecord.RejectedRow {
    return { _tag: "RejectedRow", recordNumber: this.recordNumber, cells: this.raw(start, end), reason }
  }

  private raw(start: number, end: number): ReadonlyArray<string | null> {
    const cells: Array<string | null> = []
    for (let cell = start; cell < end; cell += stride) cells.push(this.cell(cell))
    return cells
  }

  private cell(cell: number): string | null {
    const start = this.cells[cell]!
    const end = this.cells[cell + 1]!
    const flags = this.cells[cell + 2]!
    return start < end ? this.slice(start, end, flags) : (flags & Flag.quoted) === 0 ? null : ""
  }

  private slice(start: number, end: number, flags: number): string {
    if ((flags & ~Flag.quoted) === 0) return this.text.slice(start, end)
    const bytes = this.bytes.subarray(start, end)
    // a decoder of a stream waits for the rest of a character that the limit cut
    if ((flags & Flag.oversize) !== 0) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, waiting)
    const text = utf8.decode(bytes)
    return (flags & Flag.escaped) !== 0 && (flags & malformed) === 0 ? text.replaceAll("\"\"", "\"") : text
  }

  string(row: number, index: number): Option.Option<string> {
    if (index === absent) return none
    const cell = row + index * stride
    const start = this.cells[cell]!
    const end = this.cells[cell + 1]!
    if (start === end) return none
    const flags = this.cells[cell + 2]!
    return this.texts.find(this.bytes, this.words, start, end, flags, index) ??
      Option.some(this.slice(start, end, flags))
  }

  integer(row: number, index: number): Option.Option<number> {
    if (index === absent) return none
    const cell = row + index * stride
    const start = this.cells[cell]!
    const end = this.cells[cell + 1]!
    if (start === end) return none
    const value = digits(this.bytes, start, end)
    if (value === notDigits) return this.mismatch(index, "a whole number such as 200")
    return value < integers.length ? integers[value]! : Option.some(value)
  }

  seconds(row: number, index: number): Option.Option<Duration.Duration> {
    if (index === absent) return none
    const cell = row + index * stride
    const start = this.cells[cell]!
    const end = this.cells[cell + 1]!
    if (start === end) return none
    const value = digits(this.bytes, start, end)
    if (value === notDigits) return this.mismatch(index, "a whole number of seconds such as 60")
    return value < durations.length ? durations[value]! : Option.some(Duration.seconds(value))
  }

  money(row: number, index: number): Option.Option<BigDecimal.BigDecimal> {
    if (index === absent) return none
    const { bytes, cells } = this
    const cell = row + index * stride
    const start = cells[cell]!
    const end = cells[cell + 1]!
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
    if (isPlain) return this.shared(whole, point < start ? 0 : end - point - 1)
    const value = decimal.parse(this.slice(start, end, cells[cell + 2]!))
    return value === undefined ? this.mismatch(index, "a decimal number such as 0.010") : Option.some(value)
  }

  private shared(value: number, scale: number): Option.Option<BigDecimal.BigDecimal> {
    if (value >= amounts || scale >= scales) return Option.some(BigDecimal.make(BigInt(value), scale))
    return decimals[scale * amounts + value] ??= Option.some(BigDecimal.make(BigInt(value), scale))
  }

  time(row: number, index: number): Option.Option<DateTime.Utc> {
    if (index === absent) return none
    const { bytes, cells } = this
    const cell = row + index * stride
    const start = cells[cell]!
    const end = cells[cell + 1]!
    if (start === end) return none
    if (
      end - start === 19 && bytes[start + 10] === space && bytes[start + 13] === colon && bytes[start + 16] === colon
    ) {
      const hour = twoDigits(bytes, start + 11)
      const minute = twoDigits(bytes, start + 14)
      const second = twoDigits(bytes, start + 17)
      const midnight = this.midnight(start)
      if (hour < 24 && minute < 60 && second < 60 && !Number.isNaN(midnight)) {
        const time = midnight + (hour * 60 + minute) * 60 + second
        const slot = time & (times.length - 1)
        if (timesAt[slot] === time) return times[slot]!
        timesAt[slot] = time
        return times[slot] = Option.some(utc.make(time * 1000))
      }
    }
    const time = wireTime.parse(this.slice(start, end, cells[cell + 2]!))
    return time === undefined ? this.mismatch(index, "a time such as 2026-04-16 08:00:00") : Option.some(time)
  }

  /** The seconds up to a day, by its ten characters; NaN if no calendar has it, which is asked for each day once. */
  private midnight(start: number): number {
    const { bytes } = this
    const year = bytes[start]! << 24 | bytes[start + 1]! << 16 | bytes[start + 2]! << 8 | bytes[start + 3]!
    const day = bytes[start + 5]! << 24 | bytes[start + 6]! << 16 | bytes[start + 8]! << 8 | bytes[start + 9]!
    const slot = (bytes[start + 6]! & 3) << 6 | (bytes[start + 8]! & 3) << 4 | (bytes[start + 9]! & 15)
    if (
      midnightYears[slot] === year && midnightDays[slot] === day && bytes[start + 4] === dash &&
      bytes[start + 7] === dash
    ) {
      return midnights[slot]!
    }
    const time = wireTime.parse(`${utf8.decode(bytes.subarray(start, start + 10))} 00:00:00`)
    if (time === undefined) return NaN
    midnightYears[slot] = year
    midnightDays[slot] = day
    return midnights[slot] = time.epochMillis / 1000
  }

  private mismatch(index: number, expected: string): Option.Option<never> {
    this.reason ??= `${this.column(index)} must be ${expected}.`
    return none
  }

  private complaint(start: number, end: number, flags: number): string {
    const record = this.recordNumber === 0 ? "The header" : "The record"
    const column = (flag: number): string => {
      let cell = start
      while ((this.cells[cell + 2]! & flag) === 0) cell += stride
      return this.column((cell - start) / stride)
    }
    if ((flags & Flag.oversize) !== 0) {
      const isQuoted = (this.cells[end - 1]! & Flag.quoted) !== 0
      const hint = isQuoted ? `; ${column(Flag.oversize)} begins with a quote that is not closed` : ""
      return `${record} must end within ${this.splitter.maxRecordBytes} bytes${hint}.`
    }
    return (flags & Flag.unclosed) !== 0
      ? `${column(Flag.unclosed)} must close its quote before the file ends.`
      : `${column(Flag.broken)} must have a comma or a line end behind its closing quote.`
  }

  private column(index: number): string {
    const name = this.layout?.names[index]
    return name === undefined ? `Cell ${index + 1}` : `Column ${JSON.stringify(name)}`
  }
}

/**
 * The texts that a file says again and again, such as a status or the name of a trunk, each made once. A column that
 * seldom repeats itself is soon left alone.
 */
class Texts {
  private readonly keys = new Uint8Array(textSlots * maxText)
  private readonly keyWords = new DataView(this.keys.buffer)
  private readonly shapes = new Int32Array(textSlots)
  private readonly texts: Array<Option.Option<string>> = []
  private readonly credit: Array<number> = []

  /** The text of a cell; `undefined` if it is not one of those. */
  find(
    bytes: Uint8Array,
    words: DataView,
    start: number,
    end: number,
    flags: number,
    column: number
  ): Option.Option<string> | undefined {
    const credit = this.credit[column] ??= maxCredit
    const length = end - start
    if (credit === 0 || length > maxText) return undefined
    const ends = bytes[start]! * 31 + bytes[end - 1]!
    const within = bytes[start + (length >> 1)]! * 31 + bytes[start + (length >> 2)]!
    const slot = (column * 37 + length * 17 + ends * 7 + within * 3) & textSlots - 1
    // two quotes are one in a quoted cell, and two in another
    const shape = length << 1 | Number((flags & Flag.escaped) !== 0)
    const key = slot * maxText - start
    if (this.shapes[slot] === shape) {
      let at = start
      while (at + 4 <= end && this.keyWords.getInt32(key + at) === words.getInt32(at)) at += 4
      while (at < end && this.keys[key + at] === bytes[at]) at++
      if (at === end) {
        if (credit < maxCredit) this.credit[column] = credit + 1
        return this.texts[slot]
      }
    }
    this.credit[column] = credit - 1
    const raw = bytes.subarray(start, end)
    this.keys.set(raw, slot * maxText)
    this.shapes[slot] = shape
    // of its own bytes: a part of a longer text would keep all of that
    const text = utf8.decode(raw)
    return this.texts[slot] = Option.some((shape & 1) === 1 ? text.replaceAll("\"\"", "\"") : text)
  }
}

/*
 * Constructors of plain objects. V8 may move what a literal makes for good to the old generation once it saw most of it
 * survive, and there each dead record keeps all that it refers to until the next full collection. It does not do so to
 * what a constructor makes.
 */
type Writable<A> = { -readonly [K in keyof A]: A[K] }

const CdrInRecord = function(this: Writable<CallRecord.CdrInRecord>, rows: Rows, start: number, layout: CdrInLayout) {
  const { indexes } = layout
  this._tag = "CdrInRecord"
  this.startedAt = rows.time(start, indexes.startedAt)
  this.connectedAt = rows.time(start, indexes.connectedAt)
  this.endedAt = rows.time(start, indexes.endedAt)
  this.status = rows.string(start, indexes.status)
  this.source = rows.string(start, indexes.source)
  this.sourceNumber = rows.string(start, indexes.sourceNumber)
  this.sourceNumberOut = rows.string(start, indexes.sourceNumberOut)
  this.sourceName = rows.string(start, indexes.sourceName)
  this.sourceCountry = rows.string(start, indexes.sourceCountry)
  this.sourceNetwork = rows.string(start, indexes.sourceNetwork)
  this.destinationDid = rows.string(start, indexes.destinationDid)
  this.duration = rows.seconds(start, indexes.duration)
  this.attempt = rows.integer(start, indexes.attempt)
  this.disconnectCode = rows.integer(start, indexes.disconnectCode)
  this.response = rows.string(start, indexes.response)
  this.disconnectInitiator = rows.string(start, indexes.disconnectInitiator)
  this.voiceInTrunk = rows.string(start, indexes.voiceInTrunk)
  this.destination = rows.string(start, indexes.destination)
  this.trunkGroup = rows.string(start, indexes.trunkGroup)
  this.capacityGroup = rows.string(start, indexes.capacityGroup)
  this.tollFree = rows.money(start, indexes.tollFree)
  this.pstn = rows.money(start, indexes.pstn)
  this.metered = rows.money(start, indexes.metered)
  this.cnamIn = rows.money(start, indexes.cnamIn)
  this.total = rows.money(start, indexes.total)
  this.callId = rows.string(start, indexes.callId)
  this.extra = rows.columns(start, layout.others)
} as unknown as new(rows: Rows, start: number, layout: CdrInLayout) => CallRecord.CdrInRecord
CdrInRecord.prototype = Object.prototype

const CdrOutRecord = function(
  this: Writable<CallRecord.CdrOutRecord>,
  rows: Rows,
  start: number,
  layout: CdrOutLayout
) {
  const { indexes } = layout
  this._tag = "CdrOutRecord"
  this.startedAt = rows.time(start, indexes.startedAt)
  this.connectedAt = rows.time(start, indexes.connectedAt)
  this.endedAt = rows.time(start, indexes.endedAt)
  this.status = rows.string(start, indexes.status)
  this.source = rows.string(start, indexes.source)
  this.cli = rows.string(start, indexes.cli)
  this.destinationNumber = rows.string(start, indexes.destinationNumber)
  this.callDuration = rows.seconds(start, indexes.callDuration)
  this.billingDuration = rows.seconds(start, indexes.billingDuration)
  this.disconnectCode = rows.integer(start, indexes.disconnectCode)
  this.disconnectReason = rows.string(start, indexes.disconnectReason)
  this.voiceOutTrunk = rows.string(start, indexes.voiceOutTrunk)
  this.destinationCountry = rows.string(start, indexes.destinationCountry)
  this.network = rows.string(start, indexes.network)
  this.callType = rows.string(start, indexes.callType)
  this.rate = rows.money(start, indexes.rate)
  this.charged = rows.money(start, indexes.charged)
  this.pChargeInfo = rows.string(start, indexes.pChargeInfo)
  this.callId = rows.string(start, indexes.callId)
  this.extra = rows.columns(start, layout.others)
} as unknown as new(rows: Rows, start: number, layout: CdrOutLayout) => CallRecord.CdrOutRecord
CdrOutRecord.prototype = Object.prototype

const none = Option.none<never>()
const noColumns: CallRecord.Columns = Object.freeze({})
const ordinary = { enumerable: true, writable: true, configurable: true }
const waiting = { stream: true }

const maxText = 64
const textSlots = 512
const maxCredit = 64

const space = 32
const dash = 45
const dot = 46
const colon = 58

// doubles are exact to here
const safeDigits = 15

const amounts = 1024
const scales = 7
const decimals: Array<Option.Option<BigDecimal.BigDecimal> | undefined> = Array.from({ length: amounts * scales })
const integers = Array.from({ length: 1024 }, (_, value) => Option.some(value))
const durations = Array.from({ length: 3600 }, (_, value) => Option.some(Duration.seconds(value)))

// the newest of each slot: calls that overlap share their times
const times: Array<Option.Option<DateTime.Utc> | undefined> = Array.from({ length: 4096 })
const timesAt = new Float64Array(times.length).fill(NaN)
const midnightYears = new Int32Array(256)
const midnightDays = new Int32Array(256)
const midnights = new Float64Array(256).fill(NaN)

const notDigits = -1

/** The number that at most fifteen digits make. */
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

/** Two digits; for what is none, more than any of a time. */
const twoDigits = (bytes: Uint8Array, at: number): number => {
  const tens = bytes[at]! ^ 48
  const ones = bytes[at + 1]! ^ 48
  return tens > 9 || ones > 9 ? 100 : tens * 10 + ones
}

/** A copy in which each byte is a character of ASCII. */
const masked = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const copy = bytes.slice()
  const words = new Uint32Array(copy.buffer, 0, copy.length >>> 2)
  for (let index = 0; index < words.length; index++) words[index]! &= 0x7f7f7f7f
  for (let index = words.length * 4; index < copy.length; index++) copy[index]! &= 0x7f
  return copy
}
