/** Exact sums: numbers as long as they are exact, then bigints. A bigint for each row would cost more than all else. */
import * as BigDecimal from "effect/BigDecimal"

/** A number beyond this is added as a bigint, so that sums of two are exact. */
const most = 2 ** 51

const powers = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000]

const power = (exponent: number): bigint => 10n ** BigInt(exponent)

/** A sum of decimal numbers. Its scale is the greatest scale of all of them. */
export class Sum {
  private low = 0
  private high = 0n
  private scale = 0

  /** Adds a decimal number. */
  add({ scale, value }: BigDecimal.BigDecimal): void {
    const number = Number(value)
    if (number <= most && number >= -most) this.addNumber(number, scale)
    else this.addBigint(value, scale)
  }

  /** Adds an integer of units of so many decimal places. It is exact as a number. */
  addNumber(units: number, scale: number): void {
    const factor = scale === this.scale ? 1 : powers[this.scale - scale]
    const more = factor === undefined ? Infinity : units * factor
    if (more > most || more < -most) {
      this.addBigint(BigInt(units), scale)
      return
    }
    this.low += more
    if (this.low > most || this.low < -most) {
      this.high += BigInt(this.low)
      this.low = 0
    }
  }

  /** Adds an integer of units of so many decimal places. */
  addBigint(units: bigint, scale: number): void {
    if (scale > this.scale) {
      this.high = (this.high + BigInt(this.low)) * power(scale - this.scale)
      this.low = 0
      this.scale = scale
    }
    this.high += units * power(this.scale - scale)
  }

  /** The sum, with the zeros of its scale. */
  get exact(): BigDecimal.BigDecimal {
    return BigDecimal.make(this.high + BigInt(this.low), this.scale)
  }

  /** The sum, without zeros at the end of its decimal places. */
  get short(): BigDecimal.BigDecimal {
    let { scale, value } = this.exact
    while (scale > 0 && value % 10n === 0n) {
      value = value / 10n
      scale--
    }
    return BigDecimal.make(value, scale)
  }
}
