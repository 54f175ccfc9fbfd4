/**
 * A column of a batch as Postgres's binary array, which the server reads without parsing text. `pg` sends every `Uint8Array`
 * parameter in binary.
 */
import type * as BigDecimal from "effect/BigDecimal"
import { Buffer } from "node:buffer"
import type { Type } from "./tables.js"
import type { Cleaner } from "./text.js"

const oids = { text: 25, time: 1184, integer: 23, seconds: 23, money: 1700, json: 3802 } as const

/** Postgres counts microseconds from 2000. */
const epoch = 946_684_800_000

/** It is reused: the bytes of `take` are valid until the next `begin`. */
export class BinaryArray {
  private bytes = Buffer.allocUnsafeSlow(16_384)
  private at = 0

  constructor(private readonly type: Type, private readonly cleaner: Cleaner) {}

  begin(length: number): void {
    this.at = 0
    // dimensions, whether it may hold NULL, the type, the length, the lower bound
    for (const header of [1, 1, oids[this.type], length, 1]) this.int32(header)
  }

  take(): Uint8Array {
    return this.bytes.subarray(0, this.at)
  }

  null(): void {
    this.reserve(4)
    this.int32(-1)
  }

  text(text: string): void {
    const { length } = text
    this.reserve(4 + length * 3)
    // most texts are short and ASCII, and a call of `write` costs more than this loop
    if (length <= 40) {
      const { bytes } = this
      let at = this.at + 4
      let index = 0
      for (; index < length; index++) {
        const code = text.charCodeAt(index)
        if (code === 0 || code > 127) break
        bytes[at++] = code
      }
      if (index === length) {
        this.int32(length)
        this.at = at
        return
      }
    }
    this.utf8(this.cleaner.text(text))
  }

  /** Text that is JSON already. */
  json(text: string): void {
    this.reserve(5 + text.length * 3)
    this.utf8(text, 1)
  }

  integer(value: number): void {
    this.reserve(8)
    this.int32(4)
    this.int32(value)
  }

  time(millis: number): void {
    this.reserve(12)
    this.int32(8)
    // two halves, because microseconds are inexact as a double from the year 2255 on
    const whole = Math.floor((millis - epoch) / 2 ** 32)
    const micros = (millis - epoch - whole * 2 ** 32) * 1000
    const high = Math.floor(micros / 2 ** 32)
    this.int32(whole * 1000 + high)
    this.int32(micros - high * 2 ** 32)
  }

  /** Digits of base 10,000, the most significant first. The decimal point lies between two of them. */
  money({ scale, value }: BigDecimal.BigDecimal): void {
    const places = Math.max(scale, 0)
    const padding = -places & 3
    const scaled = (value < 0n ? -value : value) * powers[padding]! * (scale < 0 ? 10n ** BigInt(-scale) : 1n)
    const digits = base10000(scaled)
    let zeros = 0
    while (zeros < digits.length && digits[zeros] === 0) zeros++
    const count = digits.length - zeros
    this.reserve(12 + count * 2)
    this.int32(8 + count * 2)
    this.int16(count)
    this.int16(count === 0 ? 0 : digits.length - 1 - (places + padding) / 4)
    this.int16(count > 0 && value < 0n ? 0x4000 : 0)
    this.int16(places)
    for (let index = digits.length - 1; index >= zeros; index--) this.int16(digits[index]!)
  }

  private utf8(text: string, version?: number): void {
    const start = this.at
    this.at += 4
    if (version !== undefined) this.bytes[this.at++] = version
    this.at += this.bytes.write(text, this.at)
    this.bytes.writeInt32BE(this.at - start - 4, start)
  }

  private reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.at + more, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.at))
    this.bytes = grown
  }

  private int32(value: number): void {
    const { bytes } = this
    bytes[this.at++] = value >>> 24
    bytes[this.at++] = value >>> 16
    bytes[this.at++] = value >>> 8
    bytes[this.at++] = value
  }

  private int16(value: number): void {
    this.bytes[this.at++] = value >>> 8
    this.bytes[this.at++] = value
  }
}

const powers = [1n, 10n, 100n, 1000n]

/** Reused for each number. */
const found: Array<number> = []

/** The least significant digit first. */
const base10000 = (value: bigint): ReadonlyArray<number> => {
  found.length = 0
  let big = value
  while (big > 9_007_199_254_740_991n) {
    found.push(Number(big % 10_000n))
    big /= 10_000n
  }
  let rest = Number(big)
  while (rest > 0) {
    const next = Math.floor(rest / 10_000)
    found.push(rest - next * 10_000)
    rest = next
  }
  return found
}
