/** Decimal numbers as text, digit by digit: `0.010` keeps its zeros, and no number gets an exponent. */
import * as BigDecimal from "effect/BigDecimal"

const pattern = /^-?\d+(?:\.\d+)?$/

export const parse = (text: string): BigDecimal.BigDecimal | undefined => {
  if (!pattern.test(text)) return undefined
  const point = text.indexOf(".")
  return point === -1
    ? BigDecimal.make(BigInt(text), 0)
    : BigDecimal.make(BigInt(text.slice(0, point) + text.slice(point + 1)), text.length - point - 1)
}

export const format = ({ scale, value }: BigDecimal.BigDecimal): string => {
  if (scale <= 0) return String(value * 10n ** BigInt(-scale))
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0")
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
