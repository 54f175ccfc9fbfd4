/**
 * Decimal numbers as text, digit by digit. Every exact notation is read: `0.010`, `.003`, `1.`, `+1`, `1e-05`. `0.010` keeps
 * its zeros. No written number has an exponent.
 */
import * as BigDecimal from "effect/BigDecimal"

// the exponent is limited, because a number is written without it: a few bytes could ask for a gigabyte of zeros
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?0*\d{1,3}))?$/

/** Gives `undefined` for a text that is no decimal number. */
export const parse = (text: string): BigDecimal.BigDecimal | undefined => {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, sign, whole = "", part = "", exponent = "0"] = match
  const digits = whole + part
  if (digits === "") return undefined
  const value = BigInt(sign === "-" ? `-${digits}` : digits)
  const scale = part.length - Number(exponent)
  return scale >= 0 ? BigDecimal.make(value, scale) : BigDecimal.make(value * 10n ** BigInt(-scale), 0)
}

/**
 * How many units of so many decimal places a number has: `units("1.5", 3)` is 1500. Gives `undefined` if the number is no
 * such count, or is negative or not exact as a number of JavaScript.
 */
export const units = (text: string, places: number): number | undefined => {
  const number = parse(text)
  if (number === undefined) return undefined
  const factor = 10n ** BigInt(Math.abs(places - number.scale))
  if (number.scale > places && number.value % factor !== 0n) return undefined
  const count = number.scale > places ? number.value / factor : number.value * factor
  return count < 0n || count > Number.MAX_SAFE_INTEGER ? undefined : Number(count)
}

export const format = ({ scale, value }: BigDecimal.BigDecimal): string => {
  if (scale <= 0) return String(value * 10n ** BigInt(-scale))
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0")
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
