/** The options of a summary, with their defaults, and how they differ. */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { Input, Options } from "../../Summary.js"

export const resolve = (
  { by = [], increment, minimum, money = ["total", "charged"], zone }: Input = {}
): Options => ({
  by: Array.from(new Set(by)),
  zone: zone ?? DateTime.zoneUnsafeMakeNamed("UTC"),
  money: Array.from(new Set(money)),
  ...(increment !== undefined && { increment: Duration.decode(increment) }),
  ...(minimum !== undefined && { minimum: Duration.decode(minimum) })
})

const names = ["by", "zone", "money", "increment", "minimum"] as const

/** The names of the options in which two summaries differ. */
export const different = (self: Options, that: Options): ReadonlyArray<(typeof names)[number]> =>
  names.filter((name) => String(self[name]) !== String(that[name]))
